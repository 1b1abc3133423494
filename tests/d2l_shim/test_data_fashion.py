"""Fashion-MNIST itself: the subset that ships, and the full set where this machine has it."""

import dataclasses
import os

import numpy as np
import pooch
import pytest

from d2l_shim.data import (
    FASHION_MNIST_CLASSES,
    DataError,
    fashion,
    fashion_mnist,
    fashion_mnist_batches,
    resize,
)

SYSTEM_FOLDER = fashion.DATASET.system_folders[0]
needs_full_set = pytest.mark.skipif(
    not os.path.isdir(SYSTEM_FOLDER), reason="the package dataset-fashion-mnist is not installed"
)


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """Keep the machine's data, cache and network out of it."""
    monkeypatch.delenv("D2L_DATA", raising=False)
    monkeypatch.delenv("D2L_QUICK", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / name)
    offline = dataclasses.replace(fashion.DATASET, mirrors=("http://127.0.0.1:9/",))
    monkeypatch.setattr(fashion, "DATASET", offline)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setenv("D2L_QUICK", "1")


@pytest.fixture
def no_full_set(monkeypatch):
    nowhere = dataclasses.replace(fashion.DATASET, system_folders=())
    monkeypatch.setattr(fashion, "DATASET", nowhere)


def first_of_each_class(labels, count):
    """Go through the set in order and take what finds its class not yet full."""
    taken = np.zeros(10, int)
    chosen = []
    for position, label in enumerate(labels):
        if taken[label] < count:
            taken[label] += 1
            chosen.append(position)
    return chosen


@pytest.mark.parametrize(("train", "count"), [(True, 60), (False, 20)])
def test_the_subset_is_balanced(quick, train, count):
    images, labels = fashion_mnist(train)
    assert (images.shape, images.dtype) == ((10 * count, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((10 * count,), np.uint8)
    assert np.bincount(labels).tolist() == [count] * 10


def test_the_subset_opens_with_the_known_labels(quick):
    assert fashion_mnist(False)[1][:10].tolist() == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]
    assert fashion_mnist(True)[1][:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]


@needs_full_set
@pytest.mark.parametrize(("train", "n", "count"), [(True, 60_000, 60), (False, 10_000, 20)])
def test_the_subset_comes_from_the_full_set_by_its_rule(monkeypatch, train, n, count):
    images, labels = fashion_mnist(train)
    assert (images.shape, labels.shape) == ((n, 28, 28), (n,))
    chosen = first_of_each_class(labels, count)
    assert chosen[:10] == list(range(10))
    monkeypatch.setenv("D2L_QUICK", "1")
    few_images, few_labels = fashion_mnist(train)
    np.testing.assert_array_equal(few_images, images[chosen])
    np.testing.assert_array_equal(few_labels, labels[chosen])


def test_the_subset_names_its_licence_and_nothing_of_its_making():
    assert "Copyright (c) 2017 Zalando SE" in (fashion.SUBSET_FOLDER / "LICENSE").read_text()
    packed = sorted(fashion.SUBSET_FOLDER.glob("*.gz"))
    assert [path.stem for path in packed] == sorted(
        file.name for pair in fashion.SUBSET.values() for file in pair
    )
    for path in packed:
        assert path.read_bytes()[3:8] == bytes(5)  # no name, no date


def test_a_damaged_subset_says_to_install_again(quick, monkeypatch, tmp_path):
    monkeypatch.setattr(fashion, "SUBSET_FOLDER", tmp_path)
    with pytest.raises(DataError, match=r"cannot be read \(.*; install d2l_shim again$"):
        fashion_mnist(True)


def test_quick_mode_needs_no_data_folder(quick, monkeypatch, no_full_set):
    monkeypatch.setenv("D2L_DATA", "no such folder")
    assert len(fashion_mnist(False)[0]) == 200


def test_without_network_the_message_says_what_to_do(no_full_set):
    with pytest.raises(DataError) as caught:
        fashion_mnist(True)
    message = str(caught.value)
    assert "Fashion-MNIST: train-images-idx3-ubyte.gz could not be downloaded." in message
    for way in ("D2L_DATA", "the four files", "dataset-fashion-mnist", "D2L_QUICK=1"):
        assert way in message


def test_ten_classes():
    assert len(set(FASHION_MNIST_CLASSES)) == 10
    assert (FASHION_MNIST_CLASSES[0], FASHION_MNIST_CLASSES[9]) == ("t-shirt", "ankle boot")


def test_batches_for_training_are_shuffled_and_those_for_testing_are_not(quick):
    train, test = fashion_mnist_batches(64, seed=1)
    assert (len(train), len(test)) == (10, 4)
    images, labels = fashion_mnist(False)
    X, y = next(iter(test))
    np.testing.assert_array_equal(y, labels[:64])
    np.testing.assert_array_equal(X[:, 0], images[:64] / np.float32(255))
    epochs = [np.concatenate([y for _, y in train]).tolist() for _ in range(2)]
    again = fashion_mnist_batches(64, seed=1)[0]
    assert np.concatenate([y for _, y in again]).tolist() == epochs[0]
    other = fashion_mnist_batches(64, seed=2)[0]
    assert np.concatenate([y for _, y in other]).tolist() not in epochs
    assert epochs[0] != epochs[1]


def test_batches_are_resized_laid_out_and_converted(quick):
    train, test = fashion_mnist_batches(
        256, resize=(32, 40), axes="NHWC", convert=lambda X, y: [X, y]
    )
    assert isinstance(next(iter(train)), list)
    X, _ = next(iter(test))
    assert X.shape == (200, 32, 40, 1)
    expected = resize(fashion_mnist(False)[0], (32, 40)) / np.float32(255)
    np.testing.assert_array_equal(X[..., 0], expected)


def test_bad_arguments(quick):
    with pytest.raises(ValueError, match="batch_size"):
        fashion_mnist_batches(0)
    with pytest.raises(ValueError, match="resize"):
        fashion_mnist_batches(4, resize=0)
    with pytest.raises(ValueError, match="axes"):
        fashion_mnist_batches(4, axes="HWC")
