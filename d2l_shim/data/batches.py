"""From images in memory to batches for training: resized once, shuffled, made float as they go."""

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image


def resize(images: np.ndarray, size: int | tuple[int, int]) -> np.ndarray:
    """Resize grey images with Pillow's bilinear filter.

    Args:
        images: uint8, shape (n, height, width).
        size: new side in pixels, or (height, width).

    Returns:
        uint8, shape (n, height, width); `images` itself where it has that size already.

    Raises:
        ValueError: `images` or `size` is of another kind.
    """
    _check_images(images)
    height, width = sides = _height_and_width(size)
    if images.shape[1:] == sides:
        return images
    resized = np.empty((len(images), height, width), np.uint8)
    for old, new in zip(images, resized, strict=True):
        new[:] = Image.fromarray(old).resize((width, height), Image.Resampling.BILINEAR)
    return resized


class Batches:
    """A dataset cut into batches, to iterate over once an epoch.

    Each new iteration of a shuffling object is its next epoch, in an order that depends on the
    seed and the number of the epoch and on nothing else. Images stay uint8; a batch becomes float
    when its turn comes. The last batch may be smaller.

    A batch is a pair: X, float32 in [0, 1], of shape (b, 1, height, width) or, with the axes
    NHWC, (b, height, width, 1), C-contiguous; and y, int64, of shape (b,).

    Attributes:
        images: uint8, shape (n, height, width).
        labels: whole numbers, shape (n,).
        batch_size: images in a batch.
        num_examples: n.
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
    ) -> None:
        """Keep the arrays as they are.

        Args:
            images: uint8, shape (n, height, width).
            labels: whole numbers, shape (n,).
            batch_size: images in a batch.
            shuffle: whether each epoch has an order of its own.
            seed: what the orders depend on, from 0 to 2**32 - 1.
            axes: order of the axes of X, `NCHW` or `NHWC`.
            convert: what makes of X and y what is to be yielded, a framework's tensors say.

        Raises:
            ValueError: an argument is of another kind.
        """
        _check_images(images)
        if np.shape(labels) != (len(images),):
            raise ValueError(
                f"labels must have the shape ({len(images)},), one for each image, "
                f"not {np.shape(labels)}; pass images and labels of one set"
            )
        if axes not in ("NCHW", "NHWC"):
            raise ValueError(f"axes must be 'NCHW' or 'NHWC', not {axes!r}; choose one of the two")
        if _whole(seed) is None or not 0 <= seed < 2**32:
            raise ValueError(
                f"seed must be a whole number from 0 to 2**32 - 1, not {seed!r}; 0 will do"
            )
        if (_whole(batch_size) or 0) < 1:
            raise ValueError(
                f"batch_size must be a whole number of at least 1, not {batch_size!r}; "
                "256 is a good start"
            )
        self.images = images
        self.labels = labels
        self.batch_size = batch_size
        self.num_examples = len(images)
        self._shuffle = shuffle
        self._seed = seed
        self._axis = axes.index("C")
        self._convert = convert
        self._epoch = 0

    def __len__(self) -> int:
        """Return the number of batches, a smaller last one counted."""
        return -(-self.num_examples // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        """Start the next epoch."""
        order = np.arange(self.num_examples)
        if self._shuffle:
            # RandomState, because its numbers are the same in every release of NumPy
            np.random.RandomState([self._seed, self._epoch]).shuffle(order)
        self._epoch += 1
        starts = range(0, self.num_examples, self.batch_size)
        return (self._batch(order[start : start + self.batch_size]) for start in starts)

    def _batch(self, chosen: np.ndarray) -> Any:
        X = np.expand_dims(self.images[chosen].astype(np.float32), self._axis)
        X /= 255
        y = self.labels[chosen].astype(np.int64)
        return self._convert(X, y) if self._convert else (X, y)


def _check_images(images: np.ndarray) -> None:
    if not isinstance(images, np.ndarray) or images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(
            "images must be a uint8 array of shape (n, height, width), "
            f"not {getattr(images, 'dtype', type(images).__name__)} of shape {np.shape(images)}; "
            "keep them as they were loaded"
        )


def _whole(number: Any) -> int | None:
    """Return a whole number as an int, and None for anything else."""
    try:
        return None if isinstance(number, bool) else operator.index(number)
    except TypeError:
        return None


def _height_and_width(size: int | tuple[int, int]) -> tuple[int, int]:
    pair = tuple(size) if isinstance(size, tuple | list) else (size, size)
    sides = tuple(_whole(side) for side in pair)
    if len(sides) != 2 or any(side is None or side < 1 for side in sides):
        raise ValueError(
            "resize must be a number of pixels of at least 1 or a pair (height, width) of them, "
            f"not {size!r}; 96 is a good start"
        )
    return sides
