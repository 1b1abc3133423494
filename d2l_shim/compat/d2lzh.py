"""What `import d2lzh as d2l` gives: the first edition's helpers, on MXNet's classic `nd` arrays.

NumPy's semantics stay off, so nothing of d2l_shim.mxnet, which switches them on, is used.
"""

import functools
from types import SimpleNamespace
from typing import Any

import numpy as np

from d2l_shim.compat import drawing, gluon_step, shared
from d2l_shim.compat.gluon_step import gluon, gutils, mx, nd, nn
from d2l_shim.compat.handed_on import drop_in
from d2l_shim.data import fashion_mnist_batches
from d2l_shim.metrics import share_correct
from d2l_shim.plotting import (  # noqa: F401
    get_fashion_mnist_labels,
    set_figsize,
    show_fashion_mnist,
    use_svg_display,
)
from d2l_shim.training import train_epochs

NAMES = """
    Residual corr2d data_iter evaluate_accuracy get_fashion_mnist_labels linreg
    load_data_fashion_mnist resnet18 semilogy set_figsize sgd show_fashion_mnist train train_ch3
    train_ch5 try_all_gpus try_gpu use_svg_display
    gdata=mxnet.gluon.data image=mxnet.image init=mxnet.initializer text=mxnet.contrib.text
"""
__all__, __path__, __getattr__ = drop_in("d2lzh", (gluon_step, shared, drawing), NAMES)


def try_gpu():
    """Return the first GPU where there is one, else the CPU."""
    return try_all_gpus()[0]


def try_all_gpus():
    """Return all GPUs, or the CPU alone where there is none."""
    return [mx.gpu(i) for i in range(mx.context.num_gpus())] or [mx.cpu()]


def load_data_fashion_mnist(batch_size, resize=None, root=None):
    """Return Fashion-MNIST as batches of `nd` arrays, for training and for testing.

    X is float32 in [0, 1] of shape (b, 1, height, width), y is int32 of shape (b,). `root` is where
    the old package kept its copy; here the files are found without it.
    """

    def arrays(X: np.ndarray, y: np.ndarray) -> tuple[nd.NDArray, nd.NDArray]:
        return nd.array(X, dtype="float32"), nd.array(y, dtype="int32")

    return fashion_mnist_batches(batch_size, resize, axes="NCHW", convert=arrays)


def data_iter(batch_size, features, labels):
    """Yield batches of features and labels in random order."""
    return shared.shuffled(batch_size, features, labels, lambda x, rows: x.take(nd.array(rows)))


def linreg(X, w, b):
    """Return the predictions X w + b of linear regression, shape (n, 1)."""
    return nd.dot(X, w) + b


@functools.wraps(drawing.semilogy)
def semilogy(*args: Any, **kwargs: Any) -> None:
    from matplotlib import get_backend, pyplot

    drawing.semilogy(*args, **kwargs)
    # which can show nothing, and says so
    if get_backend().lower() != "agg":
        pyplot.show()


def corr2d(X, K):
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


def sgd(params, lr, batch_size):
    """Take one step of stochastic gradient descent on arrays that have a gradient."""
    for param in params:
        param[:] = param - lr * param.grad / batch_size


def evaluate_accuracy(data_iter, net, ctx=None):
    """Return the share that a network, or a function, classifies correctly, in inference mode.

    `ctx` is where to compute, one context or several; the CPU unless given.
    """

    def correct(X: nd.NDArray, y: nd.NDArray) -> float:
        return sum(_num_correct(net(X), y) for X, y in zip(*_split(X, y, ctx), strict=True))

    return share_correct(data_iter, correct)


def _split(X: nd.NDArray, y: nd.NDArray, ctx: mx.Context | list[mx.Context] | None) -> list[list]:
    contexts = [ctx] if isinstance(ctx, mx.Context) else ctx or [mx.cpu()]
    return [gutils.split_and_load(part, contexts, even_split=False) for part in (X, y)]


def _num_correct(y_hat: nd.NDArray, y: nd.NDArray) -> float:
    return float((y_hat.argmax(axis=1) == y.astype("float32")).sum().asscalar())


def train_ch3(
    net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None
):
    """Train by gradient descent, or by a trainer, and print one line an epoch."""

    def step(_: int) -> None:
        if trainer is None:
            sgd(params, lr, batch_size)
        else:
            trainer.step(batch_size)

    train(train_iter, test_iter, net, loss, SimpleNamespace(step=step), None, num_epochs)


def train_ch5(net, train_iter, test_iter, batch_size, trainer, ctx, num_epochs):
    """Train from the weights it has, by the cross-entropy, and print one line an epoch.

    Raises:
        ValueError: num_epochs is under 1, or there is no batch.
    """
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    stepper = SimpleNamespace(step=lambda _: trainer.step(batch_size))
    train(train_iter, test_iter, net, loss, stepper, ctx, num_epochs)


def train(train_iter, test_iter, net, loss, trainer, ctx, num_epochs):
    """Train from the weights it has, on one context or several, and print one line an epoch."""

    def update(X: nd.NDArray, y: nd.NDArray) -> tuple[float, float]:
        Xs, ys = _split(X, y, ctx)
        losses, predicted = gluon_step.step(net, Xs, ys, loss, trainer.step)
        total = sum(part.sum().asscalar() for part in losses)
        return total / len(y), sum(map(_num_correct, predicted, ys))

    evaluate = functools.partial(evaluate_accuracy, net=net, ctx=ctx)
    train_epochs(update, evaluate, train_iter, test_iter, num_epochs)


class Residual(nn.Block):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, channels, height, width); output (b, num_channels, height, width), height and width
    divided by `strides`. Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.
    """

    def __init__(self, num_channels, use_1x1conv=False, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = nn.Conv2D(num_channels, kernel_size=3, padding=1, strides=strides)
        self.conv2 = nn.Conv2D(num_channels, kernel_size=3, padding=1)
        self.conv3 = None
        if use_1x1conv:
            # brings the input to the shape of what it is added to
            self.conv3 = nn.Conv2D(num_channels, kernel_size=1, strides=strides)
        self.bn1 = nn.BatchNorm()
        self.bn2 = nn.BatchNorm()

    def forward(self, X):
        Y = nd.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return nd.relu(Y + X)


def resnet18(num_classes):
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
