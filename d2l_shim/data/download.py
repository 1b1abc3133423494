"""Filling files and folders so that they are never seen half done, from mirrors for one.

Whether the content is right is for the callers to say.
"""

import contextlib
import errno
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from d2l_shim.data import sources

T = TypeVar("T")

_ABANDONED = 3600  # seconds after which nobody still writes to a part


class Bounded:
    """A binary stream that refuses to carry more than so many bytes."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        """Wrap a stream.

        Args:
            stream: what to read from or write to.
            limit: bytes it may carry; a DataError's predicate is raised at the first one more.
        """
        self._stream = stream
        self._limit = self._left = limit

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes."""
        return self._counted(self._stream.read(size))

    def write(self, block: bytes) -> int:
        """Write a block whole."""
        return self._stream.write(self._counted(block))

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._stream.flush()

    def _counted(self, block: bytes) -> bytes:
        self._left -= len(block)
        if self._left < 0:
            raise sources.DataError(f"holds more than {self._limit:,} bytes")
        return block


@contextlib.contextmanager
def part_of(
    title: str, target: Path, elsewhere: str = "set D2L_DATA or XDG_CACHE_HOME to a folder"
) -> Iterator[Path]:
    """Yield a name beside `target`, of a file or folder that is to be filled and then renamed.

    What is left under that name is removed in the end, and so is what others that were killed
    left under such names for `target` an hour ago or earlier.

    Args:
        title: the dataset's name, which opens an error message.
        target: what the part is to become; its folder is made.
        elsewhere: how to choose another folder, for the end of an error message.

    Raises:
        DataError: the disk is full or the folder cannot be written, here or in the body.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        yield part
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise sources.DataError(
                f"{title}: the disk is full, {target} does not fit; free some space, or "
                f"{elsewhere} on another disk, and run again"
            ) from None
        raise sources.DataError(
            f"{title}: {target} cannot be written ({error.strerror}); {elsewhere} that can be "
            "written"
        ) from None
    finally:
        _remove(part)


def from_mirrors(
    dataset: sources.Dataset, name: str, limit: int, part: Path, verify: Callable[[Path], T]
) -> T:
    """Fill a file from the first mirror that has what is wanted.

    Args:
        dataset: whose mirrors are asked.
        name: file name on a mirror.
        limit: bytes it has at most; no more is written to disk.
        part: where it goes.
        verify: what reads the file; a DataError's text from it is a predicate.

    Returns:
        What `verify` returns.

    Raises:
        DataError: no mirror has it; the message says what each one did.
        OSError: the file cannot be written.
    """
    import requests

    print(f"{dataset.title}: fetching {name} into {part.parent}", flush=True)
    downloader = sources.import_pooch().HTTPDownloader(
        progressbar=True,
        chunk_size=2**16,
        timeout=(10, 30),  # seconds to connect, seconds without a byte
        headers={"Accept-Encoding": "identity"},  # packed files as they are
    )
    problems = []
    for mirror in dataset.mirrors:
        try:
            with open(part, "wb") as stream:
                downloader(f"{mirror}{name}", Bounded(stream, limit), None)
            return verify(part)
        except requests.RequestException as error:
            problems.append(f"  {mirror} {_in_brief(error)}")
        except sources.DataError as problem:
            problems.append(f"  {mirror} sent a file that {problem}")
    said = "\n".join(problems)
    raise sources.DataError(
        f"{dataset.title}: {name} could not be downloaded.\n{said}\n{dataset.advice}"
    )


def _in_brief(error: OSError) -> str:
    """Say in a few words what went wrong with one mirror."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"answered {response.status_code} {response.reason}"
    return f"failed with {error.strerror or type(error).__name__}"


def _sweep(target: Path) -> None:
    """Remove the parts of `target` that killed processes left."""
    for part in target.parent.glob(f".{target.name}.{'[0-9a-f]' * 32}.part"):
        # another process may have swept it, another user may own it
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > _ABANDONED:
                _remove(part)


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    elif os.path.lexists(part):
        part.unlink()
