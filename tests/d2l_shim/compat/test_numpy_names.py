"""Names that NumPy has dropped are lent, and given back."""

import sys
import types

import numpy as np
import pytest

from d2l_shim.compat.numpy_names import dropped_names_for


@pytest.fixture
def package(monkeypatch):
    """Make a package of two modules that hold NumPy, one under another name."""
    outer, inner, stranger = (types.ModuleType(name) for name in ("old", "old.part", "older"))
    outer.np = inner.onp = stranger.np = np
    for module in (outer, inner, stranger):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return outer, inner, stranger


def test_names_are_lent_inside_only():
    before = set(vars(np))
    with dropped_names_for("old"):
        assert "PZERO" in vars(np) and "rate" in vars(np)
        assert "bool" in vars(np)
    assert set(vars(np)) == before


def test_names_are_given_back_after_an_error():
    before = set(vars(np))
    with pytest.raises(RuntimeError, match="oh"), dropped_names_for("old"):
        raise RuntimeError("oh")
    assert set(vars(np)) == before


def test_the_package_keeps_the_names_and_others_do_not(package):
    outer, inner, stranger = package
    with dropped_names_for("old"):
        pass
    assert np.dtype(outer.np.bool) == np.dtype(bool)
    assert inner.onp.rate is None
    assert outer.np.ndarray is np.ndarray and outer.np.random is np.random
    assert stranger.np is np


def test_a_name_that_numpy_has_is_left_alone(monkeypatch):
    monkeypatch.setattr(np, "trapz", "its own", raising=False)
    with dropped_names_for("old"):
        assert np.trapz == "its own"
    assert np.trapz == "its own"
