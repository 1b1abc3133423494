"""Names that NumPy has dropped and MXNet 1.9.1 still asks for: lent while it loads, then its own.

Other libraries in the process keep seeing the NumPy that is installed.
"""

import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager

import numpy

_DROPPED = {
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
    "in1d": numpy.isin,
    "int": int,
    "msort": None,
    "product": numpy.prod,
    "round_": numpy.round,
    "sometrue": numpy.any,
    "trapz": getattr(numpy, "trapezoid", None),
    # financial functions, which NumPy gave away in 1.20
    "mirr": None,
    "npv": None,
    "pmt": None,
    "ppmt": None,
    "pv": None,
    "rate": None,
}


class _OldNumPy(types.ModuleType):
    """NumPy with the dropped names beside its own."""

    def __init__(self, names: dict) -> None:
        super().__init__("numpy")
        # copied, so that looking up a name costs what it costs in NumPy
        vars(self).update(vars(numpy) | names)

    def __getattr__(self, name: str) -> object:
        return getattr(numpy, name)


@contextmanager
def dropped_names_for(package: str) -> Iterator[None]:
    """Import a package inside this context that needs the names NumPy has dropped.

    The missing names are on `numpy` only inside the context, because `from numpy import ...` and
    code that runs at import find them nowhere else. Afterwards every loaded module of the package
    that holds `numpy` under some name holds a copy with the old names instead.

    Args:
        package: name of the package, `mxnet` say.
    """
    # not hasattr, which makes NumPy warn about the old names
    missing = {name: old for name, old in _DROPPED.items() if name not in vars(numpy)}
    vars(numpy).update(missing)
    try:
        yield
    finally:
        for name in missing:
            del vars(numpy)[name]
    lookalike = _OldNumPy(missing)
    for name, module in list(sys.modules.items()):
        if name == package or name.startswith(f"{package}."):
            for key in [key for key, held in vars(module).items() if held is numpy]:
                setattr(module, key, lookalike)
