"""Memory that a process keeps while it trains; no framework is imported."""

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager

# parameters of mallopt in glibc's malloc.h
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MIB = 2**20
_MOST = 2**31 - 1  # it takes an int


@contextmanager
def kept_memory(wanted: bool = True) -> Iterator[None]:
    """Keep what is freed within the block for what is asked for next, up to 2 GiB.

    The C library gives large pieces back to the system as soon as they are free. Each step of a
    training asks for the same pieces again, and the system has to clear them page by page. At the
    end of the block everything that is free is given back. Where the C library is not that of GNU,
    nothing is changed.

    Args:
        wanted: whether to do so.
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
