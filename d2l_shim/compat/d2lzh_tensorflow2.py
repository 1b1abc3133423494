"""What `import d2lzh_tensorflow2 as d2l` gives: the first edition's helpers in TensorFlow."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from d2l_shim import tensorflow as shim
from d2l_shim import training
from d2l_shim.compat import drawing, regression
from d2l_shim.compat.d2l import tensorflow as second
from d2l_shim.compat.first_edition import show_images as show_images
from d2l_shim.compat.first_edition import shuffled
from d2l_shim.compat.handed_on import delegate
from d2l_shim.tensorflow.native import tf

_handed_on, __getattr__ = delegate(
    "d2lzh_tensorflow2", (shim, shim.native, drawing, regression), {"keras": "tensorflow.keras"}
)
__all__ = [*_handed_on, "data_iter", "train_ch3"]
__path__ = []

resnet18, squared_loss = second.resnet18, second.squared_loss


def data_iter(batch_size: int, features: tf.Tensor, labels: tf.Tensor) -> Iterator:
    """Yield batches of features and labels in random order."""
    return shuffled(batch_size, features, labels, tf.gather)


def evaluate_accuracy(data_iter: Iterable, net: Callable) -> float:
    """Return the share of a dataset that a network or a function classifies correctly."""
    return second.evaluate_accuracy(net, data_iter)


def train_ch3(
    net: Callable,
    train_iter: Iterable,
    test_iter: Iterable,
    loss: Callable,
    num_epochs: int,
    batch_size: int,
    params: list[tf.Variable] | None = None,
    lr: float | None = None,
    trainer: Any = None,
) -> None:
    """Train and print one line an epoch.

    Args:
        net: network or function.
        train_iter: batches (X, y).
        test_iter: batches (X, y).
        loss: function of predictions and truth.
        num_epochs: number of epochs; quick mode makes it one.
        batch_size: what gradients are divided by, unless there is an optimizer.
        params: what to update.
        lr: learning rate of gradient descent, unless there is an optimizer.
        trainer: an optimizer of Keras that updates instead.
    """

    def update(X: tf.Tensor, y: tf.Tensor) -> tuple[float, float]:
        with tf.GradientTape() as tape:
            y_hat = net(X)
            total = tf.reduce_sum(loss(y_hat, y))
        variables = net.trainable_variables if params is None else params
        grads = tape.gradient(total, variables)
        if trainer is None:
            shim.sgd(variables, grads, lr, batch_size)
        else:
            trainer.apply_gradients(
                (grad / batch_size, variable)
                for grad, variable in zip(grads, variables, strict=True)
            )
        return float(total) / len(y), shim.accuracy(y_hat, y)

    training.train_epochs(
        update, lambda data: evaluate_accuracy(data, net), train_iter, test_iter, num_epochs
    )
