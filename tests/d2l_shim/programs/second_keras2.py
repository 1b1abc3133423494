"""What sections 7.5 and 7.6 of the second edition in TensorFlow ask of Keras 2."""

import tensorflow as tf
from d2l import tensorflow as d2l

tf.random.set_seed(0)


# 7.5 batch normalization from scratch: add_update, and call with a second required argument
class BatchNorm(tf.keras.layers.Layer):
    def __init__(self, **kwargs):
        super(BatchNorm, self).__init__(**kwargs)

    def build(self, input_shape):
        shape = [input_shape[-1]]
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer=tf.initializers.ones)
        self.beta = self.add_weight(name="beta", shape=shape, initializer=tf.initializers.zeros)
        self.moving_mean = self.add_weight(
            name="moving_mean", shape=shape, initializer=tf.initializers.zeros, trainable=False
        )
        self.moving_variance = self.add_weight(
            name="moving_variance", shape=shape, initializer=tf.initializers.ones, trainable=False
        )
        super(BatchNorm, self).build(input_shape)

    def assign_moving_average(self, variable, value):
        return variable.assign(variable * 0.9 + value * 0.1)

    @tf.function
    def call(self, inputs, training):
        if training:
            axes = list(range(len(inputs.shape) - 1))
            mean = tf.reduce_mean(inputs, axes)
            variance = tf.reduce_mean(tf.math.squared_difference(inputs, mean), axes)
            self.add_update(self.assign_moving_average(self.moving_mean, mean))
            self.add_update(self.assign_moving_average(self.moving_variance, variance))
        else:
            mean, variance = self.moving_mean, self.moving_variance
        inverse = tf.cast(tf.math.rsqrt(variance + 1e-5), inputs.dtype) * self.gamma
        return inputs * inverse - mean * inverse + self.beta


# 7.6 a list of layers has `.layers`
class ResnetBlock(tf.keras.layers.Layer):
    def __init__(self, num_channels, **kwargs):
        super(ResnetBlock, self).__init__(**kwargs)
        self.residual_layers = [d2l.Residual(num_channels, use_1x1conv=True, strides=2)]

    def call(self, X):
        for layer in self.residual_layers.layers:
            X = layer(X)
        return X


def net():
    return tf.keras.models.Sequential([
        tf.keras.layers.Conv2D(filters=6, kernel_size=5, input_shape=(28, 28, 1)),
        BatchNorm(),
        tf.keras.layers.Activation("sigmoid"),
        ResnetBlock(8),
        tf.keras.layers.GlobalAvgPool2D(),
        tf.keras.layers.Dense(10),
    ])  # fmt: skip


train_iter, test_iter = d2l.load_data_fashion_mnist(256)
trained = d2l.train_ch6(net, train_iter, test_iter, 10, 1.0, d2l.try_gpu())
assert abs(trained.layers[1].moving_mean.numpy()).max() > 0
