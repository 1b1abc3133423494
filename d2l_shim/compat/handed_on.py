"""What a drop-in has besides its own: our helpers, and the modules that the old packages imported.

`d2l.os`, `d2l.plt`, `d2l.pd` work, and a star import brings them. Those that are not loaded
already and need more than NumPy and Matplotlib are loaded when they are used.
"""

import importlib
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from d2l_shim.compat.outside import outside

_SAME = "collections hashlib inspect math os random re requests shutil sys tarfile time zipfile"
MODULES = {name: name for name in _SAME.split()} | {
    "Image": "PIL.Image",
    "backend_inline": "matplotlib_inline.backend_inline",
    "display": "IPython.display",
    "np": "numpy",
    "pd": "pandas",
    "plt": "matplotlib.pyplot",
}
"""What each old package handed on, and where it is."""

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
    module: str, owners: Sequence[Any], own: str, modules: Mapping[str, str] | None = None
) -> tuple[list[str], Callable[[str], Any]]:
    """Return the `__all__` and the `__getattr__` of a drop-in that readers call `module`.

    It hands on the names in the owners' `__all__`, the first one's first, defines its `own`, and
    has `modules` besides `MODULES`.
    """
    names = MODULES | (modules or {})

    def get(name: str) -> Any:
        for owner in owners:
            if name in owner.__all__:
                return getattr(owner, name)
        if name == "defaultdict":
            return defaultdict
        if name in names:
            return _module(names[name])
        raise outside(module, name)

    listed = {*names, "defaultdict", *own.split()}
    return sorted(listed.union(*(owner.__all__ for owner in owners))), get


def _module(name: str) -> ModuleType:
    if sys.modules.get(name) is not None or name.partition(".")[0] in _AT_ONCE:
        return importlib.import_module(name)
    return _Later(name)
