"""Files of weights, with parameters that are made up for them."""

import errno
import os
from unittest.mock import Mock

import numpy as np
import pytest
from safetensors.numpy import save

from d2l_shim import weights
from d2l_shim.weights import ABOUT, Entry, Layer, Layout, WeightsError


@pytest.fixture
def entries():
    return [Entry("dense1.bias", np.arange(3.0), (3,), (0,))]


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (Layer("a", "conv", {}, problem="is odd; mend it"), r"^layer a is odd; mend it$"),
        (Layer("a", "dense", {"weight": 0, "U": 0}), "layer a holds U besides .*: weight, bias;"),
    ],
)
def test_a_problem_of_a_layer_is_said(layer, said):
    with pytest.raises(WeightsError, match=said):
        weights.number([layer], Layout())


def test_a_shape_that_is_not_known_yet_fits_any():
    open_ = [Entry("dense1.weight", None, (3, None), (0, 1))]
    weights.check("it", open_, {"dense1.weight": (3, 4)})
    with pytest.raises(WeightsError, match=r"expected \(3, \?\), found \(2, 4\)"):
        weights.check("it", open_, {"dense1.weight": (2, 4)})
    with pytest.raises(WeightsError, match=r"expected \(3, \?\), found \(3,\)"):
        weights.check("it", open_, {"dense1.weight": (3,)})


ONES = {"W": np.ones(2, np.float32)}
NOT_OURS = "does not say that it holds d2l_shim weights"
OTHER_TYPE = r"must hold numbers of type F32 \(float32\), not b "


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no readable safetensors file"),
        (save(ONES, ABOUT)[:-1], "no readable safetensors file"),
        (b"PK\x03\x04 a file of something else", "no readable safetensors file"),
        (save(ONES), NOT_OURS),
        (save(ONES, ABOUT | {"format": "pt"}), NOT_OURS),
        (
            save(ONES, ABOUT | {"version": "2"}),
            "has version 2 of the format, and this program reads version 1",
        ),
        *(
            (save(ONES | {"b": np.ones(2, dtype)}, ABOUT), OTHER_TYPE)
            for dtype in (np.int64, np.float64, np.float16, bool)
        ),
    ],
    ids=range(10),
)
def test_files_of_others(tmp_path, content, said):
    path = tmp_path / "it.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=said) as caught:
        weights.read(path)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_files_that_are_not_there(tmp_path):
    for path in (tmp_path / "it", tmp_path):
        with pytest.raises(WeightsError, match=f"there is no file {path}; save_weights writes one"):
            weights.read(path)


def test_a_full_disk_leaves_the_old_file(entries, tmp_path, monkeypatch):
    path = tmp_path / "it.safetensors"
    path.write_bytes(b"old")
    full = Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WeightsError, match=r"the disk is full, .*it\.safetensors does not fit"):
        weights.save(path, entries, np.asarray)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["it.safetensors"]


def test_a_folder_is_neither_made_nor_written_over(entries, tmp_path):
    with pytest.raises(WeightsError, match=r"cannot be written \(Is a directory\)"):
        weights.save(tmp_path, entries, np.asarray)
    with pytest.raises(WeightsError, match=r"there is no folder .*none; make it, or correct"):
        weights.save(tmp_path / "none" / "it", entries, np.asarray)
    assert os.listdir(tmp_path) == []
