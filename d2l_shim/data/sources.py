"""What is known of a dataset before its files are there, and the places to look for them in."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


class DataError(RuntimeError):
    """A dataset cannot be had; the message says why and what to do."""


@dataclass(frozen=True)
class Dataset:
    """What there is to know for finding a dataset's files."""

    title: str  # its name in messages
    folder: str  # below D2L_DATA, D2L_MIRROR and the user's cache
    mirrors: tuple[str, ...]  # addresses that end in a slash, tried in turn
    advice: str  # what to do when no mirror helps, a sentence
    system_folders: tuple[str, ...] = ()  # where operating systems put it


def quick() -> bool:
    """Say whether `D2L_QUICK=1` asks for the small datasets and short training."""
    return os.environ.get("D2L_QUICK") == "1"


def folders(dataset: Dataset) -> list[Path]:
    """List the folders to look in, the most important first; a download goes to that one."""
    found = [Path(platformdirs.user_cache_dir("d2l_shim")) / dataset.folder]
    found += map(Path, dataset.system_folders)
    if given := os.environ.get("D2L_DATA"):
        root = Path(given).expanduser()
        if not root.is_dir():
            raise DataError(
                f"D2L_DATA must name a folder, but {given} is not one; correct it, create the "
                "folder, or unset D2L_DATA"
            )
        found = [root / dataset.folder, root, *found]
    return found


def mirrors(dataset: Dataset) -> list[str]:
    """List what to download from in turn, addresses and folders that end in a slash."""
    if not (own := os.environ.get("D2L_MIRROR")):  # an address or a folder
        return list(dataset.mirrors)
    own = f"{own.rstrip('/')}/"
    return [f"{own}{dataset.folder}/", own, *dataset.mirrors]
