"""What old programs need of a framework that they import themselves, done as it loads."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from d2l_shim.compat.keras2 import choose_legacy_keras, say_if_not_chosen
from d2l_shim.compat.paddle_on_cpu import work_on_cpu
from d2l_shim.numpy_names import dropped_names_for
from d2l_shim.state import needs, use_all_cores


@contextmanager
def _mxnet() -> Iterator[None]:
    with needs("mxnet"), dropped_names_for("mxnet"):
        yield


@contextmanager
def _paddle() -> Iterator[None]:
    with needs("paddle"):
        yield
    work_on_cpu(sys.modules["paddle"])


@contextmanager
def _tensorflow() -> Iterator[None]:
    choose_legacy_keras()
    with needs("tensorflow"):
        yield
    say_if_not_chosen(sys.modules["tensorflow"].__version__)


_AROUND = {"mxnet": _mxnet, "paddle": _paddle, "tensorflow": _tensorflow}


def install() -> None:
    """Prepare MXNet, TensorFlow and Paddle for old programs, now or when they are imported."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    if "paddle" in sys.modules:
        work_on_cpu(sys.modules["paddle"])
    if "tensorflow" in sys.modules:
        say_if_not_chosen(sys.modules["tensorflow"].__version__, too_late=True)
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds what the others find, and surrounds the loading."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _AROUND:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, _AROUND[fullname])
        return spec


class _Loader(Loader):
    """A module's own loader, inside a context."""

    def __init__(self, loader: Loader, around: Callable[[], AbstractContextManager]) -> None:
        self._loader = loader
        self._around = around

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        if spec.name != "tensorflow":
            use_all_cores(spec.name)
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = module.__spec__.loader = self._loader
        with self._around():
            self._loader.exec_module(module)
