"""What TensorFlow's networks can see; their code is called when a graph is made."""

import tensorflow as tf
from seen.networks import Networks
from tensorflow.keras import layers


class See(layers.Layer):
    """Notes each time that a graph comes here, with the numbers' type and sum."""

    def __init__(self, log):
        super().__init__()
        self.note = log.append

    def call(self, X):
        def see(values):
            self.note(["seen", list(values.shape), str(values.dtype)])
            return values

        self.note(["traced", str(X.dtype)])
        with tf.control_dependencies([tf.numpy_function(see, [X], X.dtype)]):
            return tf.identity(X)


class Counting(layers.Layer):
    """Counts its calls in a weight."""

    def build(self, shape):
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, X):
        self.calls.assign_add(1)
        return X


class Scaled(layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(4,), initializer="ones")

    def call(self, X):
        return X * self.scale


class Keeping(layers.Layer):
    """Changes its own average while it computes."""

    def build(self, shape):
        self.mean = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, X, training=False):
        if training:
            self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(X))
        return X - self.mean


class Seen(Networks):
    def __init__(self, b):
        super().__init__(b)
        conv, norm, end, row = self.conv, self.norm, self.end, b.sequential
        unit = tf.keras.constraints.UnitNorm
        self.networks |= {
            "sees": lambda: row(conv(), See(self.log), b.relu(), See(self.log), *end()),
            "counts": lambda: row(Counting(), conv(), Counting(), norm(), *end()),
            "spectral norm": lambda: row(layers.SpectralNormalization(conv()), b.relu(), *end()),
            "control flow": self.branching,
            "own parameters": lambda: row(conv(), Scaled(), *end()),
            "keeps what it sees": lambda: row(conv(), Keeping(), *end()),
            "norms": self.norms,
            "norms of its own": self.spied,
            "constraint": lambda: row(conv(kernel_constraint=unit()), b.relu(), *end()),
        }
        # TensorFlow rounds in its own copy of a graph, which no network sees
        self.rounded = set(self.networks)

    def next_random(self):
        return float(tf.random.uniform(()))

    def state(self, net):
        return dict(enumerate(map(self.b.array, net.weights)))

    def branching(self):
        """Goes one way or the other, by what it sees."""

        def forward(self, X):
            ways = (lambda: self.one(X)), (lambda: self.other(X))
            return self.end(tf.cond(tf.reduce_mean(X) > 0, *ways))

        return self.network(forward, one=self.conv(), other=self.conv(), end=self.head())

    def unusual(self):
        row = layers.Conv2D(4, 3, dilation_rate=2), layers.DepthwiseConv2D(3, strides=2)
        return self.b.sequential(*row, *self.end())

    def spied(self):
        """Normalizations whose computation the program has changed, each in another way."""
        note = self.log.append

        class Spy(layers.BatchNormalization):
            def call(self, X, training=None, mask=None):
                note(["spied", str(X.dtype)])
                return 2 * super().call(X, training=training)

        own = self.norm()
        usual = own.call
        own.call = lambda X, training=None, mask=None: 3 * usual(X, training=training)
        return self.b.sequential(self.conv(), Spy(), own, *self.end())

    def norms(self):
        """Normalizations of all kinds."""
        told = {"scale": False}, {"center": False}, {"axis": 2}, {}
        flat = layers.Flatten(), self.norm(), layers.Dense(10)
        kinds = [self.b.norm(4, **how) for how in told]
        return self.b.sequential(self.conv(), *kinds, *flat)
