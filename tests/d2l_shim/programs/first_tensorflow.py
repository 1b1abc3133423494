"""What people do in scripts that are written for the first edition's package for TensorFlow."""

import tensorflow as tf

import d2lzh_tensorflow2 as d2l

tf.random.set_seed(0)

train_iter, test_iter = d2l.load_data_fashion_mnist(256)
W, b = tf.Variable(tf.random.normal((784, 10), 0, 0.01)), tf.Variable(tf.zeros(10))


def net(X):
    return tf.nn.softmax(tf.reshape(X, (-1, 784)) @ W + b)


def loss(y_hat, y):
    return -tf.math.log(tf.boolean_mask(y_hat, tf.one_hot(y, 10)))


before = W.numpy()
d2l.train_ch3(net, train_iter, test_iter, loss, 5, 256, [W, b], 0.1)
assert abs(W.numpy() - before).max() > 0 and d2l.evaluate_accuracy(test_iter, net) > 0.2
X = tf.random.normal((100, 2))
assert len(list(d2l.data_iter(10, X, X))) == 10
