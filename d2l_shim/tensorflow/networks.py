"""The networks of the chapters up to batch normalization, and their blocks."""

from collections.abc import Callable, Iterable

from d2l_shim.tensorflow.native import layers, tf


def lenet() -> tf.keras.Sequential:
    """Return LeNet for images of shape (b, 28, 28, 1); it gives the logits of ten classes.

    Source: Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.

    Examples:
        >>> net = d2l.lenet()
        >>> tuple(net(tf.ones((1, 28, 28, 1))).shape)
        (1, 10)
    """
    return tf.keras.Sequential(
        [
            tf.keras.Input((28, 28, 1)),
            layers.Conv2D(6, kernel_size=5, padding="same"),
            layers.Activation("sigmoid"),
            layers.AvgPool2D(pool_size=2),
            layers.Conv2D(16, kernel_size=5),
            layers.Activation("sigmoid"),
            layers.AvgPool2D(pool_size=2),
            layers.Flatten(),
            layers.Dense(120),
            layers.Activation("sigmoid"),
            layers.Dense(84),
            layers.Activation("sigmoid"),
            layers.Dense(10),
        ]
    )


def alexnet() -> tf.keras.Sequential:
    """Return AlexNet for images of shape (b, height, width, 1); it gives the logits of ten classes.

    Source: A. Krizhevsky, I. Sutskever and G. E. Hinton, ImageNet Classification with Deep
    Convolutional Neural Networks, 2012.

    Examples:
        >>> net = d2l.alexnet()
        >>> tuple(net(tf.ones((1, 72, 72, 1))).shape)
        (1, 10)
    """
    return tf.keras.Sequential(
        [
            layers.Conv2D(96, kernel_size=11, strides=4),
            layers.ReLU(),
            layers.MaxPool2D(pool_size=3, strides=2),
            layers.Conv2D(256, kernel_size=5, padding="same"),
            layers.ReLU(),
            layers.MaxPool2D(pool_size=3, strides=2),
            layers.Conv2D(384, kernel_size=3, padding="same"),
            layers.ReLU(),
            layers.Conv2D(384, kernel_size=3, padding="same"),
            layers.ReLU(),
            layers.Conv2D(256, kernel_size=3, padding="same"),
            layers.ReLU(),
            layers.MaxPool2D(pool_size=3, strides=2),
            layers.Flatten(),
            layers.Dense(4096),
            layers.ReLU(),
            layers.Dropout(0.5),
            layers.Dense(4096),
            layers.ReLU(),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    )


def vgg_block(num_convs: int, num_channels: int) -> tf.keras.Sequential:
    """Return convolutions of 3x3 with ReLU in a row, then max pooling that halves height and width.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Examples:
        >>> blk = d2l.vgg_block(2, 8)
        >>> tuple(blk(tf.ones((4, 28, 28, 1))).shape)
        (4, 14, 14, 8)
    """
    blk = tf.keras.Sequential()
    for _ in range(num_convs):
        blk.add(layers.Conv2D(num_channels, kernel_size=3, padding="same"))
        blk.add(layers.ReLU())
    blk.add(layers.MaxPool2D(pool_size=2, strides=2))
    return blk


def vgg(conv_arch: Iterable[tuple[int, int]], num_hiddens: int = 4096) -> tf.keras.Sequential:
    """Return a VGG network for images of shape (b, height, width, 1).

    It gives the logits of ten classes.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Args:
        conv_arch: for each block the number of its convolutions and of their channels.
        num_hiddens: outputs of the two hidden dense layers.

    Examples:
        >>> net = d2l.vgg(((1, 8), (1, 16)), 32)
        >>> tuple(net(tf.ones((1, 28, 28, 1))).shape)
        (1, 10)
    """
    net = tf.keras.Sequential()
    for num_convs, num_channels in conv_arch:
        net.add(vgg_block(num_convs, num_channels))
    for layer in (
        layers.Flatten(),
        layers.Dense(num_hiddens),
        layers.ReLU(),
        layers.Dropout(0.5),
        layers.Dense(num_hiddens),
        layers.ReLU(),
        layers.Dropout(0.5),
        layers.Dense(10),
    ):
        net.add(layer)
    return net


def nin_block(
    num_channels: int, kernel_size: int, strides: int, padding: str
) -> tf.keras.Sequential:
    """Return a convolution and two of 1x1, each with ReLU.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    `padding` is `valid` or `same`; with a stride above 1, `same` may pad one side more.

    Examples:
        >>> blk = d2l.nin_block(96, 11, 4, "valid")
        >>> tuple(blk(tf.ones((1, 224, 224, 1))).shape)
        (1, 54, 54, 96)
    """
    return tf.keras.Sequential(
        [
            layers.Conv2D(num_channels, kernel_size, strides, padding),
            layers.ReLU(),
            layers.Conv2D(num_channels, kernel_size=1),
            layers.ReLU(),
            layers.Conv2D(num_channels, kernel_size=1),
            layers.ReLU(),
        ]
    )


def nin() -> tf.keras.Sequential:
    """Return Network in Network for images of shape (b, height, width, 1).

    It gives the logits of ten classes.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    Examples:
        >>> net = d2l.nin()
        >>> tuple(net(tf.ones((1, 72, 72, 1))).shape)
        (1, 10)
    """
    return tf.keras.Sequential(
        [
            nin_block(96, kernel_size=11, strides=4, padding="valid"),
            layers.MaxPool2D(pool_size=3, strides=2),
            nin_block(256, kernel_size=5, strides=1, padding="same"),
            layers.MaxPool2D(pool_size=3, strides=2),
            nin_block(384, kernel_size=3, strides=1, padding="same"),
            layers.MaxPool2D(pool_size=3, strides=2),
            layers.Dropout(0.5),
            nin_block(10, kernel_size=3, strides=1, padding="same"),
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Flatten(),
        ]
    )


class Inception(layers.Layer):
    """The Inception block: four paths side by side, joined on the channel axis.

    Input (b, height, width, channels); output (b, height, width, c1 + c2[1] + c3[1] + c4).

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015.

    Args:
        c1: channels of the 1x1 convolution.
        c2: channels of the 1x1 and the 3x3 convolution in a row.
        c3: channels of the 1x1 and the 5x5 convolution in a row.
        c4: channels of the 1x1 convolution behind 3x3 max pooling.

    Examples:
        >>> blk = d2l.Inception(64, (96, 128), (16, 32), 32)
        >>> tuple(blk(tf.ones((1, 12, 12, 192))).shape)
        (1, 12, 12, 256)
    """

    def __init__(self, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int) -> None:
        super().__init__()
        self.p1 = layers.Conv2D(c1, kernel_size=1, activation="relu")
        self.p2 = tf.keras.Sequential(
            [
                layers.Conv2D(c2[0], kernel_size=1, activation="relu"),
                layers.Conv2D(c2[1], kernel_size=3, padding="same", activation="relu"),
            ]
        )
        self.p3 = tf.keras.Sequential(
            [
                layers.Conv2D(c3[0], kernel_size=1, activation="relu"),
                layers.Conv2D(c3[1], kernel_size=5, padding="same", activation="relu"),
            ]
        )
        self.p4 = tf.keras.Sequential(
            [
                layers.MaxPool2D(pool_size=3, strides=1, padding="same"),
                layers.Conv2D(c4, kernel_size=1, activation="relu"),
            ]
        )

    def call(self, X: tf.Tensor) -> tf.Tensor:
        return tf.concat([self.p1(X), self.p2(X), self.p3(X), self.p4(X)], axis=-1)


def googlenet() -> tf.keras.Sequential:
    """Return GoogLeNet for images of shape (b, height, width, 1).

    It gives the logits of ten classes.

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015; without its auxiliary outputs.

    Examples:
        >>> net = d2l.googlenet()
        >>> tuple(net(tf.ones((1, 32, 32, 1))).shape)
        (1, 10)
    """
    b1 = tf.keras.Sequential(
        [
            layers.ZeroPadding2D(3),
            layers.Conv2D(64, kernel_size=7, strides=2),
            layers.ReLU(),
            layers.ZeroPadding2D(1),
            layers.MaxPool2D(pool_size=3, strides=2),
        ]
    )
    b2 = tf.keras.Sequential(
        [
            layers.Conv2D(64, kernel_size=1),
            layers.ReLU(),
            layers.Conv2D(192, kernel_size=3, padding="same"),
            layers.ReLU(),
            layers.ZeroPadding2D(1),
            layers.MaxPool2D(pool_size=3, strides=2),
        ]
    )
    b3 = tf.keras.Sequential(
        [
            Inception(64, (96, 128), (16, 32), 32),
            Inception(128, (128, 192), (32, 96), 64),
            layers.ZeroPadding2D(1),
            layers.MaxPool2D(pool_size=3, strides=2),
        ]
    )
    b4 = tf.keras.Sequential(
        [
            Inception(192, (96, 208), (16, 48), 64),
            Inception(160, (112, 224), (24, 64), 64),
            Inception(128, (128, 256), (24, 64), 64),
            Inception(112, (144, 288), (32, 64), 64),
            Inception(256, (160, 320), (32, 128), 128),
            layers.ZeroPadding2D(1),
            layers.MaxPool2D(pool_size=3, strides=2),
        ]
    )
    b5 = tf.keras.Sequential(
        [
            Inception(256, (160, 320), (32, 128), 128),
            Inception(384, (192, 384), (48, 128), 128),
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Flatten(),
        ]
    )
    return tf.keras.Sequential([b1, b2, b3, b4, b5, layers.Dense(10)])


def lenet_bn(norm: Callable[[int, int], layers.Layer]) -> tf.keras.Sequential:
    """Return LeNet with batch normalization in front of each sigmoid, for images (b, 28, 28, 1).

    Args:
        norm: makes a normalization; it is told the number of features or channels, and of axes:
            2 behind a dense, 4 behind a convolutional layer.
    """
    return tf.keras.Sequential(
        [
            tf.keras.Input((28, 28, 1)),
            layers.Conv2D(6, kernel_size=5, padding="same"),
            norm(6, 4),
            layers.Activation("sigmoid"),
            layers.AvgPool2D(pool_size=2),
            layers.Conv2D(16, kernel_size=5),
            norm(16, 4),
            layers.Activation("sigmoid"),
            layers.AvgPool2D(pool_size=2),
            layers.Flatten(),
            layers.Dense(120),
            norm(120, 2),
            layers.Activation("sigmoid"),
            layers.Dense(84),
            norm(84, 2),
            layers.Activation("sigmoid"),
            layers.Dense(10),
        ]
    )
