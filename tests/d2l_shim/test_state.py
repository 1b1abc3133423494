"""What surrounds the import of a framework; test_framework_modules imports whole modules."""

import os
import sys
import warnings

import pytest

from d2l_shim.state import needs, use_all_cores


def test_missing_framework(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="needs PyTorch") as raised, needs("pytorch"):
        import torch  # noqa: F401
    assert raised.value.name == "torch"


def test_other_errors_pass():
    with pytest.raises(ModuleNotFoundError, match="no_such_module"), needs("pytorch"):
        import no_such_module  # noqa: F401


def test_noise_is_dropped_inside_only(capsys, recwarn):
    with needs("paddle"):
        warnings.warn("about itself", stacklevel=1)
        print("more about itself", file=sys.stderr)
    assert not recwarn and capsys.readouterr().err == ""
    with pytest.warns(UserWarning, match="afterwards"):
        warnings.warn("afterwards", stacklevel=1)


def test_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "will be put back")
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    use_all_cores("sys")  # is loaded
    assert "OMP_NUM_THREADS" not in os.environ
    use_all_cores("not_loaded")
    assert 1 <= int(os.environ["OMP_NUM_THREADS"]) <= os.cpu_count()
    assert int(os.environ["GOMP_SPINCOUNT"]) < 10_000
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    use_all_cores("not_loaded")
    assert os.environ["OMP_NUM_THREADS"] == "1"
