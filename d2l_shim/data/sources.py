"""What is known of a dataset before its files are there, and the folders to look for them in."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


class DataError(RuntimeError):
    """A dataset cannot be had; the message says why and what to do."""


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


def folders(dataset: Dataset) -> list[Path]:
    """List the folders to look in, the most important first; a download goes to that one.

    They are the dataset's folder below `D2L_DATA`, `D2L_DATA` itself, the dataset's folder in the
    user's cache and the system's folders.

    Raises:
        DataError: `D2L_DATA` names no folder.
    """
    found = [import_pooch().os_cache("d2l_shim") / dataset.folder]
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


def import_pooch() -> ModuleType:
    """Import pooch, which quick mode does without."""
    with warnings.catch_warnings():
        # in a notebook without ipywidgets tqdm complains; its plain bar will do
        warnings.filterwarnings("ignore", "IProgress not found")
        import pooch
    return pooch
