"""CIFAR-10: its parser, its files (made up, and a real slice where there is one), its stand-in."""

import os
from pathlib import Path

import numpy as np
import pytest

from d2l_shim.data import (
    CIFAR10_CLASSES,
    DataError,
    cifar10,
    fashion_mnist,
    find_cifar10,
    parse_cifar10,
)

RECORD = 3073
SHARED = [Path(os.environ.get("D2L_SHARED", "")), *(p / "shared" for p in Path(__file__).parents)]
SLICES = [folder for root in SHARED if (folder := root / "data" / "cifar-10-slice").is_dir()]
needs_slice = pytest.mark.skipif(
    not SLICES, reason="no slice of CIFAR-10 in data/cifar-10-slice below D2L_SHARED"
)


@pytest.fixture
def few(cache):
    """Put batches of 2, 3, 4, 5, 6 and 7 records into the cache; return their folder."""
    folder = cache / "cifar-10" / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    names = [f"data_batch_{number}.bin" for number in range(1, 6)] + ["test_batch.bin"]
    for count, name in enumerate(names, 2):
        (folder / name).write_bytes(batch(count, seed=count))
    return folder


def batch(count, seed=0):
    """Make a batch of random pixels with the labels 0, 1, 2, ..."""
    random_bytes = np.random.RandomState(seed).randint(0, 256, (count, RECORD)).astype(np.uint8)
    random_bytes[:, 0] = np.arange(count) % 10
    return random_bytes.tobytes()


# Parsing


def test_the_three_planes_of_a_record():
    red, green, blue = (bytes([value]) * 1024 for value in (250, 120, 10))
    first = b"\x09" + red + green + blue
    second = b"\x00" + bytes(range(256)) * 12
    images, labels = parse_cifar10(first + second)
    assert (images.dtype, images.shape) == (np.uint8, (2, 3, 32, 32))
    assert (labels.dtype, labels.tolist()) == (np.uint8, [9, 0])
    assert images[0].reshape(3, -1).mean(axis=1).tolist() == [250, 120, 10]
    assert images[1, 0, 0].tolist() == list(range(32))
    assert images[1, 2, 1, :2].tolist() == [32, 33]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "one or more records of 3,073 bytes, but 0 bytes are 0 of them and 0 bytes"),
        (bytes(100), "but 100 bytes are 0 of them and 100 bytes; the file is truncated"),
        (bytes(2 * RECORD - 1), "but 6,145 bytes are 1 of them and 3,072 bytes"),
        (bytes(RECORD) + b"\x0a" + bytes(3072), "but record 1, counted from 0, has 10; is this"),
    ],
    ids=["empty", "part", "one-short", "label"],
)
def test_says_what_is_wrong(data, said):
    with pytest.raises(ValueError, match=said):
        parse_cifar10(data)


# Files


def test_batches_are_joined_in_order_and_counted(few, capsys):
    read = find_cifar10()
    images, labels = read(True)
    assert (images.shape, images.dtype) == ((20, 3, 32, 32), np.uint8)
    assert (labels.shape, labels.dtype) == ((20,), np.uint8)
    assert labels.tolist() == [n for count in range(2, 7) for n in range(count)]
    np.testing.assert_array_equal(images[2:5], parse_cifar10(batch(3, seed=3))[0])
    said = f"CIFAR-10: {few} holds 20 images for training and 7 for testing, "
    assert read(False)[0].shape == (7, 3, 32, 32)
    assert capsys.readouterr().out == f"{said}not 50,000 and 10,000\n"
    (few / "test_batch.bin").unlink()
    assert len(cifar10(True)[0]) == 20, "half a set will do for that half"
    with pytest.raises(DataError, match=r"test_batch\.bin cannot be read \(No such file"):
        cifar10(False)
    capsys.readouterr()
    for path in [*few.iterdir(), few / "test_batch.bin"]:
        path.touch()
        os.truncate(path, 10_000 * RECORD)  # a hole: no bytes on disk
    find_cifar10()
    assert capsys.readouterr().out == "", "a full set is not remarked on"


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (RECORD + 500, ": CIFAR-10 data must be .* but 3,573 bytes are 1 of them and 500 bytes;"),
        (10_001 * RECORD, ": it is longer than the 30,730,000 bytes expected"),
    ],
    ids=["partial", "long"],
)
def test_a_damaged_batch_is_named(few, size, said):
    path = few / "data_batch_4.bin"
    os.truncate(path, size)
    with pytest.raises(DataError, match=f"^CIFAR-10: {path}{said}") as caught:
        cifar10(True)
    assert str(caught.value).endswith(f"; get it again, or delete {few} and run again")
    assert len(cifar10(False)[0]) == 7


@needs_slice
def test_a_real_slice(monkeypatch, capsys):
    monkeypatch.setenv("D2L_DATA", str(SLICES[0]))
    images, labels = cifar10(True)
    assert "5,170 images for training and 1,017 for testing" in capsys.readouterr().out
    assert (images.shape, labels.shape) == ((5_170, 3, 32, 32), (5_170,))
    # the first images: a frog, two trucks, a deer, two automobiles
    assert labels[:6].tolist() == [6, 9, 9, 4, 1, 1]
    # skies are blue: aeroplanes are bluer than frogs
    blue = images[:, 2].mean(axis=(1, 2)) - images[:, 0].mean(axis=(1, 2))
    assert blue[labels == 0].mean() > 5 > blue[labels == 6].mean()
    names = (SLICES[0] / "cifar-10-batches-bin" / "batches.meta.txt").read_text().split()
    assert tuple(names) == CIFAR10_CLASSES


# Quick mode


def test_the_stand_in_is_fashion_in_orange(monkeypatch, capsys):
    monkeypatch.setenv("D2L_QUICK", "1")
    monkeypatch.setenv("D2L_DATA", "no such folder")
    images, labels = cifar10(True)
    assert "quick mode puts Fashion-MNIST's small subset in its place" in capsys.readouterr().out
    assert (images.shape, images.dtype) == ((600, 3, 32, 32), np.uint8)
    grey, expected = fashion_mnist(True)
    np.testing.assert_array_equal(labels, expected)
    np.testing.assert_array_equal(images[:, 0, 2:30, 2:30], grey)
    assert images[:, :, :2].max() == images[:, :, 30:].max() == images[..., :2].max() == 0
    assert images.max(axis=(0, 2, 3)).tolist() == [255, 191, 63]
