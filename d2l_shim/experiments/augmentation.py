"""From images in memory to batches: cropped, flipped and normalized by NumPy, a batch at a time.

What is drawn depends on seed and epoch alone: the same in every framework, and when resumed.
"""

from collections.abc import Iterator

import numpy as np


def channel_statistics(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each channel of uint8 images, in [0, 1], as float32.

    The channels come last. One without any variation gets the standard deviation 1, to divide by.

    Examples:
        >>> mean, std = channel_statistics(np.array([[[[0, 51]], [[255, 51]]]], np.uint8))
        >>> mean.round(3).tolist(), std.tolist()
        ([0.5, 0.20000000298023224], [0.5, 1.0])
    """
    values = np.arange(256) / 255
    planes = images.reshape(-1, images.shape[-1]).T
    shares = np.stack([np.bincount(plane, minlength=256) for plane in planes]) / planes[0].size
    mean = shares @ values
    std = np.sqrt(np.maximum(shares @ values**2 - mean**2, 0))
    std[std < 1e-6] = 1
    return mean.astype(np.float32), std.astype(np.float32)


def normalize(images: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Return uint8 images as float32 with mean 0 and standard deviation 1 in each channel."""
    return images * (1 / 255 / std).astype(np.float32) - (mean / std).astype(np.float32)


def crop(images: np.ndarray, tops: np.ndarray, lefts: np.ndarray, padding: int = 4) -> np.ndarray:
    """Surround each image with black pixels and cut one of the old size out of it.

    Source: C.-Y. Lee et al., Deeply-Supervised Nets, 2015.

    Examples:
        >>> crop(np.array([[[[1], [2]], [[3], [4]]]]), [0], [1], padding=1)[0, :, :, 0].tolist()
        [[0, 0], [1, 2]]
    """
    b, height, width = images.shape[:3]
    margin = (padding, padding)
    padded = np.pad(images, ((0, 0), margin, margin, (0, 0)))
    rows = np.asarray(tops)[:, None] + np.arange(height)
    columns = np.asarray(lefts)[:, None] + np.arange(width)
    return padded[np.arange(b)[:, None, None], rows[:, :, None], columns[:, None, :]]


def flip(images: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
    """Mirror those of the images for which `mirrored`, shape (b,), is true, left to right."""
    return np.where(np.asarray(mirrored)[:, None, None, None], images[:, :, ::-1], images)


def training_batches(
    images: np.ndarray,
    labels: np.ndarray,
    batch_size: int,
    seed: int,
    epoch: int,
    first: int = 0,
    padding: int = 4,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield one epoch of batches: all images in a random order, cropped and flipped at random.

    Seed and epoch decide all that is random; `first` is the number of the batch to begin with.
    """
    n = len(images)
    # RandomState, because its numbers are the same in every release of NumPy
    random = np.random.RandomState([seed, epoch])
    order = random.permutation(n)
    tops, lefts = random.randint(0, 2 * padding + 1, (2, n))
    mirrored = random.randint(0, 2, n) == 1
    for start in range(first * batch_size, n, batch_size):
        now = slice(start, start + batch_size)
        X = crop(images[order[now]], tops[now], lefts[now], padding)
        yield flip(X, mirrored[now]), labels[order[now]]
