"""Files of weights, with layers and parameters that are made up for them."""

import errno
import os

import numpy as np
import pytest
from safetensors.numpy import save_file

from d2l_shim import weights
from d2l_shim.weights import ABOUT, Entry, Layer, Layout, WeightsError


class Conv:
    pass


class Dense:
    pass


class Norm:
    pass


NORM = ("g", "b", "m", "v")


class Made(Layout):
    conv, norm, dense = (Conv,), (Norm,), (Dense,)
    weight_names, norm_names = ("W", "b"), NORM
    conv_axes, dense_axes = (3, 2, 0, 1), (1, 0)


LAYOUT = Made()


def layers():
    """Return a small network whose dense layer sees maps of 2x1 with 2 channels, channels last."""
    order = np.array([0, 2, 1, 3])
    conv = {"W": np.arange(36.0).reshape(3, 3, 2, 2), "b": np.zeros(2)}
    norm = {name: np.full(4, float(i)) for i, name in enumerate(NORM)}
    dense = {"W": np.arange(12.0).reshape(4, 3), "b": np.arange(3.0)}
    return [
        Layer("net", None, {}),
        Layer("a", "conv", conv),
        Layer("b", "conv", {"W": conv["W"][:, :, :1]}),
        Layer("c", "norm", norm, order),
        Layer("d", "dense", dense, order),
    ]


@pytest.fixture
def entries():
    return weights.number(layers(), LAYOUT)


def write(parameter, array):
    parameter[...] = array


def test_arrays_are_turned_and_turned_back(entries):
    for entry in entries:
        neutral = entry.to_neutral(entry.parameter)
        assert neutral.shape == entry.shape
        assert np.array_equal(entry.from_neutral(neutral), entry.parameter)
    by_name = {entry.name: entry.to_neutral(entry.parameter) for entry in entries}
    conv = entries[0].parameter
    assert by_name["conv1.weight"][1, 0, 2, 1] == conv[2, 1, 0, 1]
    # the third input here is the second one in a file
    assert by_name["dense1.weight"][0].tolist() == [0, 6, 3, 9]
    assert by_name["dense1.bias"].tolist() == [0, 1, 2]


def test_a_file_holds_what_was_saved(entries, tmp_path):
    path = tmp_path / "it.safetensors"
    entries[1].parameter[0] = np.nan
    weights.save(path, entries, np.asarray)
    arrays = weights.read(path)
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    others = weights.number(layers(), LAYOUT)
    for entry in others:
        entry.parameter[...] = -1
    weights.load(str(path), others, write)
    for ours, theirs in zip(others, entries, strict=True):
        assert np.array_equal(ours.parameter, theirs.parameter, equal_nan=True)
    assert os.listdir(tmp_path) == ["it.safetensors"]


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (
            Layer("4 (LSTM)", None, {"W": 0, "U": 0}),
            r"layer 4 \(LSTM\) holds W, U and is of no kind",
        ),
        (Layer("a", "conv", {"b": 0}), "layer a has no weight, which"),
        (Layer("a", "norm", {"m": 0, "v": 0}), "layer a has no scale and no shift, which"),
        (Layer("a", "dense", {"W": 0, "U": 0}), "layer a holds U besides .*: weight, bias;"),
        (Layer("a", "conv", {}, problem="is odd; mend it"), "^layer a is odd; mend it$"),
        (Layer("a", None, {}), "the network has no layer with weights; expected some of conv"),
    ],
)
def test_layers_without_names(layer, said):
    with pytest.raises(WeightsError, match=said):
        weights.number([layer], LAYOUT)


def test_a_shape_that_is_not_known_yet_fits_any():
    open_ = [Entry("dense1.weight", None, (3, None), (0, 1))]
    weights.check("it", open_, {"dense1.weight": (3, 4)})
    with pytest.raises(WeightsError, match=r"expected \(3, \?\), found \(2, 4\)"):
        weights.check("it", open_, {"dense1.weight": (2, 4)})
    with pytest.raises(WeightsError, match=r"expected \(3, \?\), found \(3,\)"):
        weights.check("it", open_, {"dense1.weight": (3,)})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no readable safetensors file"),
        (b"PK\x03\x04 a file of something else", "no readable safetensors file"),
        ({"W": np.ones(2, np.float32)}, "does not say that it holds d2l_shim weights"),
        (ABOUT | {"version": "2"}, "has version 2 of the format, and this program reads version 1"),
        (ABOUT | {"format": "pt"}, "does not say that it holds d2l_shim weights"),
    ],
)
def test_files_of_others(tmp_path, content, said):
    path = tmp_path / "it.safetensors"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif "W" in content:
        save_file(content, path)
    else:
        save_file({"W": np.ones(2, np.float32)}, path, content)
    with pytest.raises(WeightsError, match=said) as caught:
        weights.read(path)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("dtype", [np.int64, np.float64, np.float16, bool])
def test_other_types_of_numbers(tmp_path, dtype):
    path = tmp_path / "it.safetensors"
    save_file({"a": np.ones(2, np.float32), "b": np.ones(2, dtype)}, path, ABOUT)
    with pytest.raises(WeightsError, match=r"must hold numbers of type F32 \(float32\), not b "):
        weights.read(path)


def test_files_that_are_not_there(tmp_path):
    for path in (tmp_path / "it", tmp_path):
        with pytest.raises(WeightsError, match=f"there is no file {path}; save_weights writes one"):
            weights.read(path)


def test_a_full_disk_leaves_the_old_file(entries, tmp_path, monkeypatch):
    path = tmp_path / "it.safetensors"
    path.write_bytes(b"old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

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
