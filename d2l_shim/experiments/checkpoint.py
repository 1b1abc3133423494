"""Checkpoints: arrays and plain numbers in one .npz file that is never seen half written.

Nothing in them is unpickled, so a file from somewhere else can do no harm.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from d2l_shim.data import download
from d2l_shim.experiments.recipe import ExperimentError

NAME = "checkpoint.npz"
_ABOUT = "about.json"  # the array of the file that holds the plain numbers as text


def write(path: Path, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> None:
    """Write a learner's `state()` and what JSON can hold; a DataError leaves the old file."""
    # in memory first: a zip file that could not be finished makes a noise when it is dropped
    packed = io.BytesIO()
    np.savez(packed, **{_ABOUT: np.array(json.dumps(about))}, **arrays)
    download.write_whole("checkpoint", path, packed.getbuffer(), "name a folder with --log-dir")


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return what was written; raise an ExperimentError if it is not there or damaged."""
    try:
        # NumPy leaves a damaged file open where it opens it itself
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop(_ABOUT)))
    except FileNotFoundError:
        raise ExperimentError(
            f"there is no checkpoint in {path.parent} to resume from; correct --log-dir, or leave "
            "out --resume to start from the beginning"
        ) from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ExperimentError(
            f"{path} is no readable checkpoint ({error}); delete it and run again without --resume"
        ) from None
    return arrays, about


def check_same(path: Path, written: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Raise an ExperimentError that lists in what this training differs from a checkpoint's."""
    different = [name for name in asked if written.get(name) != asked[name]]
    if different:
        theirs = ", ".join(f"{name} {_text(written.get(name))}" for name in different)
        ours = ", ".join(f"{name} {_text(asked[name])}" for name in different)
        raise ExperimentError(
            f"{path} was written with {theirs}, and this run has {ours}; ask for the same to "
            "resume it, or name another --log-dir"
        )


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
