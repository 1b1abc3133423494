"""What the book's MXNet readers import: data, training and networks, written for MXNet."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from d2l_shim import layer_table, training
from d2l_shim.compat.loading import needs, use_all_cores
from d2l_shim.compat.numpy_names import dropped_names_for
from d2l_shim.data import fashion_mnist_batches
from d2l_shim.metrics import Accumulator, share_correct
from d2l_shim.plotting import Animator, get_fashion_mnist_labels, show_images
from d2l_shim.timing import Timer
from d2l_shim.training import one_cycle

use_all_cores("mxnet")
with needs("mxnet"), dropped_names_for("mxnet"):
    import mxnet as mx
    from mxnet import autograd, gluon, init, np, npx
    from mxnet.gluon import nn

# arrays and layers with NumPy's interface, the only one the book uses
npx.set_np()

__all__ = [
    "Accumulator",
    "Animator",
    "Residual",
    "Timer",
    "accuracy",
    "evaluate_accuracy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "num_gpus",
    "one_cycle",
    "resnet18",
    "resnet_block",
    "resnet_stem",
    "show_images",
    "summary",
    "train_ch6",
    "try_gpu",
]


def num_gpus() -> int:
    """Return how many GPUs MXNet sees."""
    return npx.num_gpus()


def try_gpu(i: int = 0) -> mx.Context:
    """Return GPU number i where there is one, else the CPU."""
    return npx.gpu(i) if num_gpus() > i else npx.cpu()


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
    """

    def arrays(X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        return np.array(X, dtype=X.dtype), np.array(y, dtype=y.dtype)

    return fashion_mnist_batches(batch_size, resize, seed, axes="NCHW", convert=arrays)


def accuracy(y_hat: np.ndarray, y: np.ndarray) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes), or classes of shape (b,).
        y: true classes, shape (b,).
    """
    if y_hat.ndim > 1:
        y_hat = y_hat.argmax(axis=1)
    return float((y_hat.astype(y.dtype) == y).sum())


def evaluate_accuracy(
    net: gluon.Block, data_iter: Iterable, device: mx.Context | None = None
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network.
        data_iter: batches (X, y).
        device: where to compute; where the network's first parameter is unless given.
    """
    if device is None:
        parameters = net.collect_params().values()
        device = next((p.list_ctx()[0] for p in parameters), npx.cpu())

    def correct(X: np.ndarray, y: np.ndarray) -> float:
        return accuracy(net(X.as_in_ctx(device)), y.as_in_ctx(device))

    with autograd.predict_mode():
        return share_correct(data_iter, correct)


def train_ch6(
    net: gluon.Block,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: training.LearningRate,
    device: mx.Context | None = None,
) -> None:
    """Train a network from new weights with plain SGD and print the result.

    Weights are drawn by Xavier's uniform rule, biases are zero, batch normalization starts anew.
    The loss is the cross-entropy of the softmax, its mean over the batch.

    Args:
        net: the network.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        num_epochs: number of epochs; quick mode makes it one.
        lr: learning rate, or a function from the step, counted from 0 over all epochs, to it.
        device: where to train; `try_gpu()` unless given.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, or train_iter is empty.
    """
    training.check_training(train_iter, num_epochs, lr)
    device = try_gpu() if device is None else device
    net.initialize(init.Xavier(), ctx=device, force_reinit=True)
    softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.0})

    def step(X: np.ndarray, y: np.ndarray, lr: float) -> tuple[np.ndarray, float]:
        X, y = X.as_in_ctx(device), y.as_in_ctx(device)
        trainer.set_learning_rate(lr)
        with autograd.record():
            y_hat = net(X)
            loss = softmax_loss(y_hat, y).mean()
        loss.backward()
        trainer.step(1)
        return loss, accuracy(y_hat, y)

    def evaluate(data_iter: Iterable) -> float:
        return evaluate_accuracy(net, data_iter, device)

    training.train(step, evaluate, train_iter, test_iter, num_epochs, lr, device)


class Residual(nn.Block):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, channels, height, width); output (b, num_channels, height, width), height and width
    divided by `strides`. Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.
    """

    def __init__(self, num_channels: int, use_1x1conv: bool = False, strides: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2D(num_channels, kernel_size=3, padding=1, strides=strides)
        self.conv2 = nn.Conv2D(num_channels, kernel_size=3, padding=1)
        self.conv3 = None
        if use_1x1conv:
            # brings the input to the shape of what it is added to
            self.conv3 = nn.Conv2D(num_channels, kernel_size=1, strides=strides)
        self.bn1 = nn.BatchNorm()
        self.bn2 = nn.BatchNorm()

    def forward(self, X: np.ndarray) -> np.ndarray:
        Y = npx.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return npx.relu(Y + X)


def resnet_block(num_channels: int, num_residuals: int, first_block: bool = False) -> nn.Sequential:
    """Return residual blocks in a row; the first one halves height and width.

    With `first_block` none does: the pooling in front of it has halved already, and its input
    must have `num_channels` channels.
    """
    blk = nn.Sequential()
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.add(Residual(num_channels, use_1x1conv=True, strides=2))
        else:
            blk.add(Residual(num_channels))
    return blk


def resnet_stem(in_channels: int = 1, stem: str = "7x7") -> list[gluon.Block]:
    """Return the first layers of ResNet-18, for images with so many channels.

    Args:
        in_channels: channels of an image.
        stem: `7x7`, with pooling, as in the paper; or `3x3`, without, for small images.

    Raises:
        ValueError: there is no such stem.
    """
    if stem == "7x7":
        return [
            nn.Conv2D(64, kernel_size=7, strides=2, padding=3, in_channels=in_channels),
            nn.BatchNorm(),
            nn.Activation("relu"),
            nn.MaxPool2D(pool_size=3, strides=2, padding=1),
        ]
    if stem == "3x3":
        return [
            nn.Conv2D(64, kernel_size=3, padding=1, in_channels=in_channels),
            nn.BatchNorm(),
            nn.Activation("relu"),
        ]
    raise ValueError(f"stem must be '7x7' or '3x3', not {stem!r}")


def resnet18(num_classes: int = 10, in_channels: int = 1, stem: str = "7x7") -> nn.Sequential:
    """Return ResNet-18 for images of shape (b, in_channels, height, width); it gives logits.

    Args:
        num_classes: number of classes.
        in_channels: channels of an image.
        stem: `7x7` or `3x3`, see `resnet_stem`.

    Raises:
        ValueError: there is no such stem.
    """
    net = nn.Sequential()
    net.add(
        *resnet_stem(in_channels, stem),
        resnet_block(64, 2, first_block=True),
        resnet_block(128, 2),
        resnet_block(256, 2),
        resnet_block(512, 2),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
        nn.Dense(num_classes),
    )
    return net


def summary(net: gluon.Block, shape: tuple[int, ...]) -> None:
    """Print a table of a network's layers: name, shape of the output, trainable parameters.

    Weights and running statistics stay as they are; a network that is not initialized stays so.

    Args:
        net: the network; what is in a Sequential gets a row each, anything else is one row.
        shape: shape of the input, (b, channels, height, width).

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_shape(shape, "NCHW")
    parameters = list(net.collect_params().values())
    if any(p._data is None and not p._deferred_init for p in parameters):
        net = copy.deepcopy(net)
        net.initialize(force_reinit=True)
        parameters = list(net.collect_params().values())
    device = parameters[0].list_ctx()[0] if parameters else npx.cpu()
    with autograd.predict_mode():
        X = np.zeros(shape, ctx=device)
        rows = layer_table.run_layers(_layers(net), X, "NCHW", _num_parameters, _layer_name)
    layer_table.print_table(rows)


def _layers(net: gluon.Block) -> Iterator[gluon.Block]:
    if isinstance(net, nn.Sequential | nn.HybridSequential):
        for layer in net:
            yield from _layers(layer)
    else:
        yield net


def _layer_name(layer: gluon.Block) -> str:
    is_activation = isinstance(layer, nn.Activation)
    return layer_table.layer_name(layer, layer._act_type if is_activation else None)


def _num_parameters(layer: gluon.Block) -> int:
    parameters = layer.collect_params().values()
    return layer_table.count(p.shape for p in parameters if p.grad_req != "null")
