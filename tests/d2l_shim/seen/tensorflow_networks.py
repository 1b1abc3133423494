"""Networks that look at what happens to them, in TensorFlow; each notes what it sees in `LOG`."""

import tensorflow as tf
from tensorflow.keras import layers

LOG = []
SIDE = 12


def images(X, y):
    return tf.constant(X), tf.constant(y)


def seed():
    tf.keras.utils.set_random_seed(0)


def next_random():
    return float(tf.random.uniform(()))


def state(net):
    return {str(i): value.numpy() for i, value in enumerate(net.weights)}


def conv(**kwargs):
    return layers.Conv2D(4, 3, padding="same", **kwargs)


def plain():
    """Convolution, activation, average pooling, convolution: the beginning of LeNet."""
    return tf.keras.Sequential(
        [
            conv(activation="sigmoid"),
            layers.AvgPool2D(2),
            conv(activation="sigmoid"),
            layers.AvgPool2D(2),
            *end(),
        ]
    )


def end():
    return layers.Flatten(), layers.Dense(10)


class See(layers.Layer):
    """Notes each time that a graph comes here, with the numbers' type and sum."""

    def call(self, X):
        def see(values):
            LOG.append(["seen", list(values.shape), str(values.dtype)])
            return values

        LOG.append(["traced", str(X.dtype)])
        with tf.control_dependencies([tf.numpy_function(see, [X], X.dtype)]):
            return tf.identity(X)


class Counting(layers.Layer):
    """Counts its calls in a weight."""

    def build(self, shape):
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, X):
        self.calls.assign_add(1)
        return X


def frozen():
    net = plain()
    net.layers[0].trainable = False
    return net


class Shared(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.twice, self.flat, self.dense = conv(), conv(), *end()

    def call(self, X):
        Y = self.twice(tf.nn.relu(self.twice(self.first(X))))
        return self.dense(self.flat(Y))


class Scaled(layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(4,), initializer="ones")

    def call(self, X):
        return X * self.scale


class Branching(tf.keras.Model):
    """Goes one way or the other, by what it sees."""

    def __init__(self):
        super().__init__()
        self.one, self.other, self.flat, self.dense = conv(), conv(), *end()

    def call(self, X, training=False):
        Y = tf.cond(tf.reduce_mean(X) > 0, lambda: self.one(X), lambda: self.other(X))
        return self.dense(self.flat(Y))


class Keeping(layers.Layer):
    """Changes its own average while it computes."""

    def build(self, shape):
        self.mean = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, X, training=False):
        if training:
            self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(X))
        return X - self.mean


class Residual(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1, self.conv2, self.norm2 = conv(), norm(), conv(), norm()

    def call(self, X):
        Y = tf.nn.relu(self.norm1(self.conv1(X)))
        return tf.nn.relu(self.norm2(self.conv2(Y)) + X)


def norm(**kwargs):
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, **kwargs)


def residual():
    return tf.keras.Sequential(
        [conv(), norm(), layers.ReLU(), Residual(), layers.MaxPool2D(2), *end()]
    )


class Spy(layers.BatchNormalization):
    """A normalization of the program's own kind."""

    def call(self, X, training=None, mask=None):
        LOG.append(["spied", str(X.dtype)])
        return 2 * super().call(X, training=training)


def spied():
    """Normalizations whose computation the program has changed, each in another way."""
    own = norm()
    usual = own.call
    own.call = lambda X, training=None, mask=None: 3 * usual(X, training=training)
    return tf.keras.Sequential([conv(), Spy(), own, *end()])


def norms():
    """Normalizations of all kinds."""
    return tf.keras.Sequential(
        [
            conv(),
            norm(scale=False),
            norm(center=False),
            norm(axis=2),
            norm(),
            layers.Flatten(),
            norm(),
            layers.Dense(10),
        ]
    )


def freeze(layer):
    layer.trainable = False


def linear():
    return tf.keras.Sequential(end())


def set_zero(net):
    net.layers[-1].kernel.assign(tf.zeros((SIDE * SIDE, 10)))


NETWORKS = {
    "plain": plain,
    "sees": lambda: tf.keras.Sequential([conv(), See(), layers.ReLU(), See(), *end()]),
    "counts": lambda: tf.keras.Sequential([Counting(), conv(), Counting(), norm(), *end()]),
    "frozen": frozen,
    "frozen norm": residual,
    "spectral norm": lambda: tf.keras.Sequential(
        [layers.SpectralNormalization(conv()), layers.ReLU(), *end()]
    ),
    "shared": Shared,
    "own parameters": lambda: tf.keras.Sequential([conv(), Scaled(), *end()]),
    "control flow": Branching,
    "view": lambda: tf.keras.Sequential([conv(), layers.Reshape((-1,)), layers.Dense(10)]),
    "keeps what it sees": lambda: tf.keras.Sequential([conv(), Keeping(), *end()]),
    "residual": residual,
    "dropout": lambda: tf.keras.Sequential([conv(), layers.Dropout(0.5), *end()]),
    "unusual convolutions": lambda: tf.keras.Sequential(
        [layers.Conv2D(4, 3, dilation_rate=2), layers.DepthwiseConv2D(3, strides=2), *end()]
    ),
    "norms": norms,
    "norms of its own": spied,
    "constraint": lambda: tf.keras.Sequential(
        [conv(kernel_constraint=tf.keras.constraints.UnitNorm()), layers.ReLU(), *end()]
    ),
}
# what `prepare` does, where a network has it
PREPARE = {
    "frozen": lambda net: freeze(net.layers[2]),
    "frozen norm": lambda net: freeze(net.layers[1]),
    "control flow": lambda net: net.one.bias.assign(tf.ones(4)),
}
# TensorFlow rounds in its own copy of a graph, which no network sees
ROUNDED = set(NETWORKS)
# its code is called when a graph is made, not each time
EACH_CALL = set()
