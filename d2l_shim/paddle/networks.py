"""The networks of the chapters up to batch normalization, and their blocks."""

from collections.abc import Callable, Iterable

from d2l_shim.paddle.native import nn, paddle


def lenet() -> nn.Sequential:
    """Return LeNet for images of shape (b, 1, 28, 28); it gives the logits of ten classes.

    Source: Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.

    Examples:
        >>> net = d2l.lenet()
        >>> tuple(net(paddle.ones((1, 1, 28, 28))).shape)
        (1, 10)
    """
    return nn.Sequential(
        nn.Conv2D(1, 6, kernel_size=5, padding=2),
        nn.Sigmoid(),
        nn.AvgPool2D(kernel_size=2),
        nn.Conv2D(6, 16, kernel_size=5),
        nn.Sigmoid(),
        nn.AvgPool2D(kernel_size=2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )


def alexnet(num_features: int = 6400) -> nn.Sequential:
    """Return AlexNet for images of shape (b, 1, height, width); it gives the logits of ten classes.

    Source: A. Krizhevsky, I. Sutskever and G. E. Hinton, ImageNet Classification with Deep
    Convolutional Neural Networks, 2012.

    Args:
        num_features: numbers that reach the first dense layer: 6400 for images of 224x224, 256 for
            those of 72x72.

    Examples:
        >>> net = d2l.alexnet(256)
        >>> tuple(net(paddle.ones((1, 1, 72, 72))).shape)
        (1, 10)
    """
    return nn.Sequential(
        nn.Conv2D(1, 96, kernel_size=11, stride=4),
        nn.ReLU(),
        nn.MaxPool2D(kernel_size=3, stride=2),
        nn.Conv2D(96, 256, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2D(kernel_size=3, stride=2),
        nn.Conv2D(256, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2D(384, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2D(384, 256, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2D(kernel_size=3, stride=2),
        nn.Flatten(),
        nn.Linear(num_features, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 10),
    )


def vgg_block(num_convs: int, in_channels: int, out_channels: int) -> nn.Sequential:
    """Return convolutions of 3x3 with ReLU in a row, then max pooling that halves height and width.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Examples:
        >>> blk = d2l.vgg_block(2, 1, 8)
        >>> tuple(blk(paddle.ones((4, 1, 28, 28))).shape)
        (4, 8, 14, 14)
    """
    blk = []
    for _ in range(num_convs):
        blk.append(nn.Conv2D(in_channels, out_channels, kernel_size=3, padding=1))
        blk.append(nn.ReLU())
        in_channels = out_channels
    blk.append(nn.MaxPool2D(kernel_size=2, stride=2))
    return nn.Sequential(*blk)


def vgg(
    conv_arch: Iterable[tuple[int, int]], num_features: int, num_hiddens: int = 4096
) -> nn.Sequential:
    """Return a VGG network for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Args:
        conv_arch: for each block the number of its convolutions and of their channels.
        num_features: numbers that reach the first dense layer: channels times height times
            width behind the last block.
        num_hiddens: outputs of the two hidden dense layers.

    Examples:
        >>> net = d2l.vgg(((1, 8), (1, 16)), 16 * 7 * 7, 32)
        >>> tuple(net(paddle.ones((1, 1, 28, 28))).shape)
        (1, 10)
    """
    blks, in_channels = [], 1
    for num_convs, out_channels in conv_arch:
        blks.append(vgg_block(num_convs, in_channels, out_channels))
        in_channels = out_channels
    return nn.Sequential(
        *blks,
        nn.Flatten(),
        nn.Linear(num_features, num_hiddens),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(num_hiddens, num_hiddens),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(num_hiddens, 10),
    )


def nin_block(
    in_channels: int, out_channels: int, kernel_size: int, strides: int, padding: int
) -> nn.Sequential:
    """Return a convolution and two of 1x1, each with ReLU.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    Examples:
        >>> blk = d2l.nin_block(1, 96, 11, 4, 0)
        >>> tuple(blk(paddle.ones((1, 1, 224, 224))).shape)
        (1, 96, 54, 54)
    """
    return nn.Sequential(
        nn.Conv2D(in_channels, out_channels, kernel_size, strides, padding),
        nn.ReLU(),
        nn.Conv2D(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
        nn.Conv2D(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
    )


def nin() -> nn.Sequential:
    """Return Network in Network for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    Examples:
        >>> net = d2l.nin()
        >>> tuple(net(paddle.ones((1, 1, 72, 72))).shape)
        (1, 10)
    """
    return nn.Sequential(
        nin_block(1, 96, kernel_size=11, strides=4, padding=0),
        nn.MaxPool2D(kernel_size=3, stride=2),
        nin_block(96, 256, kernel_size=5, strides=1, padding=2),
        nn.MaxPool2D(kernel_size=3, stride=2),
        nin_block(256, 384, kernel_size=3, strides=1, padding=1),
        nn.MaxPool2D(kernel_size=3, stride=2),
        nn.Dropout(0.5),
        nin_block(384, 10, kernel_size=3, strides=1, padding=1),
        nn.AdaptiveAvgPool2D(1),
        nn.Flatten(),
    )


class Inception(nn.Layer):
    """The Inception block: four paths side by side, joined on the channel axis.

    Input (b, channels, height, width); output (b, c1 + c2[1] + c3[1] + c4, height, width).

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015.

    Args:
        in_channels: channels of the input.
        c1: channels of the 1x1 convolution.
        c2: channels of the 1x1 and the 3x3 convolution in a row.
        c3: channels of the 1x1 and the 5x5 convolution in a row.
        c4: channels of the 1x1 convolution behind 3x3 max pooling.

    Examples:
        >>> blk = d2l.Inception(192, 64, (96, 128), (16, 32), 32)
        >>> tuple(blk(paddle.ones((1, 192, 12, 12))).shape)
        (1, 256, 12, 12)
    """

    def __init__(
        self, in_channels: int, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int
    ) -> None:
        super().__init__()
        self.p1 = nn.Sequential(
            nn.Conv2D(in_channels, c1, kernel_size=1),
            nn.ReLU(),
        )
        self.p2 = nn.Sequential(
            nn.Conv2D(in_channels, c2[0], kernel_size=1),
            nn.ReLU(),
            nn.Conv2D(c2[0], c2[1], kernel_size=3, padding=1),
            nn.ReLU(),
        )
        self.p3 = nn.Sequential(
            nn.Conv2D(in_channels, c3[0], kernel_size=1),
            nn.ReLU(),
            nn.Conv2D(c3[0], c3[1], kernel_size=5, padding=2),
            nn.ReLU(),
        )
        self.p4 = nn.Sequential(
            nn.MaxPool2D(kernel_size=3, stride=1, padding=1),
            nn.Conv2D(in_channels, c4, kernel_size=1),
            nn.ReLU(),
        )

    def forward(self, X: paddle.Tensor) -> paddle.Tensor:
        return paddle.concat([self.p1(X), self.p2(X), self.p3(X), self.p4(X)], axis=1)


def googlenet() -> nn.Sequential:
    """Return GoogLeNet for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015; without its auxiliary outputs.

    Examples:
        >>> net = d2l.googlenet()
        >>> tuple(net(paddle.ones((1, 1, 32, 32))).shape)
        (1, 10)
    """
    b1 = nn.Sequential(
        nn.Conv2D(1, 64, kernel_size=7, stride=2, padding=3),
        nn.ReLU(),
        nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
    )
    b2 = nn.Sequential(
        nn.Conv2D(64, 64, kernel_size=1),
        nn.ReLU(),
        nn.Conv2D(64, 192, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
    )
    b3 = nn.Sequential(
        Inception(192, 64, (96, 128), (16, 32), 32),
        Inception(256, 128, (128, 192), (32, 96), 64),
        nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
    )
    b4 = nn.Sequential(
        Inception(480, 192, (96, 208), (16, 48), 64),
        Inception(512, 160, (112, 224), (24, 64), 64),
        Inception(512, 128, (128, 256), (24, 64), 64),
        Inception(512, 112, (144, 288), (32, 64), 64),
        Inception(528, 256, (160, 320), (32, 128), 128),
        nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
    )
    b5 = nn.Sequential(
        Inception(832, 256, (160, 320), (32, 128), 128),
        Inception(832, 384, (192, 384), (48, 128), 128),
        nn.AdaptiveAvgPool2D(1),
        nn.Flatten(),
    )
    return nn.Sequential(b1, b2, b3, b4, b5, nn.Linear(1024, 10))


def lenet_bn(norm: Callable[[int, int], nn.Layer]) -> nn.Sequential:
    """Return LeNet with batch normalization in front of each sigmoid, for images (b, 1, 28, 28).

    Args:
        norm: makes a normalization; it is told the number of features or channels, and of axes:
            2 behind a dense, 4 behind a convolutional layer.
    """
    return nn.Sequential(
        nn.Conv2D(1, 6, kernel_size=5, padding=2),
        norm(6, 4),
        nn.Sigmoid(),
        nn.AvgPool2D(kernel_size=2),
        nn.Conv2D(6, 16, kernel_size=5),
        norm(16, 4),
        nn.Sigmoid(),
        nn.AvgPool2D(kernel_size=2),
        nn.Flatten(),
        nn.Linear(400, 120),
        norm(120, 2),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        norm(84, 2),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )
