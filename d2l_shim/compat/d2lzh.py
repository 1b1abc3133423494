"""What `import d2lzh as d2l` gives: the first edition's helpers, on MXNet's classic `nd` arrays.

NumPy's semantics stay off, so nothing of d2l_shim.mxnet, which switches them on, is used.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from d2l_shim.compat import drawing, regression
from d2l_shim.compat.first_edition import show_images as show_images
from d2l_shim.compat.first_edition import shuffled
from d2l_shim.compat.handed_on import delegate
from d2l_shim.data import fashion_mnist_batches
from d2l_shim.metrics import share_correct
from d2l_shim.numpy_names import dropped_names_for
from d2l_shim.plotting import get_fashion_mnist_labels as get_fashion_mnist_labels
from d2l_shim.plotting import set_figsize as set_figsize
from d2l_shim.plotting import show_fashion_mnist as show_fashion_mnist
from d2l_shim.plotting import use_svg_display as use_svg_display
from d2l_shim.state import needs, use_all_cores
from d2l_shim.training import train_epochs

use_all_cores("mxnet")
with needs("mxnet"), dropped_names_for("mxnet"):
    import mxnet as mx
    from mxnet import autograd, gluon, nd
    from mxnet.gluon import loss as gloss
    from mxnet.gluon import nn
    from mxnet.gluon import utils as gutils

_handed_on, __getattr__ = delegate(
    "d2lzh",
    (drawing, regression),
    {
        "gdata": "mxnet.gluon.data",
        "image": "mxnet.image",
        "init": "mxnet.initializer",
        "text": "mxnet.contrib.text",
    },
)
_own = [
    *("Residual", "corr2d", "data_iter", "evaluate_accuracy", "get_fashion_mnist_labels"),
    *("linreg", "load_data_fashion_mnist", "resnet18", "semilogy", "set_figsize", "sgd"),
    *("show_fashion_mnist", "show_images", "train", "train_ch3", "train_ch5", "try_all_gpus"),
    *("try_gpu", "use_svg_display"),
    *("autograd", "gloss", "gluon", "gutils", "mx", "nd", "nn", "np"),
]
__all__ = [*_handed_on, *_own]
__path__ = []


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


def data_iter(batch_size: int, features: nd.NDArray, labels: nd.NDArray) -> Iterator:
    """Yield batches of features and labels in random order."""
    return shuffled(batch_size, features, labels, lambda array, rows: array.take(nd.array(rows)))


def linreg(X: nd.NDArray, w: nd.NDArray, b: nd.NDArray) -> nd.NDArray:
    """Return the predictions X w + b of linear regression, shape (n, 1)."""
    return nd.dot(X, w) + b


def semilogy(
    x_vals: Iterable,
    y_vals: Iterable,
    x_label: str,
    y_label: str,
    x2_vals: Iterable | None = None,
    y2_vals: Iterable | None = None,
    legend: Sequence[str] | None = None,
    figsize: tuple[float, float] = (3.5, 2.5),
) -> None:
    """Draw as `d2l_shim.compat.drawing.semilogy` does, and show it."""
    drawing.semilogy(x_vals, y_vals, x_label, y_label, x2_vals, y2_vals, legend, figsize)
    drawing.show()


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


def _update(
    net: Callable,
    loss: Callable,
    step: Callable[[int], None],
    contexts: Sequence[mx.Context],
) -> Callable[[nd.NDArray, nd.NDArray], tuple[float, float]]:
    """Return the update with a batch, which is split over contexts."""

    def update(X: nd.NDArray, y: nd.NDArray) -> tuple[float, float]:
        parts = [gutils.split_and_load(part, contexts, even_split=False) for part in (X, y)]
        with autograd.record():
            predicted = [net(part) for part in parts[0]]
            losses = [loss(*pair).sum() for pair in zip(predicted, parts[1], strict=True)]
        autograd.backward(losses)
        step(len(y))
        correct = sum(_num_correct(*pair) for pair in zip(predicted, parts[1], strict=True))
        return sum(part.asscalar() for part in losses) / len(y), correct

    return update


def train_ch3(
    net: Callable,
    train_iter: Iterable,
    test_iter: Iterable,
    loss: Callable,
    num_epochs: int,
    batch_size: int,
    params: list[nd.NDArray] | None = None,
    lr: float | None = None,
    trainer: gluon.Trainer | None = None,
) -> None:
    """Train and print one line an epoch.

    Args:
        net: network or function.
        train_iter: batches (X, y).
        test_iter: batches (X, y).
        loss: function of predictions and truth.
        num_epochs: number of epochs; quick mode makes it one.
        batch_size: what gradients are divided by.
        params: what to update by gradient descent, unless there is a trainer.
        lr: its learning rate.
        trainer: updates instead.
    """

    def step(examples: int) -> None:
        if trainer is None:
            sgd(params, lr, batch_size)
        else:
            trainer.step(batch_size)

    update = _update(net, loss, step, [mx.cpu()])
    train_epochs(
        update, lambda data: evaluate_accuracy(data, net), train_iter, test_iter, num_epochs
    )


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
    loss = gloss.SoftmaxCrossEntropyLoss()
    update = _update(net, loss, lambda examples: trainer.step(batch_size), [ctx])
    train_epochs(
        update, lambda data: evaluate_accuracy(data, net, ctx), train_iter, test_iter, num_epochs
    )


def train(
    train_iter: Iterable,
    test_iter: Iterable,
    net: nn.Block,
    loss: Callable,
    trainer: gluon.Trainer,
    ctx: mx.Context | list[mx.Context],
    num_epochs: int,
) -> None:
    """Train a network from the weights it has, on one context or several.

    It prints one line an epoch.

    Args:
        train_iter: batches (X, y).
        test_iter: batches (X, y).
        net: the network, initialized on the contexts.
        loss: function of predictions and truth, for each example.
        trainer: updates the parameters of this network.
        ctx: where to train.
        num_epochs: number of epochs; quick mode makes it one.
    """
    contexts = [ctx] if isinstance(ctx, mx.Context) else ctx
    update = _update(net, loss, trainer.step, contexts)
    train_epochs(
        update, lambda data: evaluate_accuracy(data, net, ctx), train_iter, test_iter, num_epochs
    )


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
    net.add(nn.Conv2D(64, kernel_size=3, padding=1), nn.BatchNorm(), nn.Activation("relu"))
    for i, num_channels in enumerate((64, 128, 256, 512)):
        halves = i > 0
        blk = nn.Sequential()
        blk.add(
            Residual(num_channels, use_1x1conv=halves, strides=2 if halves else 1),
            Residual(num_channels),
        )
        net.add(blk)
    net.add(nn.GlobalAvgPool2D(), nn.Dense(num_classes))
    return net
