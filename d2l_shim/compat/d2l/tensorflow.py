"""What `from d2l import tensorflow as d2l` gives: d2l_shim.tensorflow, and what d2l had besides."""

from collections.abc import Callable
from typing import Any

from d2l_shim import tensorflow as shim
from d2l_shim.compat import downloads, drawing, shared
from d2l_shim.compat.handed_on import drop_in
from d2l_shim.tensorflow.native import tf

nn_Module = tf.keras.Model  # noqa: N816 (its name there)
exp, linspace, meshgrid = tf.exp, tf.linspace, tf.meshgrid
sinh, cosh = tf.sinh, tf.cosh
NAMES = """
    nn_Module exp linspace meshgrid sinh cosh squared_loss Updater
    d2l=d2l_shim.compat.d2l.tensorflow
"""


def squared_loss(y_hat, y):
    """Return half the squared error of each prediction, in the shape of y_hat."""
    return (y_hat - tf.reshape(y, y_hat.shape)) ** 2 / 2


class Updater:
    """Gradient descent on parameters, called with a batch's size and gradients."""

    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def __call__(self, batch_size, grads):
        """Take one step."""
        shim.sgd(self.params, grads, self.lr, batch_size)


class Helpers(shared.Helpers):
    """d2l's functions for TensorFlow."""

    _network = (tf.keras.Model, tf.keras.layers.Layer)

    def load_array(self, data_arrays, batch_size, is_train=True):
        """Return tensors of equal length as batches, shuffled for training."""
        dataset = tf.data.Dataset.from_tensor_slices(tuple(data_arrays))
        if is_train:
            dataset = dataset.shuffle(1000)
        return dataset.batch(batch_size)

    def _normal(self, deviation: float, shape: Any) -> tf.Tensor:
        return tf.random.normal(shape, stddev=deviation)

    def _step(
        self, net: Callable, X: tf.Tensor, y: tf.Tensor, loss: Callable, updater: Any
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            y_hat = net(X)
            # Keras' losses take the truth first
            from_keras = isinstance(loss, tf.keras.losses.Loss)
            losses = loss(y, y_hat) if from_keras else loss(y_hat, y)
        if isinstance(updater, tf.keras.optimizers.Optimizer):
            params = net.trainable_variables
            updater.apply_gradients(zip(tape.gradient(losses, params), params, strict=True))
        else:
            updater(len(X), tape.gradient(losses, updater.params))
        # and are means unless told otherwise
        count = tf.size(y) if losses.shape.rank == 0 else 1
        return tf.reduce_sum(losses) * tf.cast(count, losses.dtype), y_hat


helpers = Helpers(shim)
OWNERS = helpers, shim, shim.native, downloads, drawing, shared
__all__, __path__, __getattr__ = drop_in("d2l.tensorflow", OWNERS, NAMES)
