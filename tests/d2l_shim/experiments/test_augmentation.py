"""Cropping, flipping, normalizing, and the batches made of them."""

import numpy as np
import pytest

from d2l_shim.experiments import augmentation
from d2l_shim.experiments.augmentation import (
    channel_statistics,
    crop,
    flip,
    normalize,
    training_batches,
)

RANDOM = np.random.RandomState(0)
IMAGES = RANDOM.randint(0, 256, (50, 8, 6, 3)).astype(np.uint8)
LABELS = np.arange(50)


def epoch(**changed):
    asked = {"batch_size": 16, "seed": 0, "epoch": 0} | changed
    return list(training_batches(IMAGES, LABELS, **asked))


def test_crop_is_a_cut_of_the_padded_image():
    tops, lefts = RANDOM.randint(0, 9, (2, len(IMAGES)))
    cut = crop(IMAGES, tops, lefts)
    assert (cut.shape, cut.dtype) == (IMAGES.shape, np.uint8)
    for image, top, left, made in zip(IMAGES, tops, lefts, cut, strict=True):
        padded = np.zeros((16, 14, 3), np.uint8)
        padded[4:12, 4:10] = image
        assert np.array_equal(made, padded[top : top + 8, left : left + 6])
    middle = np.full(len(IMAGES), 4)
    assert np.array_equal(crop(IMAGES, middle, middle), IMAGES)


def test_flip_mirrors_left_and_right_and_nothing_else():
    mirrored = np.arange(len(IMAGES)) % 2 == 0
    made = flip(IMAGES, mirrored)
    assert np.array_equal(made[1::2], IMAGES[1::2])
    assert np.array_equal(made[::2], IMAGES[::2, :, ::-1])
    assert np.array_equal(flip(made, mirrored), IMAGES)


def test_normalized_images_have_mean_0_and_spread_1_in_each_channel():
    images = (IMAGES * np.array([0.2, 0.5, 1])).astype(np.uint8)
    mean, std = channel_statistics(images)
    assert np.allclose(mean, images.mean((0, 1, 2)) / 255)
    assert np.allclose(std, images.std((0, 1, 2)) / 255)
    X = normalize(images, mean, std)
    assert X.dtype == np.float32
    assert np.allclose(X.mean((0, 1, 2)), 0, atol=1e-5)
    assert np.allclose(X.std((0, 1, 2)), 1, atol=1e-5)


def test_an_epoch_holds_each_image_once_and_the_last_batch_is_smaller():
    batches = epoch()
    assert [len(y) for _, y in batches] == [16, 16, 16, 2]
    assert sorted(np.concatenate([y for _, y in batches])) == list(LABELS)


def test_images_are_cropped_and_flipped_and_keep_their_labels(monkeypatch):
    monkeypatch.setattr(augmentation, "crop", lambda X, tops, lefts, padding: X)
    pairs = [(x, y) for X, Y in epoch() for x, y in zip(X, Y, strict=True)]
    mirrored = [np.array_equal(x, IMAGES[y][:, ::-1]) for x, y in pairs]
    same = [np.array_equal(x, IMAGES[y]) for x, y in pairs]
    assert sum(mirrored) + sum(same) == 50 and 10 < sum(mirrored) < 40
    monkeypatch.undo()
    pairs = [(x, y) for X, Y in epoch() for x, y in zip(X, Y, strict=True)]
    moved = [
        not np.array_equal(x, IMAGES[y]) and not np.array_equal(x, IMAGES[y][:, ::-1])
        for x, y in pairs
    ]
    assert sum(moved) > 40


def test_all_shifts_come_up():
    images = np.ones((4000, 4, 4, 1), np.uint8)
    ((X, _),) = training_batches(images, np.zeros(4000), 4000, seed=0, epoch=0, padding=2)
    rows, columns = X.any((2, 3)), X.any((1, 3))
    assert len(np.unique(rows, axis=0)) == len(np.unique(columns, axis=0)) == 5


@pytest.mark.parametrize("changed", [{"seed": 1}, {"epoch": 1}])
def test_seed_and_epoch_decide(changed):
    for (X, y), (again, y_again) in zip(epoch(), epoch(), strict=True):
        assert np.array_equal(X, again) and np.array_equal(y, y_again)
    assert not np.array_equal(epoch()[0][1], epoch(**changed)[0][1])
