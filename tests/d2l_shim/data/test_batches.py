"""Resizing and batches, on small arrays."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from d2l_shim.data import Batches, resize
from d2l_shim.data import batches as data_batches

GREY = np.random.RandomState(0).randint(0, 256, (10, 5, 7)).astype(np.uint8)
COLOUR = np.random.RandomState(1).randint(0, 256, (10, 3, 5, 7)).astype(np.uint8)
each_kind = pytest.mark.parametrize("images", [GREY, COLOUR], ids=["grey", "colour"])


def numbered(n, batch_size, **options):
    """Batches of one-pixel images, each labelled with its position."""
    images = (np.arange(n) % 256).astype(np.uint8).reshape(n, 1, 1)
    return Batches(images, np.arange(n), batch_size, **options)


def order(batches):
    return np.concatenate([y for _, y in batches]).tolist()


@each_kind
def test_resize_is_pillows_bilinear(images):
    resized = resize(images, (9, 4))
    assert (resized.dtype, resized.shape) == (np.uint8, (*images.shape[:-2], 9, 4))
    for old, new in zip(images, resized, strict=True):
        # Pillow has the colours last
        picture = Image.fromarray(np.ascontiguousarray(np.moveaxis(old, -3 % old.ndim, -1)))
        expected = np.asarray(picture.resize((4, 9), Image.Resampling.BILINEAR))
        np.testing.assert_array_equal(np.moveaxis(new, -3 % old.ndim, -1), expected)
    np.testing.assert_array_equal(resize(images, 9), resize(images, (9, 9)))
    assert resize(images, (5, 7)) is images
    assert Batches(images, np.arange(10), 4, shuffle=False, size=(5, 7)).images is images


@pytest.mark.parametrize("size", [0, -1, 2.5, "96", True, (96,), (96, 0), (1, 2, 3), None])
def test_resize_refuses_a_bad_size(size):
    with pytest.raises(ValueError, match=r"resize must be .* not .*96 is a good start"):
        resize(GREY, size)


@pytest.mark.parametrize(
    "images",
    [GREY[0], GREY / 255, GREY[:, None], COLOUR.transpose(0, 2, 3, 1), COLOUR[None], [[[1]]]],
    ids=["one", "float", "one channel", "channels last", "5 axes", "a list"],
)
def test_only_grey_or_colour_uint8_images_are_taken(images):
    with pytest.raises(ValueError, match=r"images must be a uint8 array of shape"):
        resize(images, 9)
    with pytest.raises(ValueError, match=r"images must be a uint8 array of shape"):
        Batches(images, np.zeros(len(images), np.uint8), 2, shuffle=False)


@each_kind
@pytest.mark.parametrize("axes", ["NCHW", "NHWC"])
def test_values_shapes_and_types(images, axes):
    labels = np.arange(10, dtype=np.uint8)
    batches = Batches(images, labels, 4, shuffle=False, axes=axes)
    X, y = next(iter(batches))
    channels = 1 if images is GREY else 3
    shape = (4, channels, 5, 7) if axes == "NCHW" else (4, 5, 7, channels)
    assert (X.dtype, X.shape, X.flags.c_contiguous) == (np.float32, shape, True)
    assert (y.dtype, y.tolist()) == (np.int64, [0, 1, 2, 3])
    channels_first = X if axes == "NCHW" else X.transpose(0, 3, 1, 2)
    expected = images[:4].reshape(4, channels, 5, 7) / np.float32(255)
    np.testing.assert_array_equal(channels_first, expected)
    assert batches.images is images and batches.labels is labels
    assert (batches.batch_size, batches.num_examples) == (4, 10)
    made = Batches(images, labels, 4, shuffle=False, convert=lambda X, y: (len(X), y.tolist()))
    assert list(made)[-1] == (2, [8, 9])


@each_kind
@pytest.mark.parametrize("axes", ["NCHW", "NHWC"])
def test_a_set_too_large_is_resized_batch_by_batch_to_the_same_values(monkeypatch, images, axes):
    options = {"shuffle": True, "axes": axes, "size": (9, 4)}
    copy = images.size // 35 * 36
    monkeypatch.setattr(data_batches, "LARGEST_COPY", copy)
    eager = Batches(images, np.arange(10), 4, **options)
    assert eager.images.shape[-2:] == (9, 4)
    monkeypatch.setattr(data_batches, "LARGEST_COPY", copy - 1)
    lazy = Batches(images, np.arange(10), 4, **options)
    assert lazy.images is images
    assert (eager.is_resized, lazy.is_resized) == (True, False)
    for _ in range(2):
        for (X, y), (expected_X, expected_y) in zip(lazy, eager, strict=True):
            assert (X.dtype, X.flags.c_contiguous) == (np.float32, True)
            np.testing.assert_array_equal(X, expected_X)
            np.testing.assert_array_equal(y, expected_y)


@pytest.mark.parametrize("size", [None, 56, 112])
def test_no_more_memory_than_one_copy_as_bytes(monkeypatch, size):
    assert data_batches.LARGEST_COPY == 2**30, "1 GiB"
    images, labels = np.ones((2_000, 28, 28), np.uint8), np.ones(2_000, np.uint8)
    monkeypatch.setattr(data_batches, "LARGEST_COPY", 2_000 * 56 * 56)
    copy = 2_000 * 56 * 56 if size == 56 else 0
    batch = 20 * 4 * (size or 28) ** 2  # bytes as float32
    tracemalloc.start()
    try:
        for X, _ in Batches(images, labels, 20, shuffle=True, size=size):
            assert X.nbytes == batch
        assert copy <= tracemalloc.get_traced_memory()[1] < copy + 4 * batch + 2**18
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("n", "sizes"), [(10, [4, 4, 2]), (8, [4, 4]), (3, [3])])
def test_the_last_partial_batch_is_kept(n, sizes):
    batches = numbered(n, 4, shuffle=True)
    assert [len(y) for _, y in batches] == sizes
    assert len(batches) == len(sizes)


def test_order_depends_on_seed_and_epoch_alone():
    first = numbered(100, 7, shuffle=True, seed=3)
    epochs = [order(first), order(first), order(first)]
    np.random.seed(12345)  # the global state has no part in it
    second = numbered(100, 64, shuffle=True, seed=3)
    assert [order(second), order(second), order(second)] == epochs
    assert [sorted(epoch) for epoch in epochs] == [list(range(100))] * 3
    for X, y in second:
        np.testing.assert_array_equal(np.rint(X.ravel() * 255), y, "they stay together")
    other = order(numbered(100, 7, shuffle=True, seed=4))
    assert len({tuple(epoch) for epoch in [*epochs, other, range(100)]}) == 5
    # the same in every NumPy
    assert order(numbered(10, 10, shuffle=True)) == [3, 7, 6, 4, 1, 0, 2, 8, 5, 9]


def test_an_epoch_begins_with_its_iterator():
    expected = numbered(20, 20, shuffle=True)
    epochs = [order(expected), order(expected)]
    batches = numbered(20, 20, shuffle=True)
    one, two = iter(batches), iter(batches)
    assert [order(two), order(one)] == epochs[::-1]


def test_single_examples():
    examples = numbered(5, 2, shuffle=True).dataset
    assert [y for _, y in examples] == [0, 1, 2, 3, 4]
    assert len(examples) == 5 and examples[-1][0].shape == (1, 1, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, not 0"),
        ({"batch_size": -5}, "batch_size must .* not -5"),
        ({"batch_size": 2.0}, "batch_size must .* not 2.0"),
        ({"batch_size": True}, "batch_size must .* not True"),
        ({"batch_size": None}, "batch_size must .* not None"),
        ({"axes": "CHWN"}, "axes must be 'NCHW' or 'NHWC', not 'CHWN'"),
        ({"seed": -1}, "seed must .* not -1"),
        ({"seed": None}, "seed must .* not None"),
        ({"labels": np.arange(9)}, r"labels must have the shape \(10,\)"),
    ],
    ids=str,
)
def test_bad_arguments(options, said):
    arguments = {"labels": np.arange(10), "batch_size": 2, "shuffle": False, **options}
    with pytest.raises(ValueError, match=said):
        Batches(GREY, **arguments)
