"""Datasets that are one archive: found or downloaded, verified, unpacked safely."""

import hashlib
import os
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from d2l_shim.data import download, files, sources


@dataclass(frozen=True)
class Archive:
    """An archive, and the folder in it that is wanted."""

    name: str  # on disk and on a mirror
    size: int  # bytes, packed
    sha256: str  # of these bytes, in hexadecimal
    folder: str  # in the archive, and on disk once unpacked
    most: int  # bytes that it unpacks to at most


def unpacked(dataset: sources.Dataset, archive: Archive) -> Path:
    """Return the folder with an archive's files; unpack or download it where that is needed.

    The first one found counts, unpacked or packed, damaged or not. A packed one is unpacked beside
    itself and stays. The files of a folder that is there already are not verified.
    """

    def verify(packed: Path) -> None:
        try:
            with open(packed, "rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
                size = stream.tell()
        except OSError as error:
            raise sources.DataError(f"cannot be read ({error.strerror})") from None
        files.check(size, found, archive.size, archive.sha256)

    folders = sources.folders(dataset)
    for folder in folders:
        if (folder / archive.folder).is_dir():
            return folder / archive.folder
        if found := (folder / archive.name).is_file():
            break
    else:
        folder = folders[0]
    target, packed = folder / archive.folder, folder / archive.name
    with (
        download.part_of(dataset.title, packed) as fetched,
        download.part_of(dataset.title, target) as part,
    ):
        if not found:
            packed = fetched
            download.from_mirrors(dataset, archive.name, archive.size, packed, verify)
        try:
            if found:
                print(f"{dataset.title}: unpacking {packed}", flush=True)
                verify(packed)
            unpack(packed, part, archive.most)
        except sources.DataError as problem:
            raise sources.DataError(
                f"{dataset.title}: {packed} {problem}; delete it and run again"
            ) from None
        try:
            os.rename(part / archive.folder, target)
        except OSError:
            if not target.is_dir():  # another process was first
                raise
    return target


def unpack(packed: Path, folder: Path, most: int) -> None:
    """Unpack a zip or tar file of at most `most` bytes; a DataError's text is a predicate."""
    total = 0

    def allow(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo:
        count(member.size)
        if member.issym() or member.islnk():
            raise sources.DataError(f"holds a link, {member.name}")
        return tarfile.data_filter(member, folder)

    def count(size: int) -> None:
        nonlocal total
        total += size
        if total > most:
            raise sources.DataError(f"unpacks to more than {most:,} bytes")

    try:
        if packed.suffix == ".zip":
            with zipfile.ZipFile(packed) as archive:
                for member in archive.infolist():
                    count(member.file_size)
                archive.extractall(folder)
        else:
            with tarfile.open(packed) as archive:
                archive.extractall(folder, filter=allow)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as error:
        said = str(error).partition("\n")[0]
        raise sources.DataError(f"is damaged ({said})") from None
