"""What a drop-in has besides its own: our helpers, and the modules that the old packages imported.

`d2l.os`, `d2l.plt`, `d2l.pd` work, and a star import brings them. Those that are not loaded
already and need more than NumPy and Matplotlib are loaded when they are used.
"""

import importlib
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from d2l_shim.compat.outside import outside

# what each old package handed on, and where it is
_SAME = "collections hashlib inspect math os random re requests shutil sys tarfile time zipfile"
_OTHERS = """
    Image=PIL.Image backend_inline=matplotlib_inline.backend_inline display=IPython.display
    np=numpy pd=pandas plt=matplotlib.pyplot
"""

_AT_ONCE = {*sys.stdlib_module_names, "numpy", "matplotlib"}
_PACKAGES = {"PIL": "pillow", "matplotlib_inline": "matplotlib-inline", "IPython": "ipython"}


class _Later(ModuleType):
    """Stands for a module that is loaded when something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        try:
            return getattr(importlib.import_module(self.__name__), name)
        except ModuleNotFoundError as error:
            package = str(error.name).partition(".")[0]
            raise ImportError(
                f"the program uses {self.__name__}, which is not installed here; install it with: "
                f"pip install {_PACKAGES.get(package, package)}",
                name=error.name,
            ) from None


def drop_in(
    module: str, owners: Sequence[Any], names: str
) -> tuple[list[str], list[str], Callable[[str], Any]]:
    """Return `__all__`, `__path__` and `__getattr__` of a drop-in that readers call `module`.

    It hands on the names in the owners' `__all__`, the first one's first, and has names of its
    own; those with a module behind them stand for that.
    """
    listed = [entry.partition("=") for entry in f"{_OTHERS} {names}".split()]
    modules = {name: name for name in _SAME.split()} | {name: of for name, _, of in listed if of}

    def get(name: str) -> Any:
        for owner in owners:
            if name in owner.__all__:
                return getattr(owner, name)
        if name == "defaultdict":
            return defaultdict
        if name in modules:
            return _module(modules[name])
        raise outside(module, name)

    offered = {"defaultdict", *modules, *(name for name, *_ in listed)}
    return sorted(offered.union(*(owner.__all__ for owner in owners))), [], get


def _module(name: str) -> ModuleType:
    if sys.modules.get(name) is not None or name.partition(".")[0] in _AT_ONCE:
        return importlib.import_module(name)
    return _Later(name)
