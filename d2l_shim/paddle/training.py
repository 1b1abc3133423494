"""Training and evaluation in Paddle."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext

from d2l_shim import training
from d2l_shim.frameworks import BY_NAME
from d2l_shim.memory import kept_memory
from d2l_shim.metrics import share_correct
from d2l_shim.paddle.convolution import on_onednn
from d2l_shim.paddle.devices import Device, try_gpu
from d2l_shim.paddle.inference import inference
from d2l_shim.paddle.native import F, nn, paddle


def sgd(params: Iterable[paddle.Tensor], lr: float, batch_size: int) -> None:
    """Take one step of gradient descent, and clear the gradients.

    Args:
        params: parameters with the gradient of a loss that was summed over a batch.
        lr: learning rate.
        batch_size: examples in the batch.
    """
    with paddle.no_grad():
        for param in params:
            param.set_value(param - lr / batch_size * param.grad)
            param.clear_gradient()


def accuracy(y_hat: paddle.Tensor, y: paddle.Tensor) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes, ...), or classes of the shape of y.
        y: true classes, shape (b,), or with more axes.

    Examples:
        >>> y_hat = paddle.to_tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
        >>> d2l.accuracy(y_hat, paddle.to_tensor([0, 2]))
        1.0
    """
    if y_hat.ndim > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(axis=1)
    return float((y_hat.astype(y.dtype) == y.reshape(y_hat.shape)).sum())


def evaluate_accuracy(net: nn.Layer, data_iter: Iterable, device: Device = None) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network; it is left in the mode it was in.
        data_iter: batches (X, y).
        device: where to compute, a place or its name; Paddle's current device unless given.
    """
    if device is not None:
        paddle.set_device(training.device_name(device))

    def correct(X: paddle.Tensor, y: paddle.Tensor) -> float:
        return accuracy(net(X), y)

    with inference(net):
        return share_correct(data_iter, correct)


evaluate_accuracy_gpu = evaluate_accuracy
"""Another name of `evaluate_accuracy`."""


def _updater(
    net: nn.Layer, optimizer: paddle.optimizer.Optimizer, device: str
) -> Callable[[paddle.Tensor, paddle.Tensor], tuple[paddle.Tensor, float]]:
    def update(X: paddle.Tensor, y: paddle.Tensor) -> tuple[paddle.Tensor, float]:
        X, y = X.to(device), y.to(device)
        net.train()
        y_hat = net(X)
        loss = F.cross_entropy(y_hat, y)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        return loss, accuracy(y_hat, y)

    return update


def train_ch5(
    net: nn.Layer,
    train_iter: Iterable,
    test_iter: Iterable,
    batch_size: int,
    optimizer: paddle.optimizer.Optimizer,
    device: Device,
    num_epochs: int,
) -> None:
    """Train a network from the weights it has and print one line an epoch.

    The loss is the cross-entropy of the softmax, its mean over the batch.

    Args:
        net: the network; it is moved to the device.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        batch_size: not needed here, since the loss is a mean.
        optimizer: updates the parameters of this network.
        device: where to train.
        num_epochs: number of epochs; quick mode makes it one.

    Raises:
        ValueError: num_epochs is under 1, or there is no batch.
    """
    device = training.device_name(device)
    paddle.set_device(device)
    net.to(device)

    def evaluate(data_iter: Iterable) -> float:
        return evaluate_accuracy(net, data_iter)

    update = _updater(net, optimizer, device)
    training.train_epochs(update, evaluate, train_iter, test_iter, num_epochs)


def train_ch6(
    net: nn.Layer,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: training.LearningRate,
    device: Device = None,
    momentum: float = 0.0,
    init: str | None = "xavier",
    prepare: Callable[[nn.Layer], None] | None = None,
    fast: training.Fast = True,
) -> None:
    """Train a network from new weights with SGD and print the result.

    Weights are drawn from a uniform distribution, biases are zero, batch normalization starts anew.
    The loss is the cross-entropy of the softmax, its mean over the batch.

    Source: X. Glorot and Y. Bengio, Understanding the Difficulty of Training Deep Feedforward
    Neural Networks, 2010; K. He et al., Delving Deep into Rectifiers, 2015.

    Args:
        net: the network.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        num_epochs: number of epochs; quick mode makes it one.
        lr: learning rate, or a function from the step, counted from 0 over all epochs, to it.
        device: where to train, a place or its name; `try_gpu()` unless given.
        momentum: share of the velocity v that is kept: with the gradient g it becomes
            momentum * v + g, and a step is lr * v, also where lr changes.
        init: rule for the variance of the weights: `xavier`, 2 / (inputs + outputs) of the layer;
            `he`, 2 / inputs, which keeps the size of signals in networks with ReLU; None leaves
            the network as it is.
        prepare: is given the network once its weights are drawn, and may change them.
        fast: whether to do all that makes training faster, or the names of what to do:
            `kept-memory`, freed memory stays with the process; `onednn`, convolutions on oneDNN,
            on a CPU.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, train_iter is empty, or init is no
            rule.
    """
    training.check_training(train_iter, num_epochs, lr, init)
    means = training.means(fast, BY_NAME["paddle"].means)
    device = training.device_name(try_gpu() if device is None else device)
    paddle.set_device(device)
    net.to(device)
    if init is not None:
        net.apply(lambda layer: initialize(layer, init))
    if prepare is not None:
        prepare(net)
    optimizer = paddle.optimizer.Momentum(0.0, momentum, parameters=net.parameters())
    update = _updater(net, optimizer, device)

    def step(X: paddle.Tensor, y: paddle.Tensor, lr: float) -> tuple[paddle.Tensor, float]:
        optimizer.set_lr(lr)
        return update(X, y)

    def evaluate(data_iter: Iterable) -> float:
        return evaluate_accuracy(net, data_iter)

    convolutions = on_onednn() if "onednn" in means else nullcontext()
    with kept_memory("kept-memory" in means), convolutions:
        training.train(step, evaluate, train_iter, test_iter, num_epochs, lr, device)


def initialize(layer: nn.Layer, init: str) -> None:
    """Draw the weights of one layer by a rule, `xavier` or `he`; other layers are left alone."""
    zeros, ones = nn.initializer.Constant(0.0), nn.initializer.Constant(1.0)
    if isinstance(layer, nn.Linear | nn.Conv2D):
        if init == "he":
            nn.initializer.KaimingUniform(nonlinearity="relu")(layer.weight)
        else:
            nn.initializer.XavierUniform()(layer.weight)
        if layer.bias is not None:
            zeros(layer.bias)
    elif isinstance(layer, nn.BatchNorm1D | nn.BatchNorm2D):
        ones(layer.weight)
        zeros(layer.bias)
        zeros(layer._mean)
        ones(layer._variance)
