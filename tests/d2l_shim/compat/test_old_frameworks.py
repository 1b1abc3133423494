"""What old programs need of their framework is done as it loads; no framework is loaded here."""

import os
import sys
import types
from unittest.mock import MagicMock

import pytest

from d2l_shim.compat import old_frameworks, paddle_on_cpu


@pytest.fixture
def no_variable(monkeypatch):
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "will be put back")
    monkeypatch.delenv("TF_USE_LEGACY_KERAS")


@pytest.fixture
def tf_keras(monkeypatch):
    module = types.ModuleType("tf_keras")
    module.__spec__ = types.SimpleNamespace()
    monkeypatch.setitem(sys.modules, "tf_keras", module)


def test_legacy_keras_is_chosen_where_it_is_installed(no_variable, tf_keras, monkeypatch, capsys):
    old_frameworks.choose_legacy_keras()
    assert os.environ["TF_USE_LEGACY_KERAS"] == "1"
    old_frameworks.say_if_not_chosen("2.21.0")
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "0")
    old_frameworks.choose_legacy_keras()
    assert os.environ["TF_USE_LEGACY_KERAS"] == "0", "what the user chose stays"


def test_missing_legacy_keras_is_said(no_variable, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tf_keras", None)
    old_frameworks.choose_legacy_keras()
    assert "TF_USE_LEGACY_KERAS" not in os.environ
    old_frameworks.say_if_not_chosen("2.20.1")
    old_frameworks.say_if_not_chosen("2.20.1", too_late=True)
    first, second = capsys.readouterr().err.splitlines()
    for line in (first, second):
        assert "Keras 3" in line and line.endswith('pip install --no-deps "tf_keras~=2.20.0"')
    assert "before TensorFlow is imported" in second and second != first


def test_with_a_gpu_its_name_stays_and_loaders_have_no_workers():
    """Where there is none, an old program tells (programs/second_paddle.py)."""

    class DataLoader:
        def __init__(self, dataset, batch_size=1, num_workers=0):
            self.got = (dataset, batch_size, num_workers)

    paddle = MagicMock()
    paddle.device.cuda.device_count.return_value, paddle.io.DataLoader = 1, DataLoader
    set_device = paddle.set_device
    paddle_on_cpu.work_on_cpu(paddle)
    assert paddle.set_device is set_device
    assert paddle.io.DataLoader([1], 2, 4).got == ([1], 2, 0)
    assert paddle.io.DataLoader([1], num_workers=4, batch_size=3).got == ([1], 3, 0)


def test_a_framework_is_surrounded_as_it_loads(monkeypatch, tmp_path):
    """A module named as in the table is found where it is, and keeps its own loader."""
    (tmp_path / "stand_in.py").write_text("seen = __loader__\n")
    happened = []

    class Around:
        def __enter__(self):
            happened.append("before")

        def __exit__(self, *_):
            happened.append("after")

    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(old_frameworks._AROUND, "stand_in", Around)
    monkeypatch.setattr(sys, "meta_path", [old_frameworks._Finder(), *sys.meta_path])
    monkeypatch.delitem(sys.modules, "stand_in", raising=False)
    import stand_in

    assert happened == ["before", "after"]
    assert type(stand_in.__spec__.loader).__name__ == "SourceFileLoader"
    assert stand_in.seen is stand_in.__spec__.loader
    del sys.modules["stand_in"]
