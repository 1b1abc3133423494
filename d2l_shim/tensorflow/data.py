"""Batches of TensorFlow tensors."""

import numpy as np

from d2l_shim.data import Batches, fashion_mnist_batches
from d2l_shim.tensorflow.native import tf


def load_data_fashion_mnist(
    batch_size: int, resize: int | tuple[int, int] | None = None, seed: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset]:
    """Return Fashion-MNIST as datasets of batches, for training and for testing.

    Args:
        batch_size: images in a batch.
        resize: new side in pixels, or (height, width).
        seed: what the order of each epoch depends on.

    Returns:
        Two datasets with a length; each iteration is one epoch. X is float32 in [0, 1] of shape
        (b, height, width, 1), y is int64 of shape (b,).

    Examples:
        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(50, resize=32)
        >>> X, y = next(iter(train_iter))
        >>> tuple(X.shape), tuple(y.shape)
        ((50, 32, 32, 1), (50,))
    """

    halves = fashion_mnist_batches(batch_size, resize, seed, axes="NHWC")
    train, test = (_dataset(half, resize or half.images.shape[1:]) for half in halves)
    return train, test


def batches(
    images: np.ndarray, labels: np.ndarray, batch_size: int, resize: int, seed: int = 0
) -> tf.data.Dataset:
    """Return images of one's own as shuffled batches, as `load_data_fashion_mnist` does.

    Args:
        images: uint8, grey of shape (n, height, width).
        labels: whole numbers, shape (n,).
        batch_size: images in a batch.
        resize: new side in pixels.
        seed: what the order of each epoch depends on.
    """
    made = Batches(images, labels, batch_size, shuffle=True, seed=seed, axes="NHWC", size=resize)
    return _dataset(made, resize)


def _dataset(batches: Batches, sides: int | tuple[int, int]) -> tf.data.Dataset:
    if batches.is_resized and batches.images.ndim == 3:
        # images are picked and made float by TensorFlow's own threads
        images, labels = tf.constant(batches.images[..., None]), tf.constant(batches.labels)

        def batch(chosen: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            X = tf.cast(tf.gather(images, chosen), tf.float32) / 255
            return X, tf.cast(tf.gather(labels, chosen), tf.int64)

        made = tf.data.Dataset.from_generator(
            batches.choices, output_signature=tf.TensorSpec((None,), tf.int64)
        ).map(batch)
    else:
        height, width = sides if isinstance(sides, tuple) else (sides, sides)
        signature = (
            tf.TensorSpec((None, height, width, 1), tf.float32),
            tf.TensorSpec((None,), tf.int64),
        )
        made = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)
    made = made.apply(tf.data.experimental.assert_cardinality(len(batches)))
    # the next batch is made while the network works on this one
    return made.prefetch(2)


def get_dataloader_workers() -> int:
    """Return how many processes may read data: 0, since `tf.data` uses threads."""
    return 0
