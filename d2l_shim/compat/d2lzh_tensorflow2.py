"""What `import d2lzh_tensorflow2 as d2l` gives: the first edition's helpers in TensorFlow."""

import functools

from d2l_shim import tensorflow as shim
from d2l_shim import training
from d2l_shim.compat import drawing, shared
from d2l_shim.compat.d2l import tensorflow as second
from d2l_shim.compat.handed_on import drop_in
from d2l_shim.tensorflow.native import tf

NAMES = "data_iter evaluate_accuracy resnet18 squared_loss train_ch3 keras=tensorflow.keras"
OWNERS = shared, shim, shim.native, drawing
__all__, __path__, __getattr__ = drop_in("d2lzh_tensorflow2", OWNERS, NAMES)

resnet18, squared_loss = second.resnet18, second.squared_loss


def data_iter(batch_size, features, labels):
    """Yield batches of features and labels in random order."""
    return shared.shuffled(batch_size, features, labels, tf.gather)


def evaluate_accuracy(data_iter, net):
    """Return the share of a dataset that a network or a function classifies correctly."""
    return second.evaluate_accuracy(net, data_iter)


def train_ch3(
    net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None
):
    """Train by gradient descent, or by an optimizer of Keras, and print one line an epoch."""

    def update(X: tf.Tensor, y: tf.Tensor) -> tuple[float, float]:
        with tf.GradientTape() as tape:
            y_hat = net(X)
            total = tf.reduce_sum(loss(y_hat, y))
        variables = net.trainable_variables if params is None else params
        grads = tape.gradient(total, variables)
        if trainer is None:
            shim.sgd(variables, grads, lr, batch_size)
        else:
            means = [grad / batch_size for grad in grads]
            trainer.apply_gradients(zip(means, variables, strict=True))
        return float(total) / len(y), shim.accuracy(y_hat, y)

    evaluate = functools.partial(evaluate_accuracy, net=net)
    training.train_epochs(update, evaluate, train_iter, test_iter, num_epochs)
