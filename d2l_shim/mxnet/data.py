"""Batches of MXNet arrays."""

import os
import sys
from collections.abc import Iterable

import numpy

from d2l_shim.data import Batches, fashion_mnist_batches
from d2l_shim.mxnet.native import np


def load_data_fashion_mnist(
    batch_size: int, resize: int | tuple[int, int] | None = None, seed: int = 0
) -> tuple[Iterable, Iterable]:
    """Return Fashion-MNIST as batches of arrays in main memory, for training and for testing.

    Args:
        batch_size: images in a batch.
        resize: new side in pixels, or (height, width).
        seed: what the order of each epoch depends on.

    Returns:
        Two iterables with a length; each iteration is one epoch. X is float32 in [0, 1] of shape
        (b, 1, height, width), y is int64 of shape (b,).

    Examples:
        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(50, resize=32)
        >>> X, y = next(iter(train_iter))
        >>> tuple(X.shape), tuple(y.shape)
        ((50, 1, 32, 32), (50,))
    """

    return fashion_mnist_batches(batch_size, resize, seed, axes="NCHW", convert=_arrays)


def batches(
    images: numpy.ndarray, labels: numpy.ndarray, batch_size: int, resize: int, seed: int = 0
) -> Iterable:
    """Return images of one's own as shuffled batches, as `load_data_fashion_mnist` does.

    Args:
        images: uint8, grey of shape (n, height, width) or colour of shape (n, 3, height, width).
        labels: whole numbers, shape (n,).
        batch_size: images in a batch.
        resize: new side in pixels.
        seed: what the order of each epoch depends on.
    """
    return Batches(
        images, labels, batch_size, shuffle=True, seed=seed, convert=_arrays, size=resize
    )


def _arrays(X: numpy.ndarray, y: numpy.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.array(X, dtype=X.dtype), np.array(y, dtype=y.dtype)


def get_dataloader_workers() -> int:
    """Return how many processes of a `DataLoader` may read data: 4, or as many as there are cores.

    On Windows it is none, since there a program would have to guard its start.
    """
    return 0 if sys.platform.startswith("win") else min(4, os.cpu_count() or 1)
