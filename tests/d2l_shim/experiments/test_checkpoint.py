"""Checkpoints: what was written is read, whole or not at all, and nothing is unpickled."""

import os
import pickle
from unittest.mock import Mock

import numpy as np
import pytest

from d2l_shim.data import DataError
from d2l_shim.experiments import checkpoint
from d2l_shim.experiments.recipe import ExperimentError

ARRAYS = {"net.0.weight": np.arange(6.0).reshape(2, 3), "velocity.0": np.float32([0.1, np.nan])}
ABOUT = {"run": {"lr": 0.1 + 0.2, "classes": ["cat", "ä dog"]}, "progress": {"step": 3}}


@pytest.fixture
def path(tmp_path):
    checkpoint.write(tmp_path / checkpoint.NAME, ARRAYS, ABOUT)
    return tmp_path / checkpoint.NAME


def test_read_gives_what_was_written(path):
    arrays, about = checkpoint.read(path)
    assert about == ABOUT and arrays.keys() == ARRAYS.keys()
    for name, value in ARRAYS.items():
        assert np.array_equal(arrays[name], value, equal_nan=True)
        assert arrays[name].dtype == value.dtype
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("call", ["os.replace", "os.fsync"])
def test_the_old_one_stays_when_the_disk_is_full(path, monkeypatch, call):
    before = path.read_bytes()
    monkeypatch.setattr(call, Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.raises(DataError, match=r"the disk is full.*--log-dir on another disk"):
        checkpoint.write(path, ARRAYS, {})
    assert path.read_bytes() == before and os.listdir(path.parent) == [path.name]


def test_damaged_files_are_refused(path, tmp_path):
    good = path.read_bytes()
    bad = bytearray(good)
    bad[good.index(ARRAYS["net.0.weight"].tobytes())] ^= 1
    for data in (b"", b"no checkpoint", good[:-10], good[:100], bytes(bad)):
        path.write_bytes(data)
        with pytest.raises(ExperimentError, match="is no readable checkpoint"):
            checkpoint.read(path)
    np.savez(path, other=np.zeros(3))
    with pytest.raises(ExperimentError, match="is no readable checkpoint"):
        checkpoint.read(path)
    with pytest.raises(ExperimentError, match="there is no checkpoint in"):
        checkpoint.read(tmp_path / "none" / checkpoint.NAME)


class Trap:
    def __reduce__(self):
        return print, ("unpickled",)


def test_nothing_is_unpickled(path, capsys):
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ExperimentError):
        checkpoint.read(path)
    np.savez(path, **{"about.json": np.array([Trap()], dtype=object)})
    with pytest.raises(ExperimentError):
        checkpoint.read(path)
    assert capsys.readouterr().out == ""
