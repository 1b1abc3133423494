"""What MXNet 1.9.1 still asks of NumPy and distutils, given to its modules and to no others.

NumPy itself is never changed: MXNet's own imports find a copy of it with the old names beside its
own. Python 3.12 has no distutils any more; of it MXNet uses the comparison of versions.
"""

import builtins
import functools
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy


def _in1d(*args: Any, **kwargs: Any) -> Any:
    # MXNet's arrays have no ravel
    return numpy.isin(*args, **kwargs).reshape(-1)


DROPPED = {
    "Inf": numpy.inf,
    "NAN": numpy.nan,
    "NINF": -numpy.inf,
    "NZERO": -0.0,
    "NaN": numpy.nan,
    "PINF": numpy.inf,
    "PZERO": 0.0,
    "alltrue": numpy.all,
    "bool": bool,
    "compat": types.SimpleNamespace(basestring=str),
    "in1d": _in1d,
    "int": int,
    "msort": functools.partial(numpy.sort, axis=0),
    "product": numpy.prod,
    "round_": numpy.round,
    "sometrue": numpy.any,
    "trapz": getattr(numpy, "trapezoid", None),
    # financial functions, which NumPy gave away in 1.20
    **dict.fromkeys(["mirr", "npv", "pmt", "ppmt", "pv", "rate"]),
}
"""What MXNet uses and some NumPy from 1.26 on lacks; None where MXNet only hands it on."""


@contextmanager
def dropped_names_for(package: str) -> Iterator[None]:
    """Import a package inside this context that needs names which NumPy and Python have dropped."""
    import_module = builtins.__import__
    old_numpy = types.ModuleType("numpy")
    # copied, so that looking up a name costs what it costs in NumPy; the installed one's go first
    vars(old_numpy).update(DROPPED | vars(numpy))

    def import_for_package(
        name: str, globals: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        is_ours = (globals or {}).get("__name__", "").partition(".")[0] == package
        if is_ours and name == "distutils.version":
            from packaging.version import Version

            return types.SimpleNamespace(LooseVersion=Version, StrictVersion=Version)
        module = import_module(name, globals, *args, **kwargs)
        return old_numpy if is_ours and module is numpy else module

    builtins.__import__ = import_for_package
    try:
        yield
    finally:
        builtins.__import__ = import_module
