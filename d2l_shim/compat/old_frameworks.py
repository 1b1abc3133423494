"""What old programs need of a framework that they import themselves, done as it loads."""

import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from d2l_shim.compat.paddle_on_cpu import work_on_cpu
from d2l_shim.numpy_names import dropped_names_for
from d2l_shim.state import needs, use_all_cores

_LEGACY = "TF_USE_LEGACY_KERAS"


def choose_legacy_keras() -> None:
    """Let TensorFlow, which is not loaded yet, use legacy Keras if it is there and nobody chose."""
    if importlib.util.find_spec("tf_keras") is not None:
        os.environ.setdefault(_LEGACY, "1")


def say_if_not_chosen(version: str, too_late: bool = False) -> None:
    """Say what to do about programs for Keras 2, unless legacy Keras is in use."""
    if _LEGACY in os.environ:
        return
    advice = (
        "call install_aliases() before TensorFlow is imported, and have legacy Keras installed"
        if too_late
        else "install legacy Keras"
    )
    series = ".".join(version.split(".")[:2])
    print(
        "d2l_shim: this TensorFlow uses Keras 3; if a program written for Keras 2 fails (`.layers` "
        f"of a list, `watch`, `add_update`), {advice}: "
        f'pip install --no-deps "tf_keras~={series}.0"',
        file=sys.stderr,
    )


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
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                with _AROUND[fullname]():
                    load(module)

            spec.loader.exec_module = exec_module
            if fullname != "tensorflow":
                use_all_cores(fullname)
        return spec
