"""What `from d2l import tensorflow as d2l` gives: d2l_shim.tensorflow, and what d2l had besides."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from d2l_shim import tensorflow as shim
from d2l_shim.compat import downloads, drawing, regression
from d2l_shim.compat.d2l.evaluation import keeping, old_evaluation
from d2l_shim.compat.handed_on import delegate
from d2l_shim.tensorflow.native import tf

_handed_on, __getattr__ = delegate(
    "d2l.tensorflow", (shim, shim.native, downloads, drawing, regression), {}
)
_own = [
    *("Updater", "squared_loss"),
    *("load_array", "synthetic_data", "train_ch3", "train_epoch_ch3"),
    *("exp", "linspace", "meshgrid", "nn_Module", "sinh", "cosh"),
]
__all__ = [*_handed_on, *_own, "d2l"]
__path__ = []

d2l = sys.modules[__name__]
nn_Module = tf.keras.Model  # noqa: N816 (its name there)
exp, linspace, meshgrid = tf.exp, tf.linspace, tf.meshgrid
sinh, cosh = tf.sinh, tf.cosh

_networks = (tf.keras.Model, tf.keras.layers.Layer)

evaluate_accuracy = old_evaluation(shim.evaluate_accuracy, shim.accuracy, _networks)
evaluate_accuracy_gpu = old_evaluation(shim.evaluate_accuracy_gpu, shim.accuracy, _networks)
train_ch6 = keeping(shim.train_ch6)


def resnet18(num_classes: int, in_channels: int = 1) -> tf.keras.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.tensorflow.resnet18`."""
    return shim.resnet18(num_classes, in_channels, stem="3x3")


def synthetic_data(w: tf.Tensor, b: float, num_examples: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return inputs of shape (n, len(w)) and X w + b with some noise, of shape (n, 1)."""
    X = tf.random.normal((num_examples, w.shape[0]))
    y = tf.matmul(X, tf.reshape(w, (-1, 1))) + b
    return X, y + tf.random.normal(y.shape, stddev=0.01)


def squared_loss(y_hat: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Return half the squared error of each prediction, in the shape of y_hat."""
    return (y_hat - tf.reshape(y, y_hat.shape)) ** 2 / 2


def load_array(
    data_arrays: Sequence[tf.Tensor], batch_size: int, is_train: bool = True
) -> tf.data.Dataset:
    """Return tensors of equal length as batches, shuffled for training."""
    dataset = tf.data.Dataset.from_tensor_slices(tuple(data_arrays))
    if is_train:
        dataset = dataset.shuffle(1000)
    return dataset.batch(batch_size)


class Updater:
    """Gradient descent on parameters, called with a batch's size and gradients."""

    def __init__(self, params: Sequence[tf.Variable], lr: float) -> None:
        self.params = params
        self.lr = lr

    def __call__(self, batch_size: int, grads: Sequence[tf.Tensor]) -> None:
        """Take one step."""
        shim.sgd(self.params, grads, self.lr, batch_size)


def train_epoch_ch3(
    net: Callable, train_iter: Iterable, loss: Callable, updater: Any
) -> tuple[float, float]:
    """Train for one epoch and return the mean loss and the accuracy.

    Args:
        net: network or function.
        train_iter: batches (X, y).
        loss: one of Keras, of truth and predictions, or a function of predictions and truth.
        updater: an optimizer, or an `Updater`.
    """
    from_keras = isinstance(loss, tf.keras.losses.Loss)

    def step(X: tf.Tensor, y: tf.Tensor) -> tuple[float, float]:
        with tf.GradientTape() as tape:
            y_hat = net(X)
            losses = loss(y, y_hat) if from_keras else loss(y_hat, y)
        if isinstance(updater, tf.keras.optimizers.Optimizer):
            params = net.trainable_variables
            gradients = tape.gradient(losses, params)
            updater.apply_gradients(zip(gradients, params, strict=True))
        else:
            updater(len(X), tape.gradient(losses, updater.params))
        # Keras' losses are means unless told otherwise
        count = tf.size(y) if losses.shape.rank == 0 else 1
        return tf.reduce_sum(losses) * tf.cast(count, losses.dtype), shim.accuracy(y_hat, y)

    return regression.epoch(train_iter, step)


train_ch3 = regression.train_ch3(train_epoch_ch3, evaluate_accuracy)
