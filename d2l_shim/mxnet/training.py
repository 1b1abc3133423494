"""Training and evaluation in MXNet."""

from collections import OrderedDict
from collections.abc import Callable, Iterable

from d2l_shim import training
from d2l_shim.frameworks import BY_NAME
from d2l_shim.memory import kept_memory
from d2l_shim.metrics import share_correct
from d2l_shim.mxnet.devices import num_gpus, try_gpu
from d2l_shim.mxnet.native import autograd, gluon, initializer, mx, np, npx

INITIALIZERS = {
    "xavier": initializer.Xavier(),
    # uniform between plus and minus sqrt(6 / inputs)
    "he": initializer.Xavier(factor_type="in", magnitude=6),
}


def sgd(params: Iterable[np.ndarray], lr: float, batch_size: int) -> None:
    """Take one step of gradient descent.

    Args:
        params: parameters with the gradient of a loss that was summed over a batch.
        lr: learning rate.
        batch_size: examples in the batch.
    """
    for param in params:
        param[:] = param - lr / batch_size * param.grad


def accuracy(y_hat: np.ndarray, y: np.ndarray) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes, ...), or classes of the shape of y.
        y: true classes, shape (b,), or with more axes.

    Examples:
        >>> y_hat = np.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
        >>> d2l.accuracy(y_hat, np.array([0, 2]))
        1.0
    """
    if y_hat.ndim > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(axis=1)
    return float((y_hat.astype(y.dtype) == y.reshape(y_hat.shape)).sum())


def evaluate_accuracy(
    net: gluon.Block, data_iter: Iterable, device: mx.Context | None = None
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network.
        data_iter: batches (X, y).
        device: where to compute; where the network's first parameter is unless given.

    Raises:
        ValueError: there is no batch, or the device is a GPU that is not there.
    """
    if device is None:
        parameters = net.collect_params().values()
        device = next((p.list_ctx()[0] for p in parameters), npx.cpu())
    training.check_device(device, num_gpus(), "MXNet")
    return _evaluate(net, data_iter, device)


def _evaluate(
    forward: Callable[[np.ndarray], np.ndarray], data_iter: Iterable, device: mx.Context
) -> float:
    def correct(X: np.ndarray, y: np.ndarray) -> float:
        return accuracy(forward(X.as_in_ctx(device)), y.as_in_ctx(device))

    with autograd.predict_mode():
        return share_correct(data_iter, correct)


evaluate_accuracy_gpu = evaluate_accuracy
"""Another name of `evaluate_accuracy`."""


def _updater(
    net: gluon.Block,
    trainer: gluon.Trainer,
    device: mx.Context,
    batch_size: int | None = None,
) -> Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, float]]:
    softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss()

    def update(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
        X, y = X.as_in_ctx(device), y.as_in_ctx(device)
        with autograd.record():
            y_hat = net(X)
            loss = softmax_loss(y_hat, y).sum()
        loss.backward()
        # a network need not use all of its layers each time
        trainer.step(batch_size or len(y), ignore_stale_grad=True)
        return loss / len(y), accuracy(y_hat, y)

    return update


def train_ch5(
    net: gluon.Block,
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

    training.check_device(ctx, num_gpus(), "MXNet")

    def evaluate(data_iter: Iterable) -> float:
        return evaluate_accuracy(net, data_iter, ctx)

    update = _updater(net, trainer, ctx, batch_size)
    training.train_epochs(update, evaluate, train_iter, test_iter, num_epochs)


def train_ch6(
    net: gluon.Block,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: training.LearningRate,
    device: mx.Context | None = None,
    momentum: float = 0.0,
    init: str | None = "xavier",
    prepare: Callable[[gluon.Block], None] | None = None,
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
        momentum: share of the velocity v that is kept: with the gradient g it becomes
            momentum * v + g, and a step is lr * v, also where lr changes.
        init: rule for the variance of the weights: `xavier`, 2 / (inputs + outputs) of the layer;
            `he`, 2 / inputs, which keeps the size of signals in networks with ReLU; None leaves
            the network as it is.
        prepare: is given the network once its weights are drawn, and may change them.
        fast: whether to do all that makes training faster, or the names of what to do:
            `kept-memory`, freed memory stays with the process.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, train_iter is empty, init is no
            rule, or the device is a GPU that is not there.
    """
    training.check_training(train_iter, num_epochs, lr, init)
    device = try_gpu() if device is None else device
    means = training.means(fast, BY_NAME["mxnet"].means)
    training.check_device(device, num_gpus(), "MXNet")
    if init is None:
        net.collect_params().reset_ctx(device)
    else:
        net.initialize(ctx=device, force_reinit=True)
    options = {"learning_rate": 0.0, "momentum": momentum}
    trainer = gluon.Trainer(net.collect_params(), "sgd", options)
    update, last_lr = None, 1.0

    def start() -> None:
        nonlocal update
        if init is not None:
            draw(net, init, device)
        if prepare is not None:
            prepare(net)
        update = _updater(net, trainer, device)

    def step(X: np.ndarray, y: np.ndarray, lr: float) -> tuple[np.ndarray, float]:
        nonlocal last_lr
        if update is None:
            find_shapes(net, X[:1].as_in_ctx(device))
            start()
        # MXNet keeps -lr * v; where lr changes, what is kept of it must change as much, and a rate
        # of 0 would forget it
        lr = max(lr, 1e-20)
        trainer.optimizer.momentum, last_lr = momentum * lr / last_lr, lr
        trainer.set_learning_rate(lr)
        return update(X, y)

    def evaluate(data_iter: Iterable) -> float:
        return _evaluate(net, data_iter, device)

    if all(gluon.utils.shape_is_known(param.shape) for param in net.collect_params().values()):
        start()
    with kept_memory("kept-memory" in means):
        training.train(step, evaluate, train_iter, test_iter, num_epochs, lr, device)


def find_shapes(net: gluon.Block, X: np.ndarray) -> None:
    """Let layers find out with a batch what shapes they have; no hook sees that call."""
    kept = []

    def hide(block: gluon.Block) -> None:
        for name in ("_forward_hooks", "_forward_pre_hooks"):
            kept.append((block, name, getattr(block, name)))
            setattr(block, name, OrderedDict())

    net.apply(hide)
    try:
        net(X)
    finally:
        for block, name, hooks in kept:
            setattr(block, name, hooks)


def draw(net: gluon.Block, init: str, device: mx.Context) -> None:
    """Start all parameters of a network anew, one after the other, its weights by a rule.

    MXNet computes in several threads; two draws at a time would share out the random numbers as it
    happens, and the seed would not decide on the weights.

    Args:
        net: the network; it has seen an input.
        init: `xavier` or `he`.
        device: where the parameters are to be.
    """
    for param in net.collect_params().values():
        mx.nd.waitall()
        param.initialize(default_init=INITIALIZERS[init], ctx=device, force_reinit=True)
    mx.nd.waitall()
