"""What the old packages had besides our helpers, whatever the framework; none is imported.

Arguments are those that the old packages had. `Helpers` are the functions of d2l, the second
edition's package; `shuffled` and `show_images` are for the first edition's.
"""

import functools
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import Any

import numpy as np

from d2l_shim import plotting, training
from d2l_shim.data import quick
from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.metrics import Accumulator, share_correct

__all__ = ["evaluate_loss", "linreg", "predict_ch3", "show_images", "squared_loss"]


def linreg(X, w, b):
    """Return the predictions X w + b of linear regression."""
    return X @ w + b


def squared_loss(y_hat, y):
    """Return half the squared error of each prediction, in the shape of y_hat."""
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def evaluate_loss(net, data_iter, loss):
    """Return the mean loss on a dataset."""
    sums = Accumulator(2)
    for X, y in data_iter:
        y_hat = net(X)
        if np.prod(y.shape) == np.prod(y_hat.shape) and hasattr(y, "reshape"):
            y = y.reshape(y_hat.shape)
        losses = plotting.as_array(loss(y_hat, y))
        sums.add(losses.sum(), losses.size)
    return sums[0] / sums[1]


def predict_ch3(net, test_iter, n=6):
    """Draw the first images of Fashion-MNIST, the true class and the predicted one above each."""
    X, y = next(iter(test_iter))
    predicted = plotting.as_array(net(X)).argmax(axis=1)
    names = map(plotting.get_fashion_mnist_labels, (plotting.as_array(y), predicted))
    titles = ["\n".join(pair) for pair in zip(*names, strict=True)]
    images = plotting.as_array(X)[:n].reshape(-1, 28, 28)
    plotting.show_images(images, 1, n, titles=titles[:n])


def show_images(imgs, num_rows, num_cols, scale=2):
    """Draw images in rows and return their axes, shape (num_rows, num_cols), as d2lzh did."""
    axes = plotting.show_images(imgs, num_rows, num_cols, scale=scale)
    return axes.reshape(num_rows, num_cols)


def shuffled(
    batch_size: int, features: Any, labels: Any, take: Callable[[Any, list[int]], Any]
) -> Iterator[tuple[Any, Any]]:
    """Yield batches in random order; `take` returns the rows of a tensor that have such numbers."""
    order = list(range(len(features)))
    random.shuffle(order)
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield take(features, rows), take(labels, rows)


def leaving_eval_mode(function: Callable[..., Any], **bound: Any) -> Callable[..., Any]:
    """Let a function leave its network in inference mode: programs of d2l predict after it."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **bound | kwargs)
        net = args[0] if args else kwargs.get("net")
        if hasattr(net, "eval"):
            net.eval()
        return result

    return call


class Helpers:
    """d2l's functions for one framework, which derives from this and says what differs.

    It defines `load_array` and `_step(net, X, y, loss, updater)`: that updates with a batch in
    chapter 3, and returns the sum of its losses and the predictions.
    """

    _network: type | tuple[type, ...]  # what a network is an instance of
    _no_grad: Callable[[], AbstractContextManager] = nullcontext
    # d2l never drew the weights: it made an initializer for each layer and did not call it
    _train_ch6: dict[str, Any] = {"init": None}  # noqa: RUF012

    def __init__(self, shim: ModuleType) -> None:
        self._shim = shim
        module = shim.__name__.rpartition(".")[2]
        means = next(each.means for each in FRAMEWORKS if each.module == module)
        # d2l computed in float32
        fast = [name for name in means if name != "bfloat16"]
        self.train_ch5 = leaving_eval_mode(shim.train_ch5)
        self.train_ch6 = leaving_eval_mode(shim.train_ch6, fast=fast, **self._train_ch6)
        self.__all__ = [name for name in dir(self) if not name.startswith("_")]
        # each is one object, however often a program asks for it
        vars(self).update({name: getattr(self, name) for name in self.__all__})

    def resnet18(self, num_classes, in_channels=1):
        """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.torch.resnet18`."""
        return self._named(self._shim.resnet18(num_classes, in_channels, stem="3x3"))

    def _named(self, net: Any) -> Any:
        """Return a ResNet-18 whose parameters have the names that the old packages gave them."""
        return net

    def synthetic_data(self, w, b, num_examples):
        """Return inputs of shape (n, len(w)) and X w + b with some noise, of shape (n, 1)."""
        X = self._normal(1, (num_examples, len(w)))
        y = self._shim.matmul(X, self._shim.reshape(w, (-1, 1))) + b
        return X, y + self._normal(0.01, y.shape)

    def _normal(self, deviation: float, shape: Any) -> Any:
        return self._shim.normal(0, deviation, shape)

    def train_epoch_ch3(self, net, train_iter, loss, updater):
        """Train for one epoch and return the mean loss and the accuracy.

        The updater is an optimizer, or a function of the batch's size that updates.
        """
        if isinstance(net, self._network) and hasattr(net, "train"):
            net.train()
        sums = Accumulator(3)
        for X, y in train_iter:
            total, y_hat = self._step(net, X, y, loss, updater)
            sums.add(total, self._shim.accuracy(y_hat, y), np.prod(np.shape(y)))
        return sums[0] / sums[2], sums[1] / sums[2]

    def train_ch3(self, net, train_iter, test_iter, loss, num_epochs, updater):
        """Train as `train_epoch_ch3` does, for one epoch in quick mode, and draw the curves."""
        num_epochs = 1 if quick() else num_epochs
        xlim = [1, num_epochs] if num_epochs > 1 else None
        curves = "train loss", "train acc", "test acc"
        animator = plotting.Animator("epoch", legend=curves, xlim=xlim, ylim=[0.3, 0.9])
        for i in range(num_epochs):
            measured = self.train_epoch_ch3(net, train_iter, loss, updater)
            animator.add(i + 1, (*measured, self.evaluate_accuracy(net, test_iter)))

    def evaluate_accuracy(self, net, data_iter, device=None):
        """Return the share that a network, or a function, classifies correctly."""
        return self._evaluate(self._shim.evaluate_accuracy, net, data_iter, device)

    def evaluate_accuracy_gpu(self, net, data_iter, device=None):
        """Return the same, computed where the network is, or on the device."""
        return self._evaluate(self._shim.evaluate_accuracy_gpu, net, data_iter, device)

    def _evaluate(self, evaluate: Callable[..., float], net: Any, *args: Any) -> float:
        if isinstance(net, self._network):
            return leaving_eval_mode(evaluate)(net, *args)
        with self._no_grad():
            return share_correct(args[0], lambda X, y: self._shim.accuracy(net(X), y))

    def _train(
        self,
        update: Callable[[Any, Any], tuple[Any, Any]],
        evaluate: Callable[[Iterable], float],
        *data_and_epochs: Any,
        device: Any,
    ) -> None:
        """Train as chapter 13 does; `update` gives a batch's sum of losses and number of hits."""

        def step(X: Any, y: Any, lr: float) -> tuple[float, float]:
            loss, correct = update(X, y)
            return float(loss) / len(y), float(correct) * len(y) / np.prod(np.shape(y))

        training.train(step, evaluate, *data_and_epochs, 0.0, device)


class Eager(Helpers):
    """The same for PyTorch and Paddle, whose networks and optimizers are alike."""

    _optimizer: type
    _clear: str  # its method that clears gradients

    def _named(self, net: Any) -> Any:
        *stem, pool, flatten, linear = net
        stem, blocks = stem[:-4], stem[-4:]
        named = type(net)(*stem)
        for i, block in enumerate(blocks):
            setattr(named, f"resnet_block{i + 1}", block)
        named.global_avg_pool, named.fc = pool, type(net)(flatten, linear)
        return named

    def _step(self, net: Callable, X: Any, y: Any, loss: Callable, updater: Any) -> tuple[Any, Any]:
        y_hat = net(X)
        losses = loss(y_hat, y)
        if isinstance(updater, self._optimizer):
            getattr(updater, self._clear)()
            losses.mean().backward()
            updater.step()
        else:
            # it clears the gradients, too
            losses.sum().backward()
            updater(len(X))
        return losses.sum(), y_hat

    def train_batch_ch13(self, net, X, y, loss, trainer, devices):
        """Update with a batch, and return the sum of its losses and how many were right."""
        net.train()
        getattr(trainer, self._clear)()
        y_hat = net(X)
        losses = loss(y_hat, y).sum()
        losses.backward()
        trainer.step()
        return losses, self._shim.accuracy(y_hat, y)

    def train_ch13(self, net, train_iter, test_iter, loss, trainer, num_epochs, devices=None):
        """Train a network from the weights it has, on all GPUs where there are any."""
        devices = devices or self._shim.try_all_gpus()
        with self._placed(net, devices) as net:
            told = {"loss": loss, "trainer": trainer, "devices": devices}
            update = functools.partial(self.train_batch_ch13, net, **told)
            evaluate = functools.partial(self.evaluate_accuracy_gpu, net)
            self._train(update, evaluate, train_iter, test_iter, num_epochs, device=devices[0])
