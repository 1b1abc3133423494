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

# 6.2 cross-correlation
X = tf.constant([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = tf.constant([[0.0, 1.0], [2.0, 3.0]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).numpy().tolist() == [[19, 25], [37, 43]]


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


# 7.6 ResNet
def net():
    return tf.keras.Sequential([
        tf.keras.layers.Conv2D(8, kernel_size=7, strides=4, padding="same"),
        tf.keras.layers.BatchNormalization(),
        tf.keras.layers.Activation("relu"),
        d2l.Residual(8),
        d2l.Residual(16, use_1x1conv=True, strides=2),
        tf.keras.layers.GlobalAvgPool2D(),
        tf.keras.layers.Dense(units=10),
    ])  # fmt: skip


small_iter, small_test_iter = d2l.load_data_fashion_mnist(batch_size, resize=32)
d2l.train_ch6(net, small_iter, small_test_iter, 1, 0.1, d2l.try_gpu())
d2l.plt.close("all")

# the weights are those that the function makes, also where they are no usual ones
seen = []


def net_fn():
    kernel = tf.keras.initializers.Constant(2.0)
    net = tf.keras.models.Sequential(
        [tf.keras.layers.Flatten(), tf.keras.layers.Dense(10, kernel_initializer=kernel)]
    )
    seen.append(net)
    return net


assert len(train_iter) // 5 > 0 and next(iter(train_iter))[0].shape == (256, 28, 28, 1)
net = d2l.train_ch6(net_fn, train_iter, test_iter, 2, 1e-9, d2l.try_gpu())
assert len(seen) == 1 and net is seen[0] and float(net.layers[1].kernel[0, 0]) == 2
assert d2l.plt.get_fignums() and len(d2l.plt.gcf().axes[0].lines) == 3
d2l.plt.close("all")

# a network in place of the function is trained as well
assert d2l.train_ch6(net, train_iter, test_iter, 1, 0.1, d2l.try_gpu()) is net

# regression
features, labels = d2l.synthetic_data(tf.constant([2, -3.4]), 4.2, 100)
assert features.shape == (100, 2) and labels.shape == (100, 1)
w, b = tf.Variable(tf.zeros((2, 1))), tf.Variable(tf.zeros(1))
for _ in range(10):
    for X, y in d2l.load_array((features, labels), 10):
        with tf.GradientTape() as tape:
            loss = d2l.squared_loss(d2l.linreg(X, w, b), y)
        d2l.sgd([w, b], tape.gradient(loss, [w, b]), 0.1, 10)
data = d2l.load_array((features, labels), 10, is_train=False)
assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data, d2l.squared_loss) < 0.1

net = tf.keras.models.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)])
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
trainer = tf.keras.optimizers.SGD(learning_rate=0.1)
d2l.train_ch3(net, train_iter, test_iter, loss, 10, trainer)
shares = d2l.train_epoch_ch3(net, train_iter, loss, trainer)
assert 0.5 < shares[0] < 2 and shares[1] > 0.3, shares
W, b = tf.Variable(tf.random.normal((784, 10), 0, 0.01)), tf.Variable(tf.zeros(10))
shares = d2l.train_epoch_ch3(
    lambda X: tf.nn.softmax(tf.reshape(X, (-1, 784)) @ W + b),
    train_iter,
    lambda y_hat, y: -tf.math.log(tf.boolean_mask(y_hat, tf.one_hot(y, 10))),
    d2l.Updater([W, b], lr=0.1),
)
assert 1 < shares[0] < 2.5 and shares[1] > 0.3, shares
d2l.predict_ch3(net, test_iter)
assert "\n" in d2l.plt.gcf().axes[0].get_title()
column = tf.constant([[1], [1], [1], [0]])
assert d2l.accuracy(column, 1 - column) == 0 and d2l.accuracy(column, column) == 4

try:
    d2l.train_ch6(net_fn, train_iter, test_iter, 1, 0.1, tf.device("/GPU:9"))
except ValueError as error:
    assert "d2l.try_gpu()" in str(error), error
else:
    raise AssertionError
