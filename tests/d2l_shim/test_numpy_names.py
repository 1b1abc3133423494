"""The names that NumPy has dropped are there for one package, and NumPy stays as it is."""

import builtins
import sys
from pathlib import Path

import numpy as np
import pytest

from d2l_shim.numpy_names import DROPPED, dropped_names_for

WORKER = Path(__file__).parents[1] / "environments" / "mxnet_worker.py"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return what a package and a library that it uses hold, both imported in the context."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "__init__.py").write_text("from . import part\n")
    (tmp_path / "old" / "part.py").write_text(
        "import numpy as onp, numpy.testing as npt, older\n"
        "from distutils.version import LooseVersion, StrictVersion\n"
        "from numpy import PZERO, ndarray\n"
        "def later():\n    import numpy\n    return numpy\n"
    )
    (tmp_path / "older.py").write_text("import numpy\nnames = set(vars(numpy))\n")
    monkeypatch.syspath_prepend(tmp_path)
    with dropped_names_for("old"):
        import old.part
        import older
    yield old.part, older
    for name in ("old", "old.part", "older"):
        del sys.modules[name]


def test_the_package_has_the_names_and_compares_versions(package):
    part, _ = package
    assert np.dtype(part.onp.bool) == np.dtype(bool)
    assert "PZERO" in vars(part.onp) and part.PZERO == 0
    assert part.ndarray is part.onp.ndarray is np.ndarray and part.onp.random is np.random
    assert part.npt is np.testing
    assert part.LooseVersion("1.17") < part.LooseVersion("1.26.4") < part.LooseVersion("2.1.3rc1")
    assert part.StrictVersion("1.6.0") <= part.StrictVersion("1.26.4")


def test_others_see_numpy_as_it_is(package):
    part, stranger = package
    dropped = DROPPED.keys() - vars(np).keys()
    assert dropped and not dropped & stranger.names
    assert stranger.numpy is np and part.later() is np


def test_a_name_that_numpy_has_goes_first(tmp_path, monkeypatch):
    monkeypatch.setattr(np, "trapz", "its own", raising=False)
    (tmp_path / "older.py").write_text("from numpy import trapz\n")
    monkeypatch.syspath_prepend(tmp_path)
    with dropped_names_for("older"):
        import older
    del sys.modules["older"]
    assert older.trapz == "its own"


def test_imports_are_as_before_also_after_an_error():
    before = builtins.__import__
    with pytest.raises(RuntimeError, match="oh"), dropped_names_for("old"):
        assert builtins.__import__ is not before
        raise RuntimeError("oh")
    assert builtins.__import__ is before


def test_mxnet_works_and_numpy_stays_as_it_is(python, needed):
    needed("mxnet")
    ended = python(WORKER, env={"D2L_QUICK": "1"})
    assert ended.returncode == 0, ended.stderr[-3000:]
