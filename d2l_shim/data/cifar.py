"""CIFAR-10: its archive, its class names, and the format of its batches.

Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from d2l_shim.data import archives, sources
from d2l_shim.data.fashion import fashion_mnist

CIFAR10_CLASSES = tuple("airplane automobile bird cat deer dog frog horse ship truck".split())

DATASET = sources.Dataset(
    title="CIFAR-10",
    folder="cifar-10",
    mirrors=(
        "https://www.cs.toronto.edu/~kriz/",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
        "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/",
    ),
    advice=(
        "Set D2L_DATA to a folder that holds cifar-10-binary.tar.gz, or set D2L_QUICK=1 to go on "
        "with a small stand-in."
    ),
)

RECORD = 1 + 3 * 32 * 32  # bytes: the label, then the red, the green and the blue plane
LARGEST_BATCH = 10_000 * RECORD

# the authors' page gives the MD5 c32a1d4ab5d03f1284b67883e8d87530
ARCHIVE = archives.Archive(
    name="cifar-10-binary.tar.gz",
    size=170_052_171,
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9dddda3db29a59bca1dd",
    folder="cifar-10-batches-bin",
    most=2**28,
)


def cifar10(train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the images and labels of one half of CIFAR-10.

    They are 50,000 for training and 10,000 for testing. The archive, or the folder that it unpacks
    to, is looked for in the folder that `D2L_DATA` names and in the user's cache, and else
    downloaded: from `D2L_MIRROR` first, an address or a folder that has it. A folder
    `cifar-10-batches-bin` whose batches hold fewer images is taken too; a printed line says how
    many there are. With `D2L_QUICK=1` they are a stand-in, and a printed line says so: the 600 and
    200 images of Fashion-MNIST that ship with the package, with a margin that makes them 32 by 32,
    in orange.

    Args:
        train: whether the half for training is wanted.

    Returns:
        Images, uint8, shape (n, 3, 32, 32), the channels red, green and blue; labels, uint8,
        shape (n,), which count in `CIFAR10_CLASSES`, or in `FASHION_MNIST_CLASSES` for the
        stand-in.

    Raises:
        DataError: the files cannot be had or are damaged.
    """
    return find_cifar10()(train)


def find_cifar10() -> Callable[[bool], tuple[np.ndarray, np.ndarray]]:
    """Find the files once for both halves, and return what does the rest of `cifar10`."""
    if sources.quick():
        print(
            "CIFAR-10: quick mode puts Fashion-MNIST's small subset in its place, "
            "as colour images of 32 by 32 pixels",
            flush=True,
        )
        return _stand_in
    folder = archives.unpacked(DATASET, ARCHIVE)
    paths = {True: [folder / f"data_batch_{number}.bin" for number in range(1, 6)]}
    paths[False] = [folder / "test_batch.bin"]
    train, test = (
        sum(path.stat().st_size // RECORD for path in half if path.is_file())
        for half in paths.values()
    )
    if (train, test) != (50_000, 10_000):
        print(
            f"CIFAR-10: {folder} holds {train:,} images for training and {test:,} for testing, "
            "not 50,000 and 10,000",
            flush=True,
        )

    def read(train: bool) -> tuple[np.ndarray, np.ndarray]:
        images, labels = zip(*map(_read, paths[train]), strict=True)
        return np.concatenate(images), np.concatenate(labels)

    return read


def parse_cifar10(data: bytes | bytearray) -> tuple[np.ndarray, np.ndarray]:
    """Turn one binary batch of CIFAR-10 into images and labels that share its memory.

    It is a row of records of 3,073 bytes: the label, then the red, the green and the blue plane
    of 32 by 32 pixels, row by row. Source: the authors' page on CIFAR-10, "Binary version".

    Args:
        data: a whole file.

    Returns:
        Images, uint8, shape (n, 3, 32, 32); labels, uint8, shape (n,), from 0 to 9; n is at
        least 1.

    Raises:
        ValueError: `data` is empty or no row of whole records, or a label is above 9.

    Examples:
        >>> images, labels = parse_cifar10(bytes(2 * 3073))
        >>> images.shape, labels.tolist()
        ((2, 3, 32, 32), [0, 0])
    """
    count, rest = divmod(len(data), RECORD)
    if count == 0 or rest:
        raise ValueError(
            f"CIFAR-10 data must be one or more records of {RECORD:,} bytes, but {len(data):,} "
            f"bytes are {count:,} of them and {rest:,} bytes; the file is truncated or damaged"
        )
    records = np.frombuffer(data, np.uint8).reshape(count, RECORD)
    labels = records[:, 0]
    if labels.max() > 9:
        first = int(np.argmax(labels > 9))
        raise ValueError(
            f"CIFAR-10 data must have labels from 0 to 9, but record {first:,}, counted from 0, "
            f"has {labels[first]}; is this a binary batch of CIFAR-10?"
        )
    return records[:, 1:].reshape(count, 3, 32, 32), labels


def _stand_in(train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make orange images of 32 by 32 pixels of Fashion-MNIST's."""
    images, labels = fashion_mnist(train)
    grey = np.pad(images, ((0, 0), (2, 2), (2, 2))).astype(np.uint16)
    return np.stack([grey * part // 4 for part in (4, 3, 1)], axis=1).astype(np.uint8), labels


def _read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read and parse one file, or say what is wrong with it."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(LARGEST_BATCH + 1)
        if len(data) > LARGEST_BATCH:
            raise ValueError(f"it is longer than the {LARGEST_BATCH:,} bytes expected")
        return parse_cifar10(data)
    except OSError as error:
        problem = f"{path} cannot be read ({error.strerror})"
    except ValueError as error:
        problem = f"{path}: {error}"
    advice = f"get it again, or delete {path.parent} and run again"
    raise sources.DataError(f"CIFAR-10: {problem}; {advice}")
