"""What `from d2l import paddle as d2l` gives: d2l_shim.paddle, and what d2l had besides."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from d2l_shim import paddle as shim
from d2l_shim import training
from d2l_shim.compat import downloads, drawing, regression
from d2l_shim.compat.d2l.evaluation import keeping, leaving_eval_mode, old_evaluation
from d2l_shim.compat.handed_on import delegate
from d2l_shim.methods import method
from d2l_shim.paddle.native import nn, paddle

_handed_on, __getattr__ = delegate(
    "d2l.paddle",
    (shim, shim.native, downloads, drawing, regression),
    {
        "paddlevision": "paddle.vision",
        "transforms": "paddle.vision.transforms",
        "warnings": "warnings",
    },
)
_own = [
    *("load_array", "synthetic_data", "train_batch_ch13", "train_ch13"),
    *("train_ch3", "train_epoch_ch3"),
    *("exp", "linspace", "meshgrid", "nn_Module", "randn", "sinh", "cosh", "to"),
]
__all__ = [*_handed_on, *_own, "d2l"]
__path__ = []

d2l = sys.modules[__name__]
nn_Module = nn.Layer  # noqa: N816 (its name there)
exp, linspace, meshgrid = paddle.exp, paddle.linspace, paddle.meshgrid
sinh, cosh, randn, to = paddle.sinh, paddle.cosh, paddle.randn, method("to")

evaluate_accuracy = old_evaluation(shim.evaluate_accuracy, shim.accuracy, nn.Layer, paddle.no_grad)
evaluate_accuracy_gpu = old_evaluation(
    shim.evaluate_accuracy_gpu, shim.accuracy, nn.Layer, paddle.no_grad
)
train_ch5 = leaving_eval_mode(shim.train_ch5)


# d2l made an initializer for each layer and never called it: the weights stay
train_ch6 = leaving_eval_mode(keeping(shim.train_ch6))


def resnet18(num_classes: int, in_channels: int = 1) -> nn.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.paddle.resnet18`."""
    return named_as_before(shim.resnet18(num_classes, in_channels, stem="3x3"))


def named_as_before(net: nn.Sequential) -> nn.Sequential:
    """Return a ResNet-18 whose parts have the names that the old packages gave them."""
    *stem, pool, flatten, linear = net
    stem, blocks = stem[:-4], stem[-4:]
    named = nn.Sequential(*stem)
    for i, block in enumerate(blocks):
        named.add_sublayer(f"resnet_block{i + 1}", block)
    named.add_sublayer("global_avg_pool", pool)
    named.add_sublayer("fc", nn.Sequential(flatten, linear))
    return named


def synthetic_data(
    w: paddle.Tensor, b: float, num_examples: int
) -> tuple[paddle.Tensor, paddle.Tensor]:
    """Return inputs of shape (n, len(w)) and X w + b with some noise, of shape (n, 1)."""
    X = paddle.normal(0, 1, (num_examples, len(w)))
    y = paddle.matmul(X, w) + b
    return X, (y + paddle.normal(0, 0.01, y.shape)).reshape([-1, 1])


def load_array(
    data_arrays: Sequence[paddle.Tensor], batch_size: int, is_train: bool = True
) -> Iterable:
    """Return tensors of equal length as batches, shuffled for training."""
    dataset = paddle.io.TensorDataset(data_arrays)
    return paddle.io.DataLoader(dataset, batch_size=batch_size, shuffle=is_train)


def train_epoch_ch3(
    net: Callable, train_iter: Iterable, loss: Callable, updater: Any
) -> tuple[float, float]:
    """Train for one epoch and return the mean loss and the accuracy.

    Args:
        net: network or function.
        train_iter: batches (X, y).
        loss: function of predictions and truth.
        updater: an optimizer, or a function of the batch's size that updates and clears gradients.
    """
    if isinstance(net, nn.Layer):
        net.train()

    def step(X: paddle.Tensor, y: paddle.Tensor) -> tuple[float, float]:
        y_hat = net(X)
        losses = loss(y_hat, y)
        if isinstance(updater, paddle.optimizer.Optimizer):
            updater.clear_grad()
            losses.mean().backward()
            updater.step()
        else:
            losses.sum().backward()
            updater(len(X))
        return losses.sum(), shim.accuracy(y_hat, y)

    return regression.epoch(train_iter, step)


train_ch3 = regression.train_ch3(train_epoch_ch3, evaluate_accuracy)


def train_batch_ch13(
    net: nn.Layer,
    X: paddle.Tensor | list[paddle.Tensor],
    y: paddle.Tensor,
    loss: Callable,
    trainer: paddle.optimizer.Optimizer,
    devices: Sequence,
) -> tuple[paddle.Tensor, float]:
    """Update a network with a batch, and return the sum of its losses and how many were right."""
    net.train()
    trainer.clear_grad()
    y_hat = net(X)
    losses = loss(y_hat, y).sum()
    losses.backward()
    trainer.step()
    return losses, shim.accuracy(y_hat, y)


def train_ch13(
    net: nn.Layer,
    train_iter: Iterable,
    test_iter: Iterable,
    loss: Callable,
    trainer: paddle.optimizer.Optimizer,
    num_epochs: int,
    devices: Sequence | None = None,
) -> None:
    """Train a network from the weights it has.

    Args:
        net: the network.
        train_iter: batches (X, y).
        test_iter: batches (X, y).
        loss: function of predictions and truth, for each example.
        trainer: updates the parameters of this network.
        num_epochs: number of epochs; quick mode makes it one.
        devices: where to train, of which the first is used; `try_all_gpus()` unless given.
    """
    devices = devices or shim.try_all_gpus()
    paddle.set_device(training.device_name(devices[0]))
    net.to(training.device_name(devices[0]))
    training.train(
        regression.train_by_batches(
            lambda X, y: train_batch_ch13(net, X, y, loss, trainer, devices)
        ),
        lambda data_iter: evaluate_accuracy_gpu(net, data_iter),
        train_iter,
        test_iter,
        num_epochs,
        0.0,
        devices[0],
    )
