"""The ResNet family: 18 to 152 layers from two kinds of blocks, without convolution biases."""

from d2l_shim.paddle.native import F, nn, paddle


class BasicBlock(nn.Layer):
    """The residual block of ResNet-18 and 34: two 3x3 convolutions without biases.

    Input (b, input_channels, height, width); output (b, num_channels, height, width), height and
    width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.

    Args:
        input_channels: channels of the input.
        num_channels: channels of the output.
        strides: of the first convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.BasicBlock(64, 128, strides=2, project=True)
        >>> tuple(blk(paddle.ones((1, 64, 8, 8))).shape)
        (1, 128, 4, 4)
    """

    expansion = 1

    def __init__(
        self, input_channels: int, num_channels: int, strides: int = 1, project: bool = False
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2D(
            input_channels, num_channels, kernel_size=3, stride=strides, padding=1, bias_attr=False
        )
        self.conv2 = nn.Conv2D(
            num_channels, num_channels, kernel_size=3, padding=1, bias_attr=False
        )
        self.bn1, self.bn2 = nn.BatchNorm2D(num_channels), nn.BatchNorm2D(num_channels)
        self.shortcut = nn.Sequential()
        if project:
            self.shortcut = nn.Sequential(
                nn.Conv2D(
                    input_channels, num_channels, kernel_size=1, stride=strides, bias_attr=False
                ),
                nn.BatchNorm2D(num_channels),
            )

    def forward(self, X: paddle.Tensor) -> paddle.Tensor:
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        return F.relu(Y + self.shortcut(X))


class Bottleneck(nn.Layer):
    """The residual block of ResNet-50 and deeper: 1x1, 3x3 and 1x1 convolutions without biases.

    The first one reduces the channels, the last one gives four times as many.
    Input (b, input_channels, height, width); output
    (b, 4 * num_channels, height, width), height and width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016; the stride is in the
    3x3 convolution.

    Args:
        input_channels: channels of the input.
        num_channels: channels inside the block; the output has four times as many.
        strides: of the 3x3 convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.Bottleneck(64, 64, project=True)
        >>> tuple(blk(paddle.ones((1, 64, 8, 8))).shape)
        (1, 256, 8, 8)
    """

    expansion = 4

    def __init__(
        self, input_channels: int, num_channels: int, strides: int = 1, project: bool = False
    ) -> None:
        super().__init__()
        num_outputs = 4 * num_channels
        self.conv1 = nn.Conv2D(input_channels, num_channels, kernel_size=1, bias_attr=False)
        self.conv2 = nn.Conv2D(
            num_channels, num_channels, kernel_size=3, stride=strides, padding=1, bias_attr=False
        )
        self.conv3 = nn.Conv2D(num_channels, num_outputs, kernel_size=1, bias_attr=False)
        self.bn1, self.bn2 = nn.BatchNorm2D(num_channels), nn.BatchNorm2D(num_channels)
        self.bn3 = nn.BatchNorm2D(num_outputs)
        self.shortcut = nn.Sequential()
        if project:
            self.shortcut = nn.Sequential(
                nn.Conv2D(
                    input_channels, num_outputs, kernel_size=1, stride=strides, bias_attr=False
                ),
                nn.BatchNorm2D(num_outputs),
            )

    def forward(self, X: paddle.Tensor) -> paddle.Tensor:
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = F.relu(self.bn2(self.conv2(Y)))
        Y = self.bn3(self.conv3(Y))
        return F.relu(Y + self.shortcut(X))


def resnet(
    depth: int, num_classes: int = 1000, in_channels: int = 3, stem: str = "7x7"
) -> nn.Sequential:
    """Return a ResNet without convolution biases; it gives logits.

    Input: images of shape (b, in_channels, height, width).

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016, table 1.

    Args:
        depth: 18, 34, 50, 101 or 152 layers.
        num_classes: number of classes.
        in_channels: channels of an image.
        stem: `7x7`, with pooling, as in the paper; or `3x3`, without, for small images.

    Raises:
        ValueError: there is no such depth or stem.

    Examples:
        >>> net = d2l.resnet(18, num_classes=10, stem="3x3")
        >>> tuple(net(paddle.ones((1, 3, 32, 32))).shape)
        (1, 10)
    """
    layouts = {
        18: (BasicBlock, (2, 2, 2, 2)),
        34: (BasicBlock, (3, 4, 6, 3)),
        50: (Bottleneck, (3, 4, 6, 3)),
        101: (Bottleneck, (3, 4, 23, 3)),
        152: (Bottleneck, (3, 8, 36, 3)),
    }
    if depth not in layouts:
        raise ValueError(f"depth must be one of {list(layouts)}, not {depth!r}")
    block, layout = layouts[depth]
    if stem not in ("7x7", "3x3"):
        raise ValueError(f"stem must be '7x7' or '3x3', not {stem!r}")
    if stem == "7x7":
        conv = nn.Conv2D(in_channels, 64, kernel_size=7, stride=2, padding=3, bias_attr=False)
        net = [
            conv,
            nn.BatchNorm2D(64),
            nn.ReLU(),
            nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
        ]
    else:
        conv = nn.Conv2D(in_channels, 64, kernel_size=3, padding=1, bias_attr=False)
        net = [conv, nn.BatchNorm2D(64), nn.ReLU()]
    input_channels = 64
    for i, num_blocks in enumerate(layout):
        num_channels = 64 * 2**i
        for j in range(num_blocks):
            # the first block of a module changes the shape, but in module 1 not the size
            strides = 2 if i > 0 and j == 0 else 1
            project = strides > 1 or input_channels != block.expansion * num_channels
            net.append(block(input_channels, num_channels, strides, project))
            input_channels = block.expansion * num_channels
    head = [nn.AdaptiveAvgPool2D(1), nn.Flatten(), nn.Linear(input_channels, num_classes)]
    return nn.Sequential(*net, *head)
