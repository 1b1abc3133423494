"""The old helper packages' names: `import d2l`, `d2lzh`, `d2lzh_pytorch` lead to the drop-ins here.

Importing this loads no framework; a drop-in loads its own when it is imported.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from d2l_shim.compat import old_frameworks

DROP_INS = {
    "d2l": "d2l_shim.compat.d2l",
    "d2lzh": "d2l_shim.compat.d2lzh",
    "d2lzh_pytorch": "d2l_shim.compat.d2lzh_pytorch",
    "d2lzh_tensorflow2": "d2l_shim.compat.d2lzh_tensorflow2",
}
"""The old packages, and the module here that stands in for each."""

RUN = "D2L_SHIM_RUN"
"""Environment variable with what `python -m d2l_shim run` was asked for, as JSON."""


def install(force: bool = False) -> None:
    """Let the names of the old helper packages lead here; see `d2l_shim.install_aliases`."""
    old_frameworks.install()
    installed = next((found for found in sys.meta_path if isinstance(found, _OldNames)), None)
    if installed is None:
        installed = _OldNames()
        sys.meta_path.insert(0, installed)
        sys.meta_path.append(_NoSuchName())
    for name in DROP_INS.keys() - installed.names:
        original = _original(name)
        if original is None:
            installed.names.add(name)
        elif force:
            installed.names.add(name)
            for loaded in [key for key in sys.modules if key.partition(".")[0] == name]:
                del sys.modules[loaded]
        else:
            print(
                f"d2l_shim: the original package {name} is installed ({original}), so "
                f"`import {name}` gives that one; force=True, or python -m d2l_shim run --force, "
                "gives the one of d2l_shim",
                file=sys.stderr,
            )


def _original(name: str) -> str | None:
    """Return where an original package lies, None where there is none."""
    if name in sys.modules:
        return getattr(sys.modules[name], "__file__", None) or "loaded already"
    specs = (finder.find_spec(name, None) for finder in sys.meta_path)
    # a mere folder has a specification too, but no origin: it is no original
    return next((spec.origin for spec in specs if spec is not None), None)


class _OldNames(MetaPathFinder):
    """Finds the drop-ins under the old names."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, dot, rest = fullname.partition(".")
        if package not in self.names:
            return None
        if rest == "utils" and package != "d2l":
            # where the first edition's packages had their names from
            dot = rest = ""
        return ModuleSpec(fullname, _DropInLoader(DROP_INS[package] + dot + rest))


class _DropInLoader(Loader):
    """Puts the drop-in itself where the old module would be."""

    def __init__(self, drop_in: str) -> None:
        self._drop_in = drop_in

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = importlib.import_module(self._drop_in)


class _NoSuchName(MetaPathFinder):
    """Says what is amiss with a name that a drop-in does not have.

    `from d2l.torch import LeNet` looks for a module of that name before it fails, and would then
    drop what the AttributeError says.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        parent, _, name = fullname.rpartition(".")
        if parent.startswith(tuple(DROP_INS.values())) and not name.startswith("__"):
            try:
                getattr(sys.modules[parent], name)
            except AttributeError as error:
                raise ImportError(str(error), name=fullname) from None
