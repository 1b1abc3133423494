"""Datasets that are one archive (.tar.gz): found or downloaded, verified, unpacked safely."""

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from d2l_shim.data import download, files, sources

_MOST_BESIDES = 2**20  # bytes an archive may hold besides the members wanted


@dataclass(frozen=True)
class Archive:
    """An archive and what is wanted of it.

    Attributes:
        name: file name, on disk and on a mirror.
        size: number of bytes, packed.
        sha256: SHA-256 of these bytes, in hexadecimal.
        folder: the folder in the archive, and on disk once unpacked.
        members: names and sizes in bytes of the files wanted from that folder.
    """

    name: str
    size: int
    sha256: str
    folder: str
    members: Mapping[str, int]


def unpacked(dataset: sources.Dataset, archive: Archive) -> Path:
    """Return the folder with an archive's files; unpack or download it where that is needed.

    It is looked for in the folders of the dataset, unpacked or packed. The first one found counts,
    damaged or not. A packed one is unpacked beside itself and stays; a download leaves only what
    it unpacks to. The files of a folder that is there already are not verified.

    Raises:
        DataError: no archive, a damaged one, or a folder that cannot be used.
    """
    folders = sources.folders(dataset)
    for folder in folders:
        if os.path.isdir(folder / archive.folder):
            return folder / archive.folder
        if os.path.isfile(folder / archive.name):
            return _unpack(folder / archive.name, dataset, archive)
    target = folders[0] / archive.folder
    with (
        download.part_of(dataset.title, target) as part,
        download.part_of(dataset.title, folders[0] / archive.name) as packed,
    ):
        download.from_mirrors(
            dataset, archive.name, archive.size, packed, lambda it: _extract(it, archive, part)
        )
        _move(part, target)
    return target


def _unpack(packed: Path, dataset: sources.Dataset, archive: Archive) -> Path:
    """Unpack an archive that was found, beside itself."""
    target = packed.with_name(archive.folder)
    with download.part_of(dataset.title, target) as part:
        print(f"{dataset.title}: unpacking {packed}", flush=True)
        try:
            _extract(packed, archive, part)
        except sources.DataError as problem:
            raise sources.DataError(
                f"{dataset.title}: {packed} {problem}; delete it and run again"
            ) from None
        _move(part, target)
    return target


def _extract(packed: Path, archive: Archive, part: Path) -> None:
    """Verify an archive and write the files wanted into a folder.

    No name in the archive is ever used as a path, and whatever is not wanted is left out. A
    DataError's text is a predicate.
    """
    _verify(packed, archive)
    part.mkdir(exist_ok=True)
    wanted = {f"{archive.folder}/{name}": name for name in archive.members}
    limit = sum(archive.members.values()) + _MOST_BESIDES
    try:
        with (
            gzip.open(packed) as stream,
            tarfile.open(fileobj=download.Bounded(stream, limit), mode="r|") as members,
        ):
            for member in members:
                name = wanted.pop(member.name, None)
                if name is None:
                    continue
                size = archive.members[name]
                if not member.isreg() or member.size != size:
                    raise sources.DataError(f"holds {name}, but not as a file of {size:,} bytes")
                with open(part / name, "wb") as file:
                    shutil.copyfileobj(members.extractfile(member), file)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise sources.DataError(f"is damaged ({error})") from None
    if wanted:
        raise sources.DataError(f"lacks {', '.join(wanted)}")


def _verify(packed: Path, archive: Archive) -> None:
    try:
        with open(packed, "rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
    except OSError as error:
        raise sources.DataError(f"cannot be read ({error.strerror})") from None
    files.check(size, found, archive.size, archive.sha256)


def _move(part: Path, target: Path) -> None:
    """Rename a folder; where another process was first, leave its folder."""
    try:
        os.rename(part, target)
    except OSError:
        if not target.is_dir():
            raise
