"""Batches of TensorFlow tensors."""

from typing import Any

from d2l_shim.data import fashion_mnist_batches
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

    def dataset(batches: Any) -> tf.data.Dataset:
        sides = resize or batches.images.shape[1:]
        height, width = sides if isinstance(sides, tuple) else (sides, sides)
        signature = (
            tf.TensorSpec((None, height, width, 1), tf.float32),
            tf.TensorSpec((None,), tf.int64),
        )
        made = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)
        return made.apply(tf.data.experimental.assert_cardinality(len(batches)))

    train, test = fashion_mnist_batches(batch_size, resize, seed, axes="NHWC")
    return dataset(train), dataset(test)


def get_dataloader_workers() -> int:
    """Return how many processes may read data: 0, since `tf.data` uses threads."""
    return 0
