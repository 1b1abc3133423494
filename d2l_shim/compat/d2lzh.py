"""What `import d2lzh as d2l` gives: the first edition's helpers, on MXNet's classic `nd` arrays.

NumPy's semantics stay off, so nothing of d2l_shim.mxnet, which switches them on, is used.
"""

import importlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from d2l_shim.compat.first_edition import show_images
from d2l_shim.compat.loading import needs, use_all_cores
from d2l_shim.compat.numpy_names import dropped_names_for
from d2l_shim.compat.unknown_names import unknown
from d2l_shim.data import fashion_mnist_batches
from d2l_shim.metrics import share_correct
from d2l_shim.plotting import (
    get_fashion_mnist_labels,
    set_figsize,
    show_fashion_mnist,
    use_svg_display,
)
from d2l_shim.training import train_epochs

use_all_cores("mxnet")
with needs("mxnet"), dropped_names_for("mxnet"):
    import mxnet as mx
    from mxnet import autograd, gluon, init, nd
    from mxnet.gluon import data as gdata
    from mxnet.gluon import loss as gloss
    from mxnet.gluon import nn
    from mxnet.gluon import utils as gutils

__all__ = [
    "Residual",
    "autograd",
    "corr2d",
    "evaluate_accuracy",
    "gdata",
    "get_fashion_mnist_labels",
    "gloss",
    "gluon",
    "gutils",
    "init",
    "load_data_fashion_mnist",
    "mx",
    "nd",
    "nn",
    "np",
    "resnet18",
    "set_figsize",
    "sgd",
    "show_fashion_mnist",
    "show_images",
    "train_ch5",
    "try_all_gpus",
    "try_gpu",
    "use_svg_display",
]
__path__ = []


def __getattr__(name: str) -> Any:
    if name == "plt":
        return importlib.import_module("matplotlib.pyplot")
    raise unknown("d2lzh", name, __all__)


def try_gpu() -> mx.Context:
    """Return the first GPU where there is one, else the CPU."""
    return try_all_gpus()[0]


def try_all_gpus() -> list[mx.Context]:
    """Return all GPUs, or the CPU alone where there is none."""
    return [mx.gpu(i) for i in range(mx.context.num_gpus())] or [mx.cpu()]


def load_data_fashion_mnist(
    batch_size: int, resize: int | tuple[int, int] | None = None, root: str | None = None
) -> tuple[Iterable, Iterable]:
    """Return Fashion-MNIST as batches of `nd` arrays, for training and for testing.

    Args:
        batch_size: images in a batch.
        resize: new side in pixels, or (height, width).
        root: where the old package kept its copy; here the files are found without it.

    Returns:
        Two iterables with a length; each iteration is one epoch. X is float32 in [0, 1] of shape
        (b, 1, height, width), y is int32 of shape (b,).
    """

    def arrays(X: np.ndarray, y: np.ndarray) -> tuple[nd.NDArray, nd.NDArray]:
        return nd.array(X, dtype="float32"), nd.array(y, dtype="int32")

    return fashion_mnist_batches(batch_size, resize, axes="NCHW", convert=arrays)


def corr2d(X: nd.NDArray, K: nd.NDArray) -> nd.NDArray:
    """Return the cross-correlation of an image (h, w) with a kernel (p, q).

    It has the shape (h - p + 1, w - q + 1).
    """
    p, q = K.shape
    height, width = X.shape[0] - p + 1, X.shape[1] - q + 1
    rows = [
        nd.concat(*[(X[i : i + p, j : j + q] * K).sum() for j in range(width)], dim=0)
        for i in range(height)
    ]
    return nd.stack(*rows)


def sgd(params: Iterable[nd.NDArray], lr: float, batch_size: int) -> None:
    """Take one step of stochastic gradient descent on arrays that have a gradient."""
    for param in params:
        param[:] = param - lr * param.grad / batch_size


def evaluate_accuracy(
    data_iter: Iterable,
    net: Callable[[nd.NDArray], nd.NDArray],
    ctx: mx.Context | list[mx.Context] | None = None,
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        data_iter: batches (X, y).
        net: the network, or a function.
        ctx: where to compute, one context or several; the CPU unless given.
    """
    contexts = [ctx] if isinstance(ctx, mx.Context) else ctx or [mx.cpu()]

    def correct(X: nd.NDArray, y: nd.NDArray) -> float:
        parts = [gutils.split_and_load(part, contexts, even_split=False) for part in (X, y)]
        return sum(_num_correct(net(X), y) for X, y in zip(*parts, strict=True))

    return share_correct(data_iter, correct)


def _num_correct(y_hat: nd.NDArray, y: nd.NDArray) -> float:
    return float((y_hat.argmax(axis=1) == y.astype("float32")).sum().asscalar())


def train_ch5(
    net: nn.Block,
    train_iter: Iterable,
    test_iter: Iterable,
    batch_size: int,
    trainer: gluon.Trainer,
    ctx: mx.Context,
    num_epochs: int,
) -> None:
    """Train a network from the weights it has and print one line an epoch.

    The loss is the cross-entropy of the softmax, its mean over the batch.

    Args:
        net: the network, initialized on the device.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        batch_size: what the sum of the gradients over a batch is divided by.
        trainer: updates the parameters of this network.
        ctx: where to train.
        num_epochs: number of epochs; quick mode makes it one.

    Raises:
        ValueError: num_epochs is under 1, or there is no batch.
    """
    softmax_loss = gloss.SoftmaxCrossEntropyLoss()

    def update(X: nd.NDArray, y: nd.NDArray) -> tuple[float, float]:
        X, y = X.as_in_context(ctx), y.as_in_context(ctx)
        with autograd.record():
            y_hat = net(X)
            loss = softmax_loss(y_hat, y).sum()
        loss.backward()
        trainer.step(batch_size)
        return loss.asscalar() / len(y), _num_correct(y_hat, y)

    def evaluate(data_iter: Iterable) -> float:
        return evaluate_accuracy(data_iter, net, ctx)

    train_epochs(update, evaluate, train_iter, test_iter, num_epochs)


class Residual(nn.Block):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, channels, height, width); output (b, num_channels, height, width), height and width
    divided by `strides`. Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.
    """

    def __init__(
        self, num_channels: int, use_1x1conv: bool = False, strides: int = 1, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.conv1 = nn.Conv2D(num_channels, kernel_size=3, padding=1, strides=strides)
        self.conv2 = nn.Conv2D(num_channels, kernel_size=3, padding=1)
        self.conv3 = None
        if use_1x1conv:
            # brings the input to the shape of what it is added to
            self.conv3 = nn.Conv2D(num_channels, kernel_size=1, strides=strides)
        self.bn1 = nn.BatchNorm()
        self.bn2 = nn.BatchNorm()

    def forward(self, X: nd.NDArray) -> nd.NDArray:
        Y = nd.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return nd.relu(Y + X)


def resnet18(num_classes: int) -> nn.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution, for (b, channels, height, width)."""
    net = nn.Sequential()
    net.add(
        nn.Conv2D(64, kernel_size=3, padding=1),
        nn.BatchNorm(),
        nn.Activation("relu"),
    )
    for i, num_channels in enumerate((64, 128, 256, 512)):
        halves = i > 0
        net.add(
            Residual(num_channels, use_1x1conv=halves, strides=2 if halves else 1),
            Residual(num_channels),
        )
    net.add(nn.GlobalAvgPool2D(), nn.Dense(num_classes))
    return net
