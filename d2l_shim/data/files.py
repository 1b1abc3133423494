"""Datasets that are single files, packed with gzip: found or downloaded, and always verified."""

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
    """One file of a dataset once decompressed; packed, as on a mirror, it is called `name.gz`."""

    name: str
    size: int  # bytes
    sha256: str  # in hexadecimal


def load(dataset: sources.Dataset, file: File) -> bytearray:
    """Return a file's decompressed bytes, verified: of the first one found, else downloaded."""
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
    """Return a file's decompressed bytes, verified; it is packed unless called `file.name`."""
    try:
        return _verified(path, file)
    except sources.DataError as problem:
        raise sources.DataError(f"{title}: {path} {problem}; {advice}") from None


def check(size: int, sha256: str, expected_size: int, expected_sha256: str) -> None:
    """Raise a DataError whose text is a predicate unless size and checksum are as expected."""
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
