"""Where a dataset's files come from: found on this machine or downloaded, and always verified.

What the bytes mean is the business of the modules beside this one.
"""

import gzip
import hashlib
import os
import uuid
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


class DataError(RuntimeError):
    """A dataset cannot be had; the message says why and what to do."""


@dataclass(frozen=True)
class File:
    """One file of a dataset, as it is once decompressed.

    On disk and on a mirror it is called `name.gz`; on disk plain `name` will do too.

    Attributes:
        name: file name without `.gz`.
        size: number of bytes.
        sha256: SHA-256 of these bytes, in hexadecimal.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Dataset:
    """What there is to know for finding a dataset's files.

    Attributes:
        title: its name in messages.
        folder: its folder below `D2L_DATA` and the user's cache.
        mirrors: addresses that end in a slash, tried in turn.
        advice: what to do when no mirror helps, a sentence.
        system_folders: where operating systems put it.
    """

    title: str
    folder: str
    mirrors: tuple[str, ...]
    advice: str
    system_folders: tuple[str, ...] = ()


def quick() -> bool:
    """Say whether `D2L_QUICK=1` asks for the small datasets and short training."""
    return os.environ.get("D2L_QUICK") == "1"


def load(dataset: Dataset, file: File) -> bytearray:
    """Return a file's decompressed bytes, verified; download it if this machine has it nowhere.

    It is looked for in the dataset's folder below `D2L_DATA`, in `D2L_DATA` itself, in the user's
    cache and in the system's folders. The first one found counts, damaged or not.

    Raises:
        DataError: no file, a damaged one, or a folder that cannot be used.
    """
    folders = _folders(dataset)
    for folder in folders:
        for path in (folder / f"{file.name}.gz", folder / file.name):
            if os.path.isfile(path):
                return read(path, file, dataset.title)
    return _download(dataset, file, folders[0])


def read(path: Path, file: File, title: str, advice: str = "delete it and run again") -> bytearray:
    """Return the decompressed bytes of one file on disk, verified.

    Args:
        path: where it lies; gzip is expected unless the name is `file.name`.
        file: what must be in it.
        title: the dataset's name, which opens an error message.
        advice: what closes it.

    Raises:
        DataError: it cannot be read, is too short, too long or has the wrong SHA-256.
    """
    try:
        return _verified(path, file)
    except DataError as problem:
        raise DataError(f"{title}: {path} {problem}; {advice}") from None


def _folders(dataset: Dataset) -> list[Path]:
    """List the folders to look in; a download goes to the first."""
    folders = [_pooch().os_cache("d2l_shim") / dataset.folder, *map(Path, dataset.system_folders)]
    if given := os.environ.get("D2L_DATA"):
        root = Path(given).expanduser()
        if not root.is_dir():
            raise DataError(
                f"D2L_DATA must name a folder, but {given} is not one; correct it, create the "
                "folder, or unset D2L_DATA"
            )
        folders = [root / dataset.folder, root, *folders]
    return folders


def _pooch() -> ModuleType:
    """Import pooch, which quick mode does without."""
    with warnings.catch_warnings():
        # in a notebook without ipywidgets tqdm complains; its plain bar will do
        warnings.filterwarnings("ignore", "IProgress not found")
        import pooch
    return pooch


def _verified(path: Path, file: File) -> bytearray:
    """Read at most one block more than the expected size; a DataError's text is the predicate."""
    data = bytearray()
    try:
        with open(path, "rb") if path.name == file.name else gzip.open(path) as stream:
            while len(data) <= file.size and (block := stream.read1(2**16)):
                data += block
    except EOFError:
        pass  # gzip misses its end; size and checksum judge what was there
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"is damaged ({error})") from None
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})") from None
    if len(data) < file.size:
        raise DataError(f"is truncated (read {len(data):,} of {file.size:,} bytes)")
    if len(data) > file.size:
        raise DataError(f"is longer than the {file.size:,} bytes expected")
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise DataError(
            f"has the wrong checksum (SHA-256 {found[:12]}..., expected {file.sha256[:12]}...)"
        )
    return data


def _download(dataset: Dataset, file: File, folder: Path) -> bytearray:
    """Fetch a file beside its place, verify it, then move it there."""
    target = folder / f"{file.name}.gz"
    part = folder / f".{target.name}.{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.touch()
        print(f"{dataset.title}: fetching {target.name} into {folder}", flush=True)
        data = _from_mirrors(dataset, file, part)
        os.replace(part, target)
        return data
    except OSError as error:
        raise DataError(
            f"{dataset.title}: {target} cannot be written ({error.strerror}); set D2L_DATA or "
            "XDG_CACHE_HOME to a folder that can be written"
        ) from None
    finally:
        if os.path.lexists(part):
            part.unlink()


def _from_mirrors(dataset: Dataset, file: File, part: Path) -> bytearray:
    """Fill `part` from the first mirror that has the right file; return its content."""
    downloader = _pooch().HTTPDownloader(
        progressbar=True,
        chunk_size=2**16,
        timeout=(10, 30),  # seconds to connect, seconds without a byte
        headers={"Accept-Encoding": "identity"},  # the .gz as it is
    )
    problems = []
    for mirror in dataset.mirrors:
        try:
            downloader(f"{mirror}{file.name}.gz", str(part), None)
            return _verified(part, file)
        except OSError as error:  # requests' errors are OSErrors
            problems.append(f"  {mirror} {_in_brief(error)}")
        except DataError as problem:
            problems.append(f"  {mirror} sent a file that {problem}")
    said = "\n".join(problems)
    raise DataError(
        f"{dataset.title}: {file.name}.gz could not be downloaded.\n{said}\n{dataset.advice}"
    )


def _in_brief(error: OSError) -> str:
    """Say in a few words what went wrong with one mirror."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"answered {response.status_code} {response.reason}"
    return f"failed with {error.strerror or type(error).__name__}"
