"""Regression and the loop of chapter 3, as far as frameworks share it; none is imported."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from d2l_shim import plotting
from d2l_shim.data import quick
from d2l_shim.metrics import Accumulator

__all__ = ["evaluate_loss", "linreg", "predict_ch3", "squared_loss"]


def linreg(X: Any, w: Any, b: Any) -> Any:
    """Return the predictions X w + b of linear regression.

    Args:
        X: inputs, shape (n, inputs).
        w: weights, shape (inputs, 1).
        b: bias, shape (1,).
    """
    return X @ w + b


def squared_loss(y_hat: Any, y: Any) -> Any:
    """Return half the squared error of each prediction, in the shape of y_hat."""
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def evaluate_loss(net: Callable, data_iter: Iterable, loss: Callable) -> float:
    """Return the mean loss on a dataset.

    Args:
        net: network or function.
        data_iter: batches (X, y).
        loss: function of predictions and truth, for each example or for the batch.
    """
    sums = Accumulator(2)
    for X, y in data_iter:
        y_hat = net(X)
        if np.prod(y.shape) == np.prod(y_hat.shape) and hasattr(y, "reshape"):
            y = y.reshape(y_hat.shape)
        losses = plotting.as_array(loss(y_hat, y))
        sums.add(losses.sum(), losses.size)
    return sums[0] / sums[1]


def epoch(
    train_iter: Iterable, step: Callable[[Any, Any], tuple[float, float]]
) -> tuple[float, float]:
    """Train for one epoch and return the mean loss and the accuracy.

    Args:
        train_iter: batches (X, y).
        step: updates with a batch, and returns the sum of its losses and how many predictions
            were right.
    """
    sums = Accumulator(3)
    for X, y in train_iter:
        loss, correct = step(X, y)
        sums.add(loss, correct, np.prod(np.shape(y)))
    return sums[0] / sums[2], sums[1] / sums[2]


def train_ch3(
    train_epoch: Callable[..., tuple[float, float]], evaluate: Callable[[Any, Iterable], float]
) -> Callable[..., None]:
    """Return the `train_ch3` of a framework.

    Args:
        train_epoch: its `train_epoch_ch3`.
        evaluate: its `evaluate_accuracy`.
    """

    def train_ch3(
        net: Callable,
        train_iter: Iterable,
        test_iter: Iterable,
        loss: Callable,
        num_epochs: int,
        updater: Any,
    ) -> None:
        """Train and draw the curves; the arguments are those of `train_epoch_ch3`.

        In quick mode it is one epoch.
        """
        num_epochs = 1 if quick() else num_epochs
        animator = plotting.Animator(
            xlabel="epoch",
            xlim=[1, num_epochs] if num_epochs > 1 else None,
            ylim=[0.3, 0.9],
            legend=["train loss", "train acc", "test acc"],
        )
        for i in range(num_epochs):
            measured = train_epoch(net, train_iter, loss, updater)
            animator.add(i + 1, (*measured, evaluate(net, test_iter)))

    return train_ch3


def predict_ch3(net: Callable, test_iter: Iterable, n: int = 6) -> None:
    """Draw the first images, with the true class and the predicted one above each.

    Args:
        net: network or function that gives scores, shape (b, classes).
        test_iter: batches (X, y) of Fashion-MNIST.
        n: how many images.
    """
    X, y = next(iter(test_iter))
    predicted = plotting.as_array(net(X)).argmax(axis=1)
    names = map(plotting.get_fashion_mnist_labels, (plotting.as_array(y), predicted))
    titles = ["\n".join(pair) for pair in zip(*names, strict=True)]
    images = plotting.as_array(X)[:n].reshape(-1, 28, 28)
    plotting.show_images(images, 1, n, titles=titles[:n])


def train_by_batches(
    train_batch: Callable[[Any, Any], tuple[float, float]],
) -> Callable[[Any, Any, float], tuple[float, float]]:
    """Return the step of `d2l_shim.training.train` for an update that sums over a batch.

    Args:
        train_batch: updates with a batch X, y, and returns the sum of its losses and how many
            labels were predicted correctly.
    """

    def step(X: Any, y: Any, lr: float) -> tuple[float, float]:
        loss, correct = train_batch(X, y)
        return float(loss) / len(y), float(correct) * len(y) / np.prod(np.shape(y))

    return step
