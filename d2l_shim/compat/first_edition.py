"""What the helpers of the first edition share, whatever the framework; none is imported."""

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
