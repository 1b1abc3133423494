"""What readers call to load data, to train and to evaluate: written once for all frameworks.

`train_ch6 = face(faces.train_ch6, Learner)` in a framework's package makes one of these functions
that framework's own: with its words, without the first argument. No framework is imported.
"""

from __future__ import annotations

import ast
import functools
import inspect
import os
import re
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np

from d2l_shim import data, training
from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import Framework
from d2l_shim.learner import BaseLearner, means
from d2l_shim.training import LearningRate

# types that each framework has a name of its own for; only TensorFlow makes a network
Network = Untrained = Tensor = Optimizer = Device = Made = Batches = Any
_TYPES = ("Network", "Untrained", "Tensor", "Optimizer", "Device", "Made", "Batches")
_WHOLE_WORDS = {"break_long_words": False, "break_on_hyphens": False}
_USUAL = {
    "Device": "Device",
    "here": "where the network's first parameter is",
    "Made": "None",
    "Batches": "Iterable",
    "batches": "batches in main memory",
    "iterables": "iterables",
    "workers": "at most 4, none on Windows",
    "X": "",
    "place": "",
    "sgd": "",
    "ch5 net": "the network; it is moved to the device",
    "batch size": "not needed here, since the loss is a mean",
    "ch6": "Train a network from new weights with SGD and print the result.",
    "ch6 net": "the network",
    "drawn": "Weights are drawn from a uniform distribution, biases are zero, batch normalization "
    "starts anew.",
}


def load_data_fashion_mnist(
    Learner: type[BaseLearner],
    batch_size: int,
    resize: int | tuple[int, int] | None = None,
    seed: int = 0,
) -> tuple[Batches, Batches]:
    """Return Fashion-MNIST as {batches}, for training and for testing.

    Args:
        batch_size: images in a batch.
        resize: new side in pixels, or (height, width).
        seed: what the order of each epoch depends on.

    Returns:
        Two {iterables} with a length; each iteration is one epoch. X is float32 in [0, 1] of shape
        {grey}, y is int64 of shape (b,).

    Examples:
        >>> train_iter, test_iter = d2l.load_data_fashion_mnist(50, resize=32)
        >>> X, y = next(iter(train_iter))
        >>> tuple(X.shape), tuple(y.shape)
        ({50 grey}, (50,))
    """
    axes = Learner.framework.axes
    made = fashion_mnist_batches(batch_size, resize, seed, axes, Learner.tensors)
    train, test = map(Learner.packed, made)
    return train, test


def batches(
    Learner: type[BaseLearner],
    images: np.ndarray,
    labels: np.ndarray,
    batch_size: int,
    resize: int | tuple[int, int] | None = None,
    seed: int = 0,
) -> Batches:
    """Return images of one's own as {batches}, in a new order each epoch.

    Args:
        images: uint8, grey of shape (n, height, width) or colour of shape (n, 3, height, width).
        labels: whole numbers, shape (n,).
        batch_size: images in a batch.
        resize: new side in pixels, or (height, width).
        seed: what the order of each epoch depends on.

    Returns:
        An iterable with a length, as `load_data_fashion_mnist` gives two of.

    Raises:
        ValueError: an argument is of another kind.
    """
    options = {"axes": Learner.framework.axes, "convert": Learner.tensors, "size": resize}
    made = data.Batches(images, labels, batch_size, shuffle=True, seed=seed, **options)
    return Learner.packed(made)


def get_dataloader_workers(Learner: type[BaseLearner]) -> int:
    """Return how many processes of a `DataLoader` may read data: {workers}."""
    # on Windows a program would have to guard its start
    most = 0 if sys.platform.startswith("win") else os.cpu_count() or 1
    return min(Learner.framework.workers, most)


def accuracy(Learner: type[BaseLearner], y_hat: Tensor, y: Tensor) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes, ...), or classes of the shape of y.
        y: true classes, shape (b,), or with more axes.

    Examples:
        >>> y_hat = d2l.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
        >>> d2l.accuracy(y_hat, d2l.tensor([0, 2]))
        1.0
    """
    return float(Learner.num_correct(y_hat, y))


def sgd(Learner: type[BaseLearner], params: Iterable[Tensor], lr: float, batch_size: int) -> None:
    """Take one step of gradient descent{sgd}.

    Args:
        params: parameters with the gradient of a loss that was summed over a batch.
        lr: learning rate.
        batch_size: examples in the batch.
    """
    Learner.descend(params, lr / batch_size)


def evaluate_accuracy(
    Learner: type[BaseLearner], net: Network, data_iter: Iterable, device: Device | None = None
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network; it is left in the mode it was in.
        data_iter: batches (X, y){X}.
        device: where to compute{place}; {here} unless given.

    Raises:
        ValueError: there is no batch, or the device is a GPU that is not there.
    """
    learner = Learner(net, device)
    with learner.at_work():
        return learner.accuracy(data_iter)


def train_ch5(
    Learner: type[BaseLearner],
    net: Network,
    train_iter: Iterable,
    test_iter: Iterable,
    batch_size: int,
    optimizer: Optimizer,
    device: Device,
    num_epochs: int,
) -> None:
    """Train a network from the weights it has and print one line an epoch.

    The loss is the cross-entropy of the softmax, its mean over the batch.

    Args:
        net: {ch5 net}.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        batch_size: {batch size}.
        optimizer: updates the parameters of this network.
        device: where to train{place}.
        num_epochs: number of epochs; quick mode makes it one.

    Raises:
        ValueError: num_epochs is under 1, there is no batch, or the device is a GPU that is not
            there.
    """
    learner = Learner(net, device)
    with learner.at_work():
        learner.begin(optimizer, batch_size=batch_size)
        step, evaluate = learner.train_step, learner.accuracy
        training.train_epochs(step, evaluate, train_iter, test_iter, num_epochs)


def train_ch6(
    Learner: type[BaseLearner],
    net: Untrained,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: LearningRate,
    device: Device | None = None,
    momentum: float = 0.0,
    init: str | None = "xavier",
    prepare: Callable[[Network], None] | None = None,
    fast: bool | Collection[str] = True,
) -> Made:
    """{ch6}

    {drawn} The loss is the cross-entropy of the softmax, its mean over the batch.

    Source: X. Glorot and Y. Bengio, Understanding the Difficulty of Training Deep Feedforward
    Neural Networks, 2010; K. He et al., Delving Deep into Rectifiers, 2015.

    Args:
        net: {ch6 net}.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        num_epochs: number of epochs; quick mode makes it one.
        lr: learning rate, or a function from the step, counted from 0 over all epochs, to it.
        device: where to train{place}; `try_gpu()` unless given.
        momentum: share of the velocity v that is kept: with the gradient g it becomes
            momentum * v + g, and a step is lr * v, also where lr changes.
        init: rule for the variance of the weights: `xavier`, 2 / (inputs + outputs) of the layer;
            `he`, 2 / inputs, which keeps the size of signals in networks with ReLU; None leaves
            the network as it is.
        prepare: is given the network once its weights are drawn, and may change them.
        fast: whether to do all that makes training faster, or the names of what to do: {means}.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, train_iter is empty, init is no
            rule, or the device is a GPU that is not there.
    """
    training.check_training(train_iter, num_epochs, lr, init)
    wanted = means(fast, Learner.framework.means)
    device = Learner.try_gpu() if device is None else device
    learner = Learner(net, device, momentum=momentum, means=wanted)
    with learner.at_work():
        learner.begin(init=init, prepare=prepare)
        step, evaluate, device = learner.train_step, learner.accuracy, learner.device
        training.train(step, evaluate, train_iter, test_iter, num_epochs, lr, device)
    return learner.net if Learner.framework.makes else None


def face(
    function: Callable[..., Any], Learner: type[BaseLearner], **names: str
) -> Callable[..., Any]:
    """Return a function of this module as a framework's; `names` are other names of arguments."""
    signature = signature_in(function, Learner.framework, names)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return function(Learner, *bound.args)

    call.__signature__ = signature
    call.__module__ = Learner.__module__
    call.__doc__ = text_in(function.__doc__ or "", Learner.framework, names)
    return call


def described(call: str, framework: Framework) -> tuple[inspect.Signature, str]:
    """Return arguments and docstring of what a call of `face` makes, as it is written in a file."""
    parsed = ast.parse(call, mode="eval").body
    function = globals()[parsed.args[0].attr]
    names = {keyword.arg: keyword.value.value for keyword in parsed.keywords}
    text = text_in(function.__doc__ or "", framework, names)
    return signature_in(function, framework, names), text


def signature_in(
    function: Callable[..., Any], framework: Framework, names: dict[str, str]
) -> inspect.Signature:
    """Return the arguments that a function of this module has in a framework."""
    signature = inspect.signature(function)
    _, *parameters = signature.parameters.values()
    return inspect.Signature(
        [
            parameter.replace(
                name=names.get(parameter.name, parameter.name),
                annotation=type_in(parameter.annotation, framework),
            )
            for parameter in parameters
        ],
        return_annotation=type_in(signature.return_annotation, framework),
    )


def type_in(annotation: str, framework: Framework) -> str:
    """Return a type in a framework's words."""
    words = {"Untrained": framework.words["Network"]} | _USUAL | framework.words
    return re.sub(rf"\b({'|'.join(_TYPES)})\b", lambda found: words[found[1]], annotation)


def text_in(docstring: str, framework: Framework, names: dict[str, str]) -> str:
    """Return a docstring in a framework's words."""
    means = "; ".join(f"`{name}`, {what}" for name, what in framework.means.items())
    order = {"N": "b", "C": "1", "H": "height", "W": "width"}
    words = (
        _USUAL
        | framework.words
        | {
            "means": means,
            "grey": f"({', '.join(order[axis] for axis in framework.axes)})",
            "50 grey": str(tuple({"N": 50, "C": 1}.get(axis, 32) for axis in framework.axes)),
        }
    )
    filled = inspect.cleandoc(docstring).format_map(words)
    for name, own in names.items():
        filled = re.sub(rf"(?m)^    {name}:", f"    {own}:", filled)
    return "\n".join(map(_wrapped, filled.split("\n")))


def _wrapped(line: str) -> str:
    """Return a line of a docstring as several where it is too long."""
    indent = " " * (len(line) - len(line.lstrip()))
    later = indent + "    " if indent == "    " else indent
    return textwrap.fill(line, 96, subsequent_indent=later, **_WHOLE_WORDS) if line else ""
