"""All that is set for the whole process, or swapped for a while, and why; no framework is imported.

What concerns one framework is in the `native.py` of its package.
"""

import ctypes
import io
import os
import platform
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager, redirect_stderr
from typing import Any

from d2l_shim.frameworks import BY_NAME
from d2l_shim.processor import usable_cores

# parameters of mallopt in glibc's malloc.h
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MIB = 2**20
_MOST = 2**31 - 1  # it takes an int
_ABSENT = object()


@contextmanager
def needs(name: str) -> Iterator[None]:
    """Import a framework inside this context; where it is not installed, say how to install it.

    Warnings that it gives about itself while it loads are dropped: a reader cannot act on them.
    """
    framework = BY_NAME[name]
    try:
        # Paddle prints what others warn of
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    except ModuleNotFoundError as error:
        if error.name != framework.module:
            raise
        raise ImportError(
            f"d2l_shim.{framework.module} needs {framework.label}, which is not installed here; "
            f"install it with: {framework.install}",
            name=framework.module,
        ) from None


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what libraries in C++ write to the screen while they load, unless they fail."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield
        except BaseException:
            said.seek(0)
            os.write(kept, said.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def use_all_cores(module: str) -> None:
    """Let a framework use every core; MXNet and Paddle start with fewer threads.

    They read OMP_NUM_THREADS once, when they load, so this does nothing to one that is loaded. A
    value that is already set stays. So does one of GOMP_SPINCOUNT: MXNet's threads wait for each
    other in a loop, and where another program takes a core, long loops make it ten times slower.
    """
    if module in sys.modules:
        return
    os.environ.setdefault("OMP_NUM_THREADS", str(usable_cores()))
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")


@contextmanager
def kept_memory(wanted: bool = True) -> Iterator[None]:
    """Keep what is freed within the block for what is asked for next, up to 2 GiB.

    The C library of GNU gives large pieces back to the system as soon as they are free; each step
    of a training asks for the same again, and the system has to clear them page by page.
    """
    if not wanted or platform.libc_ver()[0] != "glibc":
        yield
        return
    library = ctypes.CDLL(None)
    # a threshold of at most 32 MiB is all that some versions take
    if not library.mallopt(_MMAP_THRESHOLD, _MOST):
        library.mallopt(_MMAP_THRESHOLD, 32 * _MIB)
    library.mallopt(_TRIM_THRESHOLD, _MOST)
    try:
        yield
    finally:
        # where they end up by themselves once large pieces have been freed
        library.mallopt(_MMAP_THRESHOLD, 32 * _MIB)
        library.mallopt(_TRIM_THRESHOLD, 64 * _MIB)
        library.malloc_trim(0)


@contextmanager
def swapped(*changes: tuple[MutableMapping[str, Any], str, Any]) -> Iterator[None]:
    """Put values in the place of others inside this context: `(vars(module), "function", other)`.

    Examples:
        >>> modes = {"training": True}
        >>> with swapped((modes, "training", False), (modes, "new", 1)):
        ...     print(modes)
        {'training': False, 'new': 1}
        >>> modes
        {'training': True}
    """
    before = [(where, name, where.get(name, _ABSENT)) for where, name, _ in changes]
    try:
        for where, name, value in changes:
            where[name] = value
        yield
    finally:
        for where, name, value in reversed(before):
            if value is _ABSENT:
                where.pop(name, None)
            else:
                where[name] = value


@contextmanager
def modes_kept(layers: Iterable[Any]) -> Iterator[None]:
    """Put layers back into the modes, training or not, that they have now."""
    modes = [(layer, layer.training) for layer in layers]
    try:
        yield
    finally:
        for layer, mode in modes:
            layer.training = mode


@contextmanager
def interruptible(save: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Give a function that saves and raises KeyboardInterrupt if Ctrl-C came before its call.

    So Ctrl-C never stops a step or a file in the middle; a second one does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # only the main thread is told of signals
        return
    asked = False
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        # what was there before may be to ignore it: so shells start jobs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def stop_if_asked() -> None:
        if asked:
            save()
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield stop_if_asked
    finally:
        signal.signal(signal.SIGINT, before)
