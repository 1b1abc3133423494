"""Filling files and folders so that they are never seen half done, from mirrors for one."""

import contextlib
import errno
import io
import os
import shutil
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from d2l_shim.data import sources

T = TypeVar("T")

_ABANDONED = 3600  # seconds after which nobody still writes to a part


@contextlib.contextmanager
def part_of(
    title: str, target: Path, elsewhere: str = "set D2L_DATA or XDG_CACHE_HOME to a folder"
) -> Iterator[Path]:
    """Yield a name beside `target`, of a file or folder that is to be filled and then renamed.

    The folder is made. What is left under that name is removed in the end, and so is what others
    that were killed left under such names for `target` an hour ago or earlier. A full disk or a
    folder that cannot be written, here or in the body, becomes a DataError, whose message begins
    with the title and ends with how to choose another folder.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.glob(f".{target.name}.{'[0-9a-f]' * 32}.part"):
            # another process may have swept it, another user may own it
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    _remove(left)
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


def write_whole(title: str, target: Path, data: bytes | memoryview, elsewhere: str) -> None:
    """Write a file beside an old one and then put it in its place; errors as in `part_of`."""
    with part_of(title, target, elsewhere) as part:
        with open(part, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, target)


def from_mirrors(
    dataset: sources.Dataset, name: str, limit: int, part: Path, verify: Callable[[Path], T]
) -> T:
    """Fill a file, up to a limit, from the first mirror whose file `verify` takes; return its word.

    A DataError's text from `verify` is a predicate; the one raised here says what each mirror did.
    """
    import requests

    print(f"{dataset.title}: fetching {name} into {part.parent}", flush=True)
    problems = []
    for mirror in sources.mirrors(dataset):
        try:
            with _Capped(part, limit) as stream:
                _send(mirror, name, stream)
            return verify(part)
        except requests.RequestException as error:
            said = f"failed with {error.strerror or type(error).__name__}"
            if error.response is not None:
                said = f"answered {error.response.status_code} {error.response.reason}"
        except sources.DataError as problem:
            said = f"sent a file that {problem}"
        problems.append(f"  {mirror} {said}\n")
    raise sources.DataError(
        f"{dataset.title}: {name} could not be downloaded.\n{''.join(problems)}{dataset.advice}"
    )


class _Capped(io.BufferedWriter):
    """A new file that takes no more than so many bytes."""

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__(io.FileIO(path, "wb"))
        self._limit = limit

    def write(self, block: bytes) -> int:
        if self.tell() + len(block) > self._limit:
            raise sources.DataError(f"holds more than {self._limit:,} bytes")
        return super().write(block)


def _send(mirror: str, name: str, stream: BinaryIO) -> None:
    """Write a mirror's file, with a bar; a RequestException says that it is not there."""
    import requests

    if "://" in mirror:
        with warnings.catch_warnings():
            # in a notebook without ipywidgets tqdm complains; its plain bar will do
            warnings.filterwarnings("ignore", "IProgress not found")
            import pooch
        fetch = pooch.HTTPDownloader(
            progressbar=True,
            chunk_size=2**16,
            timeout=(10, 30),  # seconds to connect, seconds without a byte
            headers={"Accept-Encoding": "identity"},  # packed files as they are
        )
        fetch(mirror + name, stream, None)
        return
    path = Path(mirror, name).expanduser()
    try:
        source = path.open("rb")
    except OSError as error:
        raise requests.RequestException(error.errno, error.strerror) from None
    with source:
        shutil.copyfileobj(source, stream)


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    elif os.path.lexists(part):
        part.unlink()
