"""Batches of Paddle tensors."""

from collections.abc import Iterable
from typing import Any

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.paddle.native import paddle


def load_data_fashion_mnist(
    batch_size: int, resize: int | tuple[int, int] | None = None, seed: int = 0
) -> tuple[Iterable, Iterable]:
    """Return Fashion-MNIST as batches of tensors, for training and for testing.

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

    def tensors(X: Any, y: Any) -> tuple[paddle.Tensor, paddle.Tensor]:
        return paddle.to_tensor(X), paddle.to_tensor(y)

    return fashion_mnist_batches(batch_size, resize, seed, axes="NCHW", convert=tensors)


def get_dataloader_workers() -> int:
    """Return how many processes of a `DataLoader` may read data: 0.

    Paddle's crash at random on a CPU.
    """
    return 0
