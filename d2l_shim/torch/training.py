"""Training and evaluation in PyTorch."""

from collections.abc import Callable, Iterable

from d2l_shim import training
from d2l_shim.frameworks import BY_NAME
from d2l_shim.memory import kept_memory
from d2l_shim.metrics import share_correct
from d2l_shim.torch.devices import num_gpus, try_gpu
from d2l_shim.torch.forward import forward_of
from d2l_shim.torch.inference import find_shapes, inference
from d2l_shim.torch.native import F, nn, torch


def sgd(params: Iterable[torch.Tensor], lr: float, batch_size: int) -> None:
    """Take one step of gradient descent, and clear the gradients.

    Args:
        params: parameters with the gradient of a loss that was summed over a batch.
        lr: learning rate.
        batch_size: examples in the batch.
    """
    with torch.no_grad():
        for param in params:
            param.sub_(lr / batch_size * param.grad)
            param.grad.zero_()


def accuracy(y_hat: torch.Tensor, y: torch.Tensor) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes, ...), or classes of the shape of y.
        y: true classes, shape (b,), or with more axes.

    Examples:
        >>> y_hat = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
        >>> d2l.accuracy(y_hat, torch.tensor([0, 2]))
        1.0
    """
    if y_hat.ndim > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(axis=1)
    return float((y_hat.to(y.dtype) == y.reshape(y_hat.shape)).sum())


def evaluate_accuracy(
    net: nn.Module, data_iter: Iterable, device: torch.device | str | None = None
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network; it is left in the mode it was in.
        data_iter: batches (X, y); X may be a list of inputs.
        device: where to compute; where the network's first parameter is unless given.

    Raises:
        ValueError: there is no batch, or the device is a GPU that is not there.
    """
    if device is None:
        device = next((p.device for p in net.parameters()), torch.device("cpu"))
    training.check_device(device, num_gpus(), "PyTorch")
    return _evaluate(net, net, data_iter, device)


def _evaluate(
    net: nn.Module,
    forward: Callable[[torch.Tensor], torch.Tensor],
    data_iter: Iterable,
    device: torch.device | str,
) -> float:
    def correct(X: torch.Tensor, y: torch.Tensor) -> float:
        X = [x.to(device) for x in X] if isinstance(X, list) else X.to(device)
        return accuracy(forward(X), y.to(device))

    with inference(net):
        return share_correct(data_iter, correct)


evaluate_accuracy_gpu = evaluate_accuracy
"""Another name of `evaluate_accuracy`."""


def _updater(
    net: nn.Module,
    forward: Callable[[torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    device: torch.device | str,
) -> Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, float]]:
    def update(X: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, float]:
        X, y = X.to(device), y.to(device)
        net.train()
        optimizer.zero_grad()
        y_hat = forward(X)
        loss = F.cross_entropy(y_hat, y)
        loss.backward()
        optimizer.step()
        return loss.detach(), accuracy(y_hat, y)

    return update


def train_ch5(
    net: nn.Module,
    train_iter: Iterable,
    test_iter: Iterable,
    batch_size: int,
    optimizer: torch.optim.Optimizer,
    device: torch.device | str,
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
    training.check_device(device, num_gpus(), "PyTorch")
    net.to(device)

    def evaluate(data_iter: Iterable) -> float:
        return evaluate_accuracy(net, data_iter, device)

    update = _updater(net, net, optimizer, device)
    training.train_epochs(update, evaluate, train_iter, test_iter, num_epochs)


def train_ch6(
    net: nn.Module,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: training.LearningRate,
    device: torch.device | str | None = None,
    momentum: float = 0.0,
    init: str | None = "xavier",
    prepare: Callable[[nn.Module], None] | None = None,
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
        device: where to train; `try_gpu()` unless given.
        momentum: share of the last update that is kept in the next, as the optimizer has it.
        init: rule for the variance of the weights: `xavier`, 2 / (inputs + outputs) of the layer;
            `he`, 2 / inputs, which keeps the size of signals in networks with ReLU; None leaves
            the network as it is.
        prepare: is given the network once its weights are drawn, and may change them.
        fast: whether to do all that makes training faster, or the names of what to do:
            `kept-memory`, freed memory stays with the process; `bfloat16`, the precision of
            products, where the device is made for it and the network cannot tell the difference
            (a printed line says why if it could), or as the environment variable `D2L_BFLOAT16`
            says, 0 or 1.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, train_iter is empty, init is no
            rule, or the device is a GPU that is not there.
    """
    training.check_training(train_iter, num_epochs, lr, init)
    means = training.means(fast, BY_NAME["pytorch"].means)
    device = try_gpu() if device is None else torch.device(device)
    training.check_device(device, num_gpus(), "PyTorch")
    optimizer = forward = update = None

    def start() -> None:
        nonlocal optimizer, forward, update
        if init is not None:
            net.apply(lambda module: initialize(module, init))
        if prepare is not None:
            prepare(net)
        net.to(device)
        optimizer = torch.optim.SGD(net.parameters(), lr=0, momentum=momentum)
        forward = forward_of(net, device, "bfloat16" in means)
        update = _updater(net, forward, optimizer, device)

    def step(X: torch.Tensor, y: torch.Tensor, lr: float) -> tuple[torch.Tensor, float]:
        if update is None:
            find_shapes(net.to(device), X[:1].to(device))
            start()
        optimizer.param_groups[0]["lr"] = lr
        return update(X, y)

    def evaluate(data_iter: Iterable) -> float:
        return _evaluate(net, forward, data_iter, device)

    if not any(nn.parameter.is_lazy(param) for param in net.parameters()):
        start()
    with kept_memory("kept-memory" in means):
        training.train(step, evaluate, train_iter, test_iter, num_epochs, lr, device)


def initialize(module: nn.Module, init: str) -> None:
    """Draw the weights of one layer by a rule, `xavier` or `he`; other modules are left alone."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        if init == "he":
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
        else:
            nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
        module.reset_parameters()
