"""Datasets of image files in class folders: read with Pillow, and written from CIFAR-10."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from d2l_shim.data import (
    CIFAR10_CLASSES,
    FASHION_MNIST_CLASSES,
    DataError,
    download,
    find_cifar10,
    quick,
)

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
HALVES = ("train", "test")
QUICK_IMAGES = (64, 32)  # for training and testing
_BAD_SHOWN = 10
# what Pillow raises for files that are no images, cut off or damaged
_PILLOW_ERRORS = (
    *(OSError, SyntaxError, ValueError, EOFError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
_WANTED = "the folders train and test, and in each of them one folder of image files a class"
_MAKE = "`d2l_shim.experiments.cifar10_folders(FOLDER)` makes such a folder of CIFAR-10"


class ImageFolder:
    """The images below a folder that has one folder a class, all read into memory.

    Only files with the names of images (.png, .jpg and the like) that do not begin with a dot
    count. Classes and files come in the order of their names. All images must be of one size, that
    of the first, unless `size` says which. A file that cannot be read, or is of another size, is
    an error with `strict`, and else left out and named in a printed line.

    Raises:
        DataError: there is no such folder, no class folder, no image, or a bad file.
    """

    def __init__(
        self, folder: Path | str, strict: bool = False, size: tuple[int, int] | None = None
    ) -> None:
        self.folder = Path(folder)
        self.classes, files = _find(self.folder)  # the names of the class folders
        self.paths: list[Path] = []  # the file of each image
        self.bad: list[tuple[Path, str]] = []  # each file that was left out, and why
        images, labels = [], []
        progress = tqdm(files, f"reading {self.folder}", unit="img", leave=False, disable=None)
        for path, label in progress:
            try:
                image = _read(path, size)
            except _PILLOW_ERRORS as error:
                self.bad.append((path, _in_brief(error)))
                continue
            size = image.shape[:2]
            images.append(image)
            labels.append(label)
            self.paths.append(path)
        self._report(len(files), strict)
        self.images = np.stack(images)  # uint8, shape (n, height, width, 3): red, green, blue
        self.labels = np.array(labels, np.int64)  # shape (n,), which count in `classes`

    def __len__(self) -> int:
        return len(self.images)

    def _report(self, num_files: int, strict: bool) -> None:
        if not self.bad:
            return
        shown = [f"{path} ({why})" for path, why in self.bad[:_BAD_SHOWN]]
        if len(self.bad) > _BAD_SHOWN:
            shown.append(f"and {len(self.bad) - _BAD_SHOWN:,} more")
        listed = f"{len(self.bad):,} of {num_files:,} images cannot be used: {', '.join(shown)}"
        if strict or not self.paths:
            instead = ", or leave them out by not asking for strict" if self.paths else ""
            raise DataError(f"{self.folder}: {listed}; repair or delete them{instead}")
        print(f"{self.folder}: {listed}; they are left out", flush=True)


def train_and_test(root: Path | str, strict: bool = False) -> tuple[ImageFolder, ImageFolder]:
    """Read the images for training, below root/train, and for testing, below root/test.

    Raises:
        DataError: the folder is laid out in another way, or as `ImageFolder` says.
    """
    root = Path(root)
    if not root.is_dir():
        raise DataError(f"there is no folder {root}; name one that holds {_WANTED}; {_MAKE}")
    missing = [half for half in HALVES if not (root / half).is_dir()]
    if missing:
        raise DataError(
            f"{root} must hold {_WANTED}, but {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing and it holds {_content(root)}; {_MAKE}"
        )
    in_train, in_test = (set(_find(root / half)[0]) for half in HALVES)
    if in_train != in_test:
        only = {"train": in_train - in_test, "test": in_test - in_train}
        found = [f"{', '.join(sorted(only[half]))} in {half} alone" for half in only if only[half]]
        raise DataError(
            f"{root} must have the same classes in train and test, but has {' and '.join(found)}; "
            "add or remove these folders"
        )
    train = ImageFolder(root / "train", strict)
    return train, ImageFolder(root / "test", strict, size=train.images.shape[1:3])


def write_folders(
    root: Path | str,
    train: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    classes: tuple[str, ...],
) -> None:
    """Write images as PNG files into class folders, which are there whole or not at all.

    Image number 7, of a cat, for training is root/train/cat/00007.png. Images are uint8, of shape
    (n, 3, height, width), their labels, shape (n,), count in `classes`.

    Raises:
        DataError: the folder holds something, the disk is full or the folder cannot be written.
    """
    root = Path(root)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise DataError(f"{root} must be a new or an empty folder to write images to; name another")
    with download.part_of("image folders", root, "name a folder") as part:
        for half, (images, labels) in zip(HALVES, (train, test), strict=True):
            for name in classes:
                (part / half / name).mkdir(parents=True)
            images = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
            options = {"unit": "img", "leave": False, "disable": None}
            for i, label in enumerate(tqdm(labels, f"writing {half}", **options)):
                path = part / half / classes[label] / f"{i:05d}.png"
                Image.fromarray(images[i]).save(path)
        os.rename(part, root)


def cifar10_folders(root: Path | str) -> Path:
    """Return a folder with CIFAR-10 as image files in class folders; write it if it is not there.

    The archive is found or downloaded as `d2l_shim.data.cifar10` says. In quick mode the folder is
    another one, `root` with `-quick` at its end, and holds 64 and 32 images that are made of
    Fashion-MNIST's.

    Args:
        root: the folder.

    Raises:
        DataError: the archive cannot be had, or the folder cannot be written.
    """
    root, classes, numbers = Path(root), CIFAR10_CLASSES, (None, None)
    if quick():
        root = root.with_name(f"{root.name}-quick")
        classes, numbers = FASHION_MNIST_CLASSES, QUICK_IMAGES
    if not all((root / half).is_dir() for half in HALVES):
        found = zip(map(find_cifar10(), (True, False)), numbers, strict=True)
        write_folders(root, *((images[:n], labels[:n]) for (images, labels), n in found), classes)
    return root


def _find(folder: Path) -> tuple[tuple[str, ...], list[tuple[Path, int]]]:
    """Return the names of the class folders, and each image file with its label."""
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder}; name one that has a folder for each class")
    classes = sorted(path.name for path in _shown(folder) if path.is_dir())
    if not classes:
        raise DataError(
            f"{folder} must have a folder of image files for each class, but holds "
            f"{_content(folder)}; sort the images into class folders"
        )
    files = [
        (path, label)
        for label, name in enumerate(classes)
        for path in sorted(_shown(folder / name))
        if path.suffix.lower() in SUFFIXES
    ]
    if not files:
        raise DataError(
            f"the class folders in {folder} ({_some(classes)}) must hold image files and hold "
            f"none; their names must end in {', '.join(SUFFIXES)}"
        )
    return tuple(classes), files


def _shown(folder: Path) -> list[Path]:
    """List what a folder holds, but for names that begin with a dot."""
    return [path for path in folder.iterdir() if not path.name.startswith(".")]


def _content(folder: Path) -> str:
    """Name the first things that a folder holds, and say how many there are."""
    names = sorted(path.name for path in _shown(folder))
    return f"{_some(names)} ({len(names):,} in all)" if names else "nothing"


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + ", ..." * (len(names) > 3)


def _read(path: Path, size: tuple[int, int] | None) -> np.ndarray:
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    if size is not None and pixels.shape[:2] != tuple(size):
        height, width = pixels.shape[:2]
        raise ValueError(f"{height} by {width} pixels, not {size[0]} by {size[1]}")
    return pixels


def _in_brief(error: Exception) -> str:
    if isinstance(error, Image.UnidentifiedImageError):
        return "no image"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
