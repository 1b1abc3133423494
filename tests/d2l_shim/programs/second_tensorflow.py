"""Chapters 6 and 7 of the second edition in TensorFlow, as far as any Keras runs them.

And what people do with its package.
"""

import numpy as plain
import tensorflow as tf
from d2l import tensorflow as d2l
from d2l.tensorflow import *
from d2l.tensorflow import d2l as again

tf.random.set_seed(0)
assert again is d2l and d2l.np is plain and d2l.tf is tf and pd and plt is d2l.plt


# 6.6 LeNet
def net():
    return tf.keras.models.Sequential([
        tf.keras.layers.Conv2D(filters=6, kernel_size=5, activation="sigmoid", padding="same"),
        tf.keras.layers.AvgPool2D(pool_size=2, strides=2),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(84, activation="sigmoid"),
        tf.keras.layers.Dense(10),
    ])  # fmt: skip


batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)


def train_ch6(net_fn, train_iter, test_iter, num_epochs, lr, device):
    device_name = device._device_name
    strategy = tf.distribute.OneDeviceStrategy(device_name)
    with strategy.scope():
        optimizer = tf.keras.optimizers.SGD(learning_rate=lr)
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net = net_fn()
        net.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    callback = d2l.TrainCallback(net, train_iter, test_iter, num_epochs, device_name)
    net.fit(train_iter, epochs=num_epochs, verbose=0, callbacks=[callback])
    return net


lr, num_epochs = 0.9, 1
train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
trained = d2l.train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
assert 0 <= d2l.evaluate_accuracy(trained, test_iter) <= 1


# the weights are those that the function makes, also where they are no usual ones
seen = []


def net_fn():
    kernel = tf.keras.initializers.Constant(2.0)
    net = tf.keras.models.Sequential(
        [tf.keras.layers.Flatten(), tf.keras.layers.Dense(10, kernel_initializer=kernel)]
    )
    seen.append(net)
    return net


net = d2l.train_ch6(net_fn, train_iter, test_iter, 2, 1e-9, d2l.try_gpu())
assert len(seen) == 1 and net is seen[0] and float(net.layers[1].kernel[0, 0]) == 2
assert d2l.plt.get_fignums() and len(d2l.plt.gcf().axes[0].lines) == 3
d2l.plt.close("all")

# a network in place of the function is trained as well
assert d2l.train_ch6(net, train_iter, test_iter, 1, 0.1, d2l.try_gpu()) is net

# softmax regression by a function and an updater
W, b = tf.Variable(tf.random.normal((784, 10), 0, 0.01)), tf.Variable(tf.zeros(10))
shares = d2l.train_epoch_ch3(
    lambda X: tf.nn.softmax(tf.reshape(X, (-1, 784)) @ W + b),
    train_iter,
    lambda y_hat, y: -tf.math.log(tf.boolean_mask(y_hat, tf.one_hot(y, 10))),
    d2l.Updater([W, b], lr=0.1),
)
assert 1 < shares[0] < 2.5 and shares[1] > 0.3, shares
