"""What the helpers of the first edition share, whatever the framework; none is imported."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from d2l_shim import plotting


def show_images(imgs: Any, num_rows: int, num_cols: int, scale: float = 2) -> np.ndarray:
    """Draw images in rows and return their axes, shape (num_rows, num_cols).

    Args:
        imgs: images as `d2l_shim.plotting.show_images` takes them.
        num_rows: rows of images.
        num_cols: images in a row.
        scale: side of an image in inches.
    """
    axes = plotting.show_images(imgs, num_rows, num_cols, scale=scale)
    return axes.reshape(num_rows, num_cols)


def shuffled(
    batch_size: int, features: Any, labels: Any, take: Callable[[Any, list[int]], Any]
) -> Iterator[tuple[Any, Any]]:
    """Yield batches of examples in random order.

    Args:
        batch_size: examples in a batch.
        features: inputs, shape (n, ...).
        labels: their labels, shape (n, ...).
        take: returns the rows of a tensor that have such numbers.
    """
    order = list(range(len(features)))
    random.shuffle(order)
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield take(features, rows), take(labels, rows)
