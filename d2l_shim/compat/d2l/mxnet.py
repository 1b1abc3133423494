"""What `from d2l import mxnet as d2l` gives: d2l_shim.mxnet, and what d2l had besides."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from d2l_shim import mxnet as shim
from d2l_shim import training
from d2l_shim.compat import downloads, drawing, regression
from d2l_shim.compat.d2l.evaluation import old_evaluation
from d2l_shim.compat.handed_on import delegate
from d2l_shim.methods import method
from d2l_shim.metrics import share_correct
from d2l_shim.mxnet.native import autograd, gluon, mx, nn, np

_handed_on, __getattr__ = delegate(
    "d2l.mxnet",
    (shim, shim.native, downloads, drawing, regression),
    {
        "context": "mxnet.context",
        "image": "mxnet.image",
        "init": "mxnet.initializer",
        "rnn": "mxnet.gluon.rnn",
        "transforms": "mxnet.gluon.data.vision.transforms",
    },
)
_own = [
    *("evaluate_accuracy_gpus", "load_array", "split_batch", "synthetic_data"),
    *("train_batch_ch13", "train_ch13", "train_ch3", "train_epoch_ch3"),
    *("exp", "linspace", "meshgrid", "nn_Module", "sinh", "cosh", "to"),
]
__all__ = [*_handed_on, *_own, "d2l"]
__path__ = []

d2l = sys.modules[__name__]
nn_Module = nn.Block  # noqa: N816 (its name there)
exp, linspace, meshgrid = np.exp, np.linspace, np.meshgrid
sinh, cosh, to = np.sinh, np.cosh, method("as_in_context")

evaluate_accuracy = old_evaluation(shim.evaluate_accuracy, shim.accuracy, nn.Block)
evaluate_accuracy_gpu = old_evaluation(shim.evaluate_accuracy_gpu, shim.accuracy, nn.Block)


def resnet18(num_classes: int, in_channels: int = 0) -> nn.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.mxnet.resnet18`.

    With `in_channels` 0 the first images tell how many channels there are.
    """
    return named_as_before(shim.resnet18(num_classes, in_channels, stem="3x3"))


def named_as_before(net: nn.Sequential) -> nn.Sequential:
    """Return a ResNet-18 whose parameters have the names that the old packages gave them."""
    named = nn.Sequential()
    # they had no layer between the pooling and the dense one
    named.add(*(layer for layer in net if not isinstance(layer, nn.Flatten)))
    return named


def synthetic_data(w: np.ndarray, b: float, num_examples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs of shape (n, len(w)) and X w + b with some noise, of shape (n, 1)."""
    X = np.random.normal(0, 1, (num_examples, len(w)))
    y = np.dot(X, w) + b
    return X, (y + np.random.normal(0, 0.01, y.shape)).reshape(-1, 1)


def linreg(X: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the predictions X w + b of linear regression.

    Args:
        X: inputs, shape (n, inputs).
        w: weights, shape (inputs, 1).
        b: bias, shape (1,).
    """
    return np.dot(X, w) + b


def load_array(
    data_arrays: Sequence[np.ndarray], batch_size: int, is_train: bool = True
) -> Iterable:
    """Return arrays of equal length as batches, shuffled for training."""
    dataset = gluon.data.ArrayDataset(*data_arrays)
    return gluon.data.DataLoader(dataset, batch_size, shuffle=is_train)


def train_epoch_ch3(
    net: Callable, train_iter: Iterable, loss: Callable, updater: Any
) -> tuple[float, float]:
    """Train for one epoch and return the mean loss and the accuracy.

    Args:
        net: network or function.
        train_iter: batches (X, y).
        loss: function of predictions and truth, for each example.
        updater: a trainer, or a function of the batch's size that updates.
    """
    update = updater.step if isinstance(updater, gluon.Trainer) else updater

    def step(X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        with autograd.record():
            y_hat = net(X)
            losses = loss(y_hat, y)
        losses.backward()
        update(len(X))
        return losses.sum(), shim.accuracy(y_hat, y)

    return regression.epoch(train_iter, step)


train_ch3 = regression.train_ch3(train_epoch_ch3, evaluate_accuracy)


def split_batch(
    X: np.ndarray, y: np.ndarray, devices: Sequence[mx.Context]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the parts of a batch, one on each device."""
    return gluon.utils.split_and_load(X, devices), gluon.utils.split_and_load(y, devices)


def evaluate_accuracy_gpus(
    net: nn.Block, data_iter: Iterable, split_f: Callable = split_batch
) -> float:
    """Return the share of a dataset that a network on several devices classifies correctly.

    Args:
        net: the network.
        data_iter: batches (X, y).
        split_f: splits a batch X, y onto devices.
    """
    devices = next(iter(net.collect_params().values())).list_ctx()

    def correct(X: np.ndarray, y: np.ndarray) -> float:
        parts = zip(*split_f(X, y, devices), strict=True)
        return sum(shim.accuracy(net(part), truth) for part, truth in parts)

    return share_correct(data_iter, correct)


def train_batch_ch13(
    net: nn.Block,
    features: np.ndarray,
    labels: np.ndarray,
    loss: Callable,
    trainer: gluon.Trainer,
    devices: Sequence[mx.Context],
    split_f: Callable = split_batch,
) -> tuple[float, float]:
    """Update a network with a batch, and return the sum of its losses and how many were right."""
    parts = list(zip(*split_f(features, labels, devices), strict=True))
    with autograd.record():
        predicted = [net(X) for X, _ in parts]
        losses = [loss(y_hat, y) for y_hat, (_, y) in zip(predicted, parts, strict=True)]
    autograd.backward(losses)
    trainer.step(len(labels), ignore_stale_grad=True)
    correct = [shim.accuracy(y_hat, y) for y_hat, (_, y) in zip(predicted, parts, strict=True)]
    return sum(float(part.sum()) for part in losses), sum(correct)


def train_ch13(
    net: nn.Block,
    train_iter: Iterable,
    test_iter: Iterable,
    loss: Callable,
    trainer: gluon.Trainer,
    num_epochs: int,
    devices: Sequence[mx.Context] | None = None,
    split_f: Callable = split_batch,
) -> None:
    """Train a network from the weights it has, on several devices.

    Args:
        net: the network, initialized on the devices.
        train_iter: batches (X, y).
        test_iter: batches (X, y).
        loss: function of predictions and truth, for each example.
        trainer: updates the parameters of this network.
        num_epochs: number of epochs; quick mode makes it one.
        devices: where to train; `try_all_gpus()` unless given.
        split_f: splits a batch X, y onto devices.
    """
    devices = devices or shim.try_all_gpus()
    training.train(
        regression.train_by_batches(
            lambda X, y: train_batch_ch13(net, X, y, loss, trainer, devices, split_f)
        ),
        lambda data_iter: evaluate_accuracy_gpus(net, data_iter, split_f),
        train_iter,
        test_iter,
        num_epochs,
        0.0,
        devices[0],
    )
