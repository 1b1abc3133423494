"""Datasets that are single files, packed with gzip: found or downloaded, and always verified.

What the bytes mean is the business of the modules beside this one.
"""

import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from d2l_shim.data import download, sources

_MOST_GZIP_ADDS = 2**16  # bytes; to noise, which it cannot shorten, it adds a few a block


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


def load(dataset: sources.Dataset, file: File) -> bytearray:
    """Return a file's decompressed bytes, verified; download it if this machine has it nowhere.

    It is looked for in the folders of the dataset. The first one found counts, damaged or not.

    Raises:
        DataError: no file, a damaged one, or a folder that cannot be used.
    """
    folders = sources.folders(dataset)
    for folder in folders:
        for path in (folder / f"{file.name}.gz", folder / file.name):
            if os.path.isfile(path):
                return read(path, file, dataset.title)
    target = folders[0] / f"{file.name}.gz"
    with download.part_of(dataset.title, target) as part:
        data = download.from_mirrors(
            dataset, target.name, file.size + _MOST_GZIP_ADDS, part, lambda it: _verified(it, file)
        )
        os.replace(part, target)
    return data


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
    except sources.DataError as problem:
        raise sources.DataError(f"{title}: {path} {problem}; {advice}") from None


def check(size: int, sha256: str, expected_size: int, expected_sha256: str) -> None:
    """Compare what was found with what was expected.

    Raises:
        DataError: they differ; its text is a predicate.
    """
    if size < expected_size:
        raise sources.DataError(f"is truncated (read {size:,} of {expected_size:,} bytes)")
    if size > expected_size:
        raise sources.DataError(f"is longer than the {expected_size:,} bytes expected")
    if sha256 != expected_sha256:
        raise sources.DataError(
            f"has the wrong checksum (SHA-256 {sha256[:12]}..., expected {expected_sha256[:12]}...)"
        )


def _verified(path: Path, file: File) -> bytearray:
    """Read at most one block more than the expected size; a DataError's text is a predicate."""
    data = bytearray()
    try:
        with open(path, "rb") if path.name == file.name else gzip.open(path) as stream:
            while len(data) <= file.size and (block := stream.read1(2**16)):
                data += block
    except EOFError:
        pass  # gzip misses its end; size and checksum judge what was there
    except (gzip.BadGzipFile, zlib.error) as error:
        raise sources.DataError(f"is damaged ({error})") from None
    except OSError as error:
        raise sources.DataError(f"cannot be read ({error.strerror})") from None
    check(len(data), hashlib.sha256(data).hexdigest(), file.size, file.sha256)
    return data
