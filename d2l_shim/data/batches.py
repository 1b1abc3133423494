"""From images in memory to batches for training: resized, shuffled, made float as they go."""

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image

LARGEST_COPY = 2**30  # bytes; a resized set above it is never held whole


def resize(images: np.ndarray, size: int | tuple[int, int]) -> np.ndarray:
    """Resize images with Pillow's bilinear filter.

    Args:
        images: uint8, grey of shape (n, height, width) or colour of shape (n, 3, height, width).
        size: new side in pixels, or (height, width).

    Returns:
        uint8, of `images`' shape but for height and width; `images` itself where it has that size
        already.

    Raises:
        ValueError: `images` or `size` is of another kind.

    Examples:
        >>> resize(np.zeros((2, 28, 28), np.uint8), 96).shape
        (2, 96, 96)
    """
    _check_images(images)
    height, width = sides = _height_and_width(size)
    if images.shape[-2:] == sides:
        return images
    planes = images.reshape(-1, *images.shape[-2:])
    resized = np.empty((len(planes), height, width), np.uint8)
    for old, new in zip(planes, resized, strict=True):
        new[:] = Image.fromarray(old).resize((width, height), Image.Resampling.BILINEAR)
    return resized.reshape(*images.shape[:-2], height, width)


class Batches:
    """A dataset cut into batches, to iterate over once an epoch.

    Each new iteration of a shuffling object is its next epoch, in an order that depends on the
    seed and the number of the epoch and on nothing else. Images stay uint8; a batch becomes float
    when its turn comes. The last batch may be smaller. Images are resized once, or batch by batch
    where all of them together would pass 1 GiB; the values are the same.

    A batch is a pair: X, float32 in [0, 1], of shape (b, channels, height, width) or, with the
    axes NHWC, (b, height, width, channels), C-contiguous, with 1 or 3 channels; and y, int64, of
    shape (b,).

    Args:
        images: uint8, grey of shape (n, height, width) or colour of shape (n, 3, height, width);
            as an attribute resized, unless that happens batch by batch.
        labels: whole numbers, shape (n,).
        batch_size: images in a batch.
        shuffle: whether each epoch has an order of its own.
        seed: what the orders depend on, from 0 to 2**32 - 1.
        axes: order of the axes of X, `NCHW` or `NHWC`.
        convert: what makes of X and y what is to be yielded, a framework's tensors say.
        size: new side in pixels or (height, width); None leaves the images as they are.

    Raises:
        ValueError: an argument is of another kind.

    Examples:
        >>> images, labels = np.zeros((10, 28, 28), np.uint8), np.arange(10)
        >>> batches = Batches(images, labels, 4, shuffle=False)
        >>> [(X.shape, y.tolist()) for X, y in batches][-1]
        ((2, 1, 28, 28), [8, 9])
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        batch_size: int,
        *,
        shuffle: bool,
        seed: int = 0,
        axes: str = "NCHW",
        convert: Callable[[np.ndarray, np.ndarray], Any] | None = None,
        size: int | tuple[int, int] | None = None,
    ) -> None:
        _check_images(images)
        if np.shape(labels) != (len(images),):
            raise ValueError(
                f"labels must have the shape ({len(images)},), one for each image, "
                f"not {np.shape(labels)}; pass images and labels of one set"
            )
        if axes not in ("NCHW", "NHWC"):
            raise ValueError(f"axes must be 'NCHW' or 'NHWC', not {axes!r}; choose one of the two")
        if whole(seed) is None or not 0 <= seed < 2**32:
            raise ValueError(
                f"seed must be a whole number from 0 to 2**32 - 1, not {seed!r}; 0 will do"
            )
        if (whole(batch_size) or 0) < 1:
            raise ValueError(
                f"batch_size must be a whole number of at least 1, not {batch_size!r}; "
                "256 is a good start"
            )
        self.sides = images.shape[-2:] if size is None else _height_and_width(size)
        # whether `images` have the size that batches have
        self.is_resized = math.prod(images.shape[:-2] + self.sides) <= LARGEST_COPY or size is None
        self.images = resize(images, self.sides) if self.is_resized else images
        self.labels = labels
        self.batch_size = batch_size
        self.num_examples = len(images)
        self._shuffle, self._seed, self._epoch = shuffle, seed, 0
        self._axes, self._convert = axes, convert

    def __len__(self) -> int:
        return -(-self.num_examples // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        """Start the next epoch."""
        return map(self._batch, self.choices())

    def choices(self) -> Iterator[np.ndarray]:
        """Start the next epoch, but yield only which examples each batch has, as whole numbers."""
        order = np.arange(self.num_examples)
        if self._shuffle:
            # RandomState, because its numbers are the same in every release of NumPy
            np.random.RandomState([self._seed, self._epoch]).shuffle(order)
        self._epoch += 1
        starts = range(0, self.num_examples, self.batch_size)
        return (order[start : start + self.batch_size] for start in starts)

    @property
    def dataset(self) -> "Examples":
        """The single examples, as the data loaders of frameworks have them."""
        return Examples(self)

    def _batch(self, chosen: np.ndarray) -> Any:
        X = resize(self.images[chosen], self.sides)
        if X.ndim == 3:
            X = np.expand_dims(X, 1)
        if self._axes == "NHWC":
            X = X.transpose(0, 2, 3, 1)
        X = X.astype(np.float32, order="C")
        X /= 255
        y = self.labels[chosen].astype(np.int64)
        return self._convert(X, y) if self._convert else (X, y)


class Examples:
    """The single examples of a dataset in batches; each is an image as in a batch, and its label.

    Examples:
        >>> batches = Batches(np.zeros((10, 28, 28), np.uint8), np.arange(10), 4, shuffle=True)
        >>> X, y = batches.dataset[3]
        >>> len(batches.dataset), X.shape, y
        (10, (1, 28, 28), 3)
    """

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def __len__(self) -> int:
        return self._batches.num_examples

    def __getitem__(self, i: int) -> tuple[Any, int]:
        # an IndexError, where there is none, ends a loop over all
        X, y = self._batches._batch(np.arange(len(self))[[i]])
        return X[0], int(y[0])


def _check_images(images: np.ndarray) -> None:
    if (
        not isinstance(images, np.ndarray)
        or images.dtype != np.uint8
        or not (images.ndim == 3 or (images.ndim == 4 and images.shape[1] == 3))
    ):
        raise ValueError(
            "images must be a uint8 array of shape (n, height, width) or (n, 3, height, width), "
            f"not {getattr(images, 'dtype', type(images).__name__)} of shape {np.shape(images)}; "
            "keep them as they were loaded"
        )


def whole(number: Any) -> int | None:
    """Return a whole number as an int, and None for anything else."""
    try:
        return None if isinstance(number, bool) else operator.index(number)
    except TypeError:
        return None


def _height_and_width(size: int | tuple[int, int]) -> tuple[int, int]:
    pair = tuple(size) if isinstance(size, tuple | list) else (size, size)
    sides = tuple(whole(side) for side in pair)
    if len(sides) != 2 or any(side is None or side < 1 for side in sides):
        raise ValueError(
            "resize must be a number of pixels of at least 1 or a pair (height, width) of them, "
            f"not {size!r}; 96 is a good start"
        )
    return sides
