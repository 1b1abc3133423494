"""Fashion-MNIST itself: the subset that ships, and the full set where this machine has it."""

import os

import numpy as np
import pytest

from d2l_shim.data import DataError, fashion, fashion_mnist, fashion_mnist_batches

SYSTEM_FOLDER = fashion.DATASET.system_folders[0]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setenv("D2L_QUICK", "1")
    monkeypatch.setenv("D2L_DATA", "no such folder")  # which quick mode does not look at


@pytest.mark.parametrize(
    ("train", "count", "first"),
    [(True, 60, [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]), (False, 20, [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])],
)
def test_the_subset_is_balanced_and_opens_with_the_known_labels(quick, train, count, first):
    images, labels = fashion_mnist(train)
    assert (images.shape, images.dtype) == ((10 * count, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((10 * count,), np.uint8)
    assert np.bincount(labels).tolist() == [count] * 10
    assert labels[:10].tolist() == first


@pytest.mark.skipif(
    not os.path.isdir(SYSTEM_FOLDER), reason="the package dataset-fashion-mnist is not installed"
)
@pytest.mark.parametrize(("train", "n", "count"), [(True, 60_000, 60), (False, 10_000, 20)])
def test_the_subset_comes_from_the_full_set_by_its_rule(monkeypatch, train, n, count):
    images, labels = fashion_mnist(train)
    assert (images.shape, labels.shape) == ((n, 28, 28), (n,))
    # what finds its class not yet full, in order
    chosen = np.sort(np.concatenate([np.flatnonzero(labels == i)[:count] for i in range(10)]))
    monkeypatch.setenv("D2L_QUICK", "1")
    few_images, few_labels = fashion_mnist(train)
    np.testing.assert_array_equal(few_images, images[chosen])
    np.testing.assert_array_equal(few_labels, labels[chosen])


def test_the_subset_names_its_licence_and_nothing_of_its_making():
    assert "Copyright (c) 2017 Zalando SE" in (fashion.SUBSET_FOLDER / "LICENSE").read_text()
    packed = sorted(fashion.SUBSET_FOLDER.glob("*.gz"))
    assert [path.stem for path in packed] == sorted(fashion.SUBSET) == sorted(fashion.FULL)
    for path in packed:
        assert path.read_bytes()[3:8] == bytes(5)  # no name, no date


def test_a_damaged_subset_says_to_install_again(quick, monkeypatch, tmp_path):
    monkeypatch.setattr(fashion, "SUBSET_FOLDER", tmp_path)
    with pytest.raises(DataError, match=r"cannot be read \(.*; install d2l_shim again$"):
        fashion_mnist(True)


def test_batches_for_training_are_shuffled_and_those_for_testing_are_not(quick):
    train, test = fashion_mnist_batches(64, seed=1)
    for batches, shuffled in ((train, True), (test, False)):
        images, labels = fashion_mnist(shuffled)
        X, y = next(iter(batches))
        assert (labels[:64] == y).all() == (images[:64] / np.float32(255) == X[:, 0]).all()
        assert (labels[:64] == y).all() != shuffled
    one, other = (next(iter(fashion_mnist_batches(64, seed=seed)[0]))[1] for seed in (1, 2))
    assert (one != other).any()


@pytest.mark.parametrize(
    ("batch_size", "n"), [(120, 600), (121, 605), (np.int64(512), 2560), (513, 600)]
)
def test_quick_mode_makes_five_batches_of_up_to_512(quick, batch_size, n):
    train, test = fashion_mnist_batches(batch_size)
    assert (train.num_examples, test.num_examples) == (n, 200)
    images, labels = fashion_mnist(True)
    np.testing.assert_array_equal(train.images[-5:], np.concatenate([images] * 5)[n - 5 : n])
    np.testing.assert_array_equal(train.labels[-5:], np.concatenate([labels] * 5)[n - 5 : n])
