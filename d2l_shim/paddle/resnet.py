"""ResNet and its blocks."""

from d2l_shim.paddle.native import F, nn, paddle


class Residual(nn.Layer):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, input_channels, height, width); output (b, num_channels, height, width), height and
    width divided by `strides`. Source: K. He et al., Deep Residual Learning for Image
    Recognition, 2016.

    Examples:
        >>> blk = d2l.Residual(3, 6, use_1x1conv=True, strides=2)
        >>> tuple(blk(paddle.ones((4, 3, 6, 6))).shape)
        (4, 6, 3, 3)
    """

    def __init__(
        self, input_channels: int, num_channels: int, use_1x1conv: bool = False, strides: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2D(
            input_channels, num_channels, kernel_size=3, padding=1, stride=strides
        )
        self.conv2 = nn.Conv2D(num_channels, num_channels, kernel_size=3, padding=1)
        self.conv3 = None
        if use_1x1conv:
            # brings the input to the shape of what it is added to
            self.conv3 = nn.Conv2D(input_channels, num_channels, kernel_size=1, stride=strides)
        self.bn1 = nn.BatchNorm2D(num_channels)
        self.bn2 = nn.BatchNorm2D(num_channels)

    def forward(self, X: paddle.Tensor) -> paddle.Tensor:
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return F.relu(Y + X)


def resnet_block(
    input_channels: int, num_channels: int, num_residuals: int, first_block: bool = False
) -> nn.Sequential:
    """Return residual blocks in a row; the first one halves height and width.

    With `first_block` none does: the pooling in front of it has halved already, and
    `input_channels` must equal `num_channels`.

    Examples:
        >>> blk = d2l.resnet_block(64, 128, 2)
        >>> tuple(blk(paddle.ones((1, 64, 8, 8))).shape)
        (1, 128, 4, 4)
    """
    blk = []
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.append(Residual(input_channels, num_channels, use_1x1conv=True, strides=2))
        else:
            blk.append(Residual(num_channels, num_channels))
    return nn.Sequential(*blk)


def resnet_stem(in_channels: int = 1, stem: str = "7x7") -> list[nn.Layer]:
    """Return the first layers of ResNet-18, for images with so many channels.

    Args:
        in_channels: channels of an image.
        stem: `7x7`, with pooling, as in the paper; or `3x3`, without, for small images.

    Raises:
        ValueError: there is no such stem.
    """
    if stem == "7x7":
        return [
            nn.Conv2D(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2D(64),
            nn.ReLU(),
            nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
        ]
    if stem == "3x3":
        return [
            nn.Conv2D(in_channels, 64, kernel_size=3, padding=1),
            nn.BatchNorm2D(64),
            nn.ReLU(),
        ]
    raise ValueError(f"stem must be '7x7' or '3x3', not {stem!r}")


def resnet18(num_classes: int = 10, in_channels: int = 1, stem: str = "7x7") -> nn.Sequential:
    """Return ResNet-18 for images of shape (b, in_channels, height, width); it gives logits.

    Args:
        num_classes: number of classes.
        in_channels: channels of an image.
        stem: `7x7` or `3x3`, see `resnet_stem`.

    Raises:
        ValueError: there is no such stem.

    Examples:
        >>> net = d2l.resnet18()
        >>> tuple(net(paddle.ones((1, 1, 96, 96))).shape)
        (1, 10)
    """
    return nn.Sequential(
        *resnet_stem(in_channels, stem),
        resnet_block(64, 64, 2, first_block=True),
        resnet_block(64, 128, 2),
        resnet_block(128, 256, 2),
        resnet_block(256, 512, 2),
        nn.AdaptiveAvgPool2D(1),
        nn.Flatten(),
        nn.Linear(512, num_classes),
    )
