"""Training and evaluation in TensorFlow."""

import functools
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from d2l_shim import training
from d2l_shim.data import quick
from d2l_shim.frameworks import BY_NAME
from d2l_shim.metrics import share_correct
from d2l_shim.tensorflow.devices import Device, device_string, num_gpus, try_gpu
from d2l_shim.tensorflow.forward import fused_norms, may_round, rounded_products
from d2l_shim.tensorflow.native import tf
from d2l_shim.timing import Timer


def sgd(
    params: Iterable[tf.Variable], grads: Iterable[tf.Tensor], lr: float, batch_size: int
) -> None:
    """Take one step of gradient descent.

    Args:
        params: parameters.
        grads: for each the gradient of a loss that was summed over a batch.
        lr: learning rate.
        batch_size: examples in the batch.
    """
    for param, grad in zip(params, grads, strict=True):
        param.assign_sub(lr / batch_size * grad)


def accuracy(y_hat: tf.Tensor, y: tf.Tensor) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes, ...), or classes of the shape of y.
        y: true classes, shape (b,), or with more axes.

    Examples:
        >>> y_hat = tf.constant([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
        >>> d2l.accuracy(y_hat, tf.constant([0, 2]))
        1.0
    """
    return float(num_correct(y_hat, y))


def num_correct(y_hat: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Return how many predictions are right, as `accuracy` does, but as a tensor."""
    if len(y_hat.shape) > 1 and y_hat.shape[1] > 1:
        y_hat = tf.argmax(y_hat, axis=1)
    right = tf.cast(y_hat, y.dtype) == tf.reshape(y, tf.shape(y_hat))
    return tf.reduce_sum(tf.cast(right, tf.float32))


def evaluate_accuracy(
    net: tf.keras.Model, data_iter: Iterable, device: Device | None = None
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network.
        data_iter: batches (X, y).
        device: where to compute; TensorFlow's choice unless given.
    """
    training.check_device(device_string(device), num_gpus(), "TensorFlow")
    with tf.device(device_string(device)):
        return _evaluator(net)(data_iter)


evaluate_accuracy_gpu = evaluate_accuracy
"""Another name of `evaluate_accuracy`."""


def _evaluator(net: tf.keras.Model, **graph: Any) -> Callable[[Iterable], float]:
    correct = as_graph(lambda X, y: num_correct(net(X, training=False), y), **graph)
    return lambda data_iter: share_correct(data_iter, correct)


def as_graph(
    function: Callable[[tf.Tensor, tf.Tensor], Any],
    *,
    made: Callable[[], AbstractContextManager] = nullcontext,
    run: Callable[[], AbstractContextManager] = nullcontext,
) -> Callable[[Any, Any], Any]:
    """Return a function of a batch X, y as one graph, for batches of any size.

    Args:
        function: what is computed.
        made: context in which the graph is made.
        run: context in which it runs.
    """
    graph = None

    def call(X: Any, y: Any) -> Any:
        nonlocal graph
        X, y = tf.convert_to_tensor(X), tf.convert_to_tensor(y)
        if graph is None:
            # one graph for batches of any size: making one takes seconds
            specs = [tf.TensorSpec((None, *t.shape[1:]), t.dtype) for t in (X, y)]
            with made():
                graph = tf.function(function).get_concrete_function(*specs)
        with run():
            return graph(X, y)

    return call


def _updater(
    net: tf.keras.Model,
    optimizer: tf.keras.optimizers.Optimizer,
    momentum: float = 0.0,
    **graph: Any,
) -> Callable[[Any, Any], tuple[tf.Tensor, tf.Tensor]]:
    """Return a function that takes a step with a batch.

    Keras would multiply by the learning rate before it adds up; so momentum has its velocities
    here, and the optimizer takes a step along them.
    """
    softmax_loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    velocities: list[tf.Variable] = []

    def update(X: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            y_hat = tf.cast(net(X, training=True), tf.float32)
            loss = softmax_loss(y, y_hat)
        variables = net.trainable_variables
        steps = tape.gradient(loss, variables)
        if velocities:
            steps = [
                g if g is None else v.assign(momentum * v + tf.convert_to_tensor(g))
                for v, g in zip(velocities, steps, strict=True)
            ]
        optimizer.apply_gradients(zip(steps, variables, strict=True))
        return loss, num_correct(y_hat, y)

    update = as_graph(update, **graph)

    def build_and_update(X: Any, y: Any) -> tuple[tf.Tensor, tf.Tensor]:
        if not net.built:
            # its variables must be there before the graph is made
            net(X, training=False)
        if momentum and not velocities:
            velocities[:] = [
                tf.Variable(tf.zeros(v.shape, v.dtype)) for v in net.trainable_variables
            ]
        return update(X, y)

    return build_and_update


def train_ch5(
    net: tf.keras.Model,
    train_iter: Iterable,
    test_iter: Iterable,
    batch_size: int,
    optimizer: tf.keras.optimizers.Optimizer,
    device: Device,
    num_epochs: int,
) -> None:
    """Train a network from the weights it has and print one line an epoch.

    The loss is the cross-entropy of the softmax, its mean over the batch.

    Args:
        net: the network, which gives logits.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        batch_size: not needed here, since the loss is a mean.
        optimizer: updates the parameters of this network.
        device: where to train.
        num_epochs: number of epochs; quick mode makes it one.

    Raises:
        ValueError: num_epochs is under 1, or there is no batch.
    """
    training.check_device(device_string(device), num_gpus(), "TensorFlow")
    with tf.device(device_string(device)):
        update = _updater(net, optimizer)
        training.train_epochs(update, _evaluator(net), train_iter, test_iter, num_epochs)


def train_ch6(
    net_fn: Callable[[], tf.keras.Model] | tf.keras.Model,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: training.LearningRate,
    device: Device | None = None,
    momentum: float = 0.0,
    init: str | None = "xavier",
    prepare: Callable[[tf.keras.Model], None] | None = None,
    fast: training.Fast = True,
) -> tf.keras.Model:
    """Make a network, train it with SGD, print the result and return the network.

    With init `xavier` or None weights are what the function makes of them: Keras draws them by
    Xavier's uniform rule and sets biases to zero. The loss is the cross-entropy of the softmax, its
    mean over the batch.

    Source: X. Glorot and Y. Bengio, Understanding the Difficulty of Training Deep Feedforward
    Neural Networks, 2010; K. He et al., Delving Deep into Rectifiers, 2015.

    Args:
        net_fn: makes the network, which gives logits; it is called on the device. A network is
            taken as it is.
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
        fast: whether to do all that makes training faster, or the names of what to do: `bfloat16`,
            the precision of products, on a CPU that is made for it, or as the environment variable
            `D2L_BFLOAT16` says, 0 or 1; `fused-norm`, batch normalization in one operation.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, train_iter is empty, init is no
            rule, or the device is a GPU that is not there.
    """
    training.check_training(train_iter, num_epochs, lr, init)
    means = training.means(fast, BY_NAME["tensorflow"].means)
    device = device_string(try_gpu() if device is None else device)
    training.check_device(device, num_gpus(), "TensorFlow")
    with tf.device(device):
        net = net_fn if isinstance(net_fn, tf.keras.Model) else net_fn()
        optimizer = tf.keras.optimizers.SGD()
        update = evaluate = None

        def step(X: tf.Tensor, y: tf.Tensor, lr: float) -> tuple[tf.Tensor, tf.Tensor]:
            nonlocal update, evaluate
            if update is None:
                # weights that are made with the first batch must be there to be changed
                if not net.built:
                    net(X, training=False)
                if init == "he":
                    draw_by_he(net)
                if prepare is not None:
                    prepare(net)
                graph = {}
                if "fused-norm" in means:
                    graph["made"] = functools.partial(fused_norms, net)
                if "bfloat16" in means and may_round(device):
                    graph["run"] = rounded_products
                update = _updater(net, optimizer, momentum, **graph)
                evaluate = _evaluator(net, **graph)
            optimizer.learning_rate = lr
            return update(X, y)

        def evaluate_trained(data_iter: Iterable) -> float:
            return evaluate(data_iter)

        training.train(step, evaluate_trained, train_iter, test_iter, num_epochs, lr, device)
    return net


def draw_by_he(net: tf.keras.Model) -> None:
    """Draw the weights of a built network's convolutions and dense layers by He's rule."""
    rule = tf.keras.initializers.HeUniform()
    for variable in net.trainable_variables:
        # conv2d/kernel:0 in Keras 2
        if re.fullmatch(r"(.*/)?kernel(:0)?", variable.name):
            variable.assign(rule(variable.shape, variable.dtype))


class TrainCallback(tf.keras.callbacks.Callback):
    """Draw the curves while `net.fit` trains, and print the result as `train_ch6` does.

    The network must be compiled with `metrics=["accuracy"]`, and train_iter must have a length.
    """

    def __init__(
        self,
        net: tf.keras.Model,
        train_iter: Iterable,
        test_iter: Iterable,
        num_epochs: int,
        device_name: str,
    ) -> None:
        """Take what is trained, on what, for how many epochs, and the device for the result.

        Args:
            net: the network.
            train_iter: batches (X, y) that `fit` trains with.
            test_iter: batches (X, y).
            num_epochs: number of epochs that `fit` trains; quick mode makes it one.
            device_name: what to name in the result.
        """
        super().__init__()
        self.net = net
        self.train_iter = train_iter
        self.test_iter = test_iter
        self.num_epochs = 1 if quick() else num_epochs
        self.device_name = device_name
        self.timer = Timer()
        self.animator = training.new_animator(self.num_epochs)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.timer.start()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.timer.stop()
        test_acc = self.net.evaluate(self.test_iter, verbose=0, return_dict=True)["accuracy"]
        self.animator.add(epoch + 1, (logs["loss"], logs["accuracy"], test_acc))
        if epoch == self.num_epochs - 1:
            self.net.stop_training = True
            batch_size = len(next(iter(self.train_iter))[1])
            speed = batch_size * len(self.train_iter) / self.timer.avg()
            training.print_result(logs["loss"], logs["accuracy"], test_acc, speed, self.device_name)
