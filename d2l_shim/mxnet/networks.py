"""The networks of the chapters up to batch normalization, and their blocks."""

from collections.abc import Callable, Iterable

from d2l_shim.mxnet.native import gluon, nn, np


def lenet() -> nn.Sequential:
    """Return LeNet for images of shape (b, 1, 28, 28); it gives the logits of ten classes.

    Source: Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.

    Examples:
        >>> net = d2l.lenet()
        >>> net.initialize()
        >>> tuple(net(np.ones((1, 1, 28, 28))).shape)
        (1, 10)
    """
    net = nn.Sequential()
    net.add(
        nn.Conv2D(6, kernel_size=5, padding=2),
        nn.Activation("sigmoid"),
        nn.AvgPool2D(pool_size=2),
        nn.Conv2D(16, kernel_size=5),
        nn.Activation("sigmoid"),
        nn.AvgPool2D(pool_size=2),
        nn.Flatten(),
        nn.Dense(120),
        nn.Activation("sigmoid"),
        nn.Dense(84),
        nn.Activation("sigmoid"),
        nn.Dense(10),
    )
    return net


def alexnet() -> nn.Sequential:
    """Return AlexNet for images of shape (b, 1, height, width); it gives the logits of ten classes.

    Source: A. Krizhevsky, I. Sutskever and G. E. Hinton, ImageNet Classification with Deep
    Convolutional Neural Networks, 2012.

    Examples:
        >>> net = d2l.alexnet()
        >>> net.initialize()
        >>> tuple(net(np.ones((1, 1, 72, 72))).shape)
        (1, 10)
    """
    net = nn.Sequential()
    net.add(
        nn.Conv2D(96, kernel_size=11, strides=4),
        nn.Activation("relu"),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Conv2D(256, kernel_size=5, padding=2),
        nn.Activation("relu"),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Conv2D(384, kernel_size=3, padding=1),
        nn.Activation("relu"),
        nn.Conv2D(384, kernel_size=3, padding=1),
        nn.Activation("relu"),
        nn.Conv2D(256, kernel_size=3, padding=1),
        nn.Activation("relu"),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Flatten(),
        nn.Dense(4096),
        nn.Activation("relu"),
        nn.Dropout(0.5),
        nn.Dense(4096),
        nn.Activation("relu"),
        nn.Dropout(0.5),
        nn.Dense(10),
    )
    return net


def vgg_block(num_convs: int, num_channels: int) -> nn.Sequential:
    """Return convolutions of 3x3 with ReLU in a row, then max pooling that halves height and width.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Examples:
        >>> blk = d2l.vgg_block(2, 8)
        >>> blk.initialize()
        >>> tuple(blk(np.ones((4, 1, 28, 28))).shape)
        (4, 8, 14, 14)
    """
    blk = nn.Sequential()
    for _ in range(num_convs):
        blk.add(nn.Conv2D(num_channels, kernel_size=3, padding=1), nn.Activation("relu"))
    blk.add(nn.MaxPool2D(pool_size=2, strides=2))
    return blk


def vgg(conv_arch: Iterable[tuple[int, int]], num_hiddens: int = 4096) -> nn.Sequential:
    """Return a VGG network for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Args:
        conv_arch: for each block the number of its convolutions and of their channels.
        num_hiddens: outputs of the two hidden dense layers.

    Examples:
        >>> net = d2l.vgg(((1, 8), (1, 16)), 32)
        >>> net.initialize()
        >>> tuple(net(np.ones((1, 1, 28, 28))).shape)
        (1, 10)
    """
    net = nn.Sequential()
    for num_convs, num_channels in conv_arch:
        net.add(vgg_block(num_convs, num_channels))
    net.add(
        nn.Flatten(),
        nn.Dense(num_hiddens),
        nn.Activation("relu"),
        nn.Dropout(0.5),
        nn.Dense(num_hiddens),
        nn.Activation("relu"),
        nn.Dropout(0.5),
        nn.Dense(10),
    )
    return net


def nin_block(num_channels: int, kernel_size: int, strides: int, padding: int) -> nn.Sequential:
    """Return a convolution and two of 1x1, each with ReLU.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    Examples:
        >>> blk = d2l.nin_block(96, 11, 4, 0)
        >>> blk.initialize()
        >>> tuple(blk(np.ones((1, 1, 224, 224))).shape)
        (1, 96, 54, 54)
    """
    blk = nn.Sequential()
    blk.add(
        nn.Conv2D(num_channels, kernel_size, strides, padding),
        nn.Activation("relu"),
        nn.Conv2D(num_channels, kernel_size=1),
        nn.Activation("relu"),
        nn.Conv2D(num_channels, kernel_size=1),
        nn.Activation("relu"),
    )
    return blk


def nin() -> nn.Sequential:
    """Return Network in Network for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    Examples:
        >>> net = d2l.nin()
        >>> net.initialize()
        >>> tuple(net(np.ones((1, 1, 72, 72))).shape)
        (1, 10)
    """
    net = nn.Sequential()
    net.add(
        nin_block(96, kernel_size=11, strides=4, padding=0),
        nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(256, kernel_size=5, strides=1, padding=2),
        nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(384, kernel_size=3, strides=1, padding=1),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Dropout(0.5),
        nin_block(10, kernel_size=3, strides=1, padding=1),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    return net


class Inception(nn.Block):
    """The Inception block: four paths side by side, joined on the channel axis.

    Input (b, channels, height, width); output (b, c1 + c2[1] + c3[1] + c4, height, width).

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015.

    Args:
        c1: channels of the 1x1 convolution.
        c2: channels of the 1x1 and the 3x3 convolution in a row.
        c3: channels of the 1x1 and the 5x5 convolution in a row.
        c4: channels of the 1x1 convolution behind 3x3 max pooling.

    Examples:
        >>> blk = d2l.Inception(64, (96, 128), (16, 32), 32)
        >>> blk.initialize()
        >>> tuple(blk(np.ones((1, 192, 12, 12))).shape)
        (1, 256, 12, 12)
    """

    def __init__(self, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int) -> None:
        super().__init__()
        self.p1 = nn.Conv2D(c1, kernel_size=1, activation="relu")
        self.p2 = nn.Sequential()
        self.p2.add(
            nn.Conv2D(c2[0], kernel_size=1, activation="relu"),
            nn.Conv2D(c2[1], kernel_size=3, padding=1, activation="relu"),
        )
        self.p3 = nn.Sequential()
        self.p3.add(
            nn.Conv2D(c3[0], kernel_size=1, activation="relu"),
            nn.Conv2D(c3[1], kernel_size=5, padding=2, activation="relu"),
        )
        self.p4 = nn.Sequential()
        self.p4.add(
            nn.MaxPool2D(pool_size=3, strides=1, padding=1),
            nn.Conv2D(c4, kernel_size=1, activation="relu"),
        )

    def forward(self, X: np.ndarray) -> np.ndarray:
        return np.concatenate([self.p1(X), self.p2(X), self.p3(X), self.p4(X)], axis=1)


def googlenet() -> nn.Sequential:
    """Return GoogLeNet for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015; without its auxiliary outputs.

    Examples:
        >>> net = d2l.googlenet()
        >>> net.initialize()
        >>> tuple(net(np.ones((1, 1, 32, 32))).shape)
        (1, 10)
    """
    b1 = nn.Sequential()
    b1.add(
        nn.Conv2D(64, kernel_size=7, strides=2, padding=3),
        nn.Activation("relu"),
        nn.MaxPool2D(pool_size=3, strides=2, padding=1),
    )
    b2 = nn.Sequential()
    b2.add(
        nn.Conv2D(64, kernel_size=1),
        nn.Activation("relu"),
        nn.Conv2D(192, kernel_size=3, padding=1),
        nn.Activation("relu"),
        nn.MaxPool2D(pool_size=3, strides=2, padding=1),
    )
    b3 = nn.Sequential()
    b3.add(
        Inception(64, (96, 128), (16, 32), 32),
        Inception(128, (128, 192), (32, 96), 64),
        nn.MaxPool2D(pool_size=3, strides=2, padding=1),
    )
    b4 = nn.Sequential()
    b4.add(
        Inception(192, (96, 208), (16, 48), 64),
        Inception(160, (112, 224), (24, 64), 64),
        Inception(128, (128, 256), (24, 64), 64),
        Inception(112, (144, 288), (32, 64), 64),
        Inception(256, (160, 320), (32, 128), 128),
        nn.MaxPool2D(pool_size=3, strides=2, padding=1),
    )
    b5 = nn.Sequential()
    b5.add(
        Inception(256, (160, 320), (32, 128), 128),
        Inception(384, (192, 384), (48, 128), 128),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    net = nn.Sequential()
    net.add(b1, b2, b3, b4, b5, nn.Dense(10))
    return net


def lenet_bn(norm: Callable[[int, int], gluon.Block]) -> nn.Sequential:
    """Return LeNet with batch normalization in front of each sigmoid, for images (b, 1, 28, 28).

    Args:
        norm: makes a normalization; it is told the number of features or channels, and of axes:
            2 behind a dense, 4 behind a convolutional layer.
    """
    net = nn.Sequential()
    net.add(
        nn.Conv2D(6, kernel_size=5, padding=2),
        norm(6, 4),
        nn.Activation("sigmoid"),
        nn.AvgPool2D(pool_size=2),
        nn.Conv2D(16, kernel_size=5),
        norm(16, 4),
        nn.Activation("sigmoid"),
        nn.AvgPool2D(pool_size=2),
        nn.Flatten(),
        nn.Dense(120),
        norm(120, 2),
        nn.Activation("sigmoid"),
        nn.Dense(84),
        norm(84, 2),
        nn.Activation("sigmoid"),
        nn.Dense(10),
    )
    return net
