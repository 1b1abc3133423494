"""The ResNet family: 18 to 152 layers from two kinds of blocks, without convolution biases."""

from d2l_shim.torch.native import F, nn, torch


def conv_norm(
    input_channels: int, num_channels: int, kernel_size: int, strides: int = 1
) -> nn.Sequential:
    """Return a convolution without bias and batch normalization; the padding keeps the size.

    Args:
        input_channels: channels of the input.
        num_channels: channels of the output.
        kernel_size: height and width of the kernel, an odd number.
        strides: the stride; 2 halves height and width.

    Examples:
        >>> blk = d2l.conv_norm(3, 64, kernel_size=7, strides=2)
        >>> tuple(blk(torch.ones(1, 3, 32, 32)).shape)
        (1, 64, 16, 16)
    """
    return nn.Sequential(
        nn.Conv2d(
            input_channels,
            num_channels,
            kernel_size,
            stride=strides,
            padding=kernel_size // 2,
            bias=False,
        ),
        nn.BatchNorm2d(num_channels),
    )


class BasicBlock(nn.Module):
    """The residual block of ResNet-18 and 34: two 3x3 convolutions.

    Input (b, input_channels, height, width); output (b, num_channels, height, width), height
    and width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.

    Args:
        input_channels: channels of the input.
        num_channels: channels of the output.
        strides: of the first convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.BasicBlock(64, 128, strides=2, project=True)
        >>> tuple(blk(torch.ones(1, 64, 8, 8)).shape)
        (1, 128, 4, 4)
    """

    expansion = 1

    def __init__(
        self, input_channels: int, num_channels: int, strides: int = 1, project: bool = False
    ) -> None:
        super().__init__()
        self.layer1 = conv_norm(input_channels, num_channels, 3, strides)
        self.layer2 = conv_norm(num_channels, num_channels, 3)
        self.shortcut = nn.Sequential()
        if project:
            self.shortcut = conv_norm(input_channels, num_channels, 1, strides)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        Y = F.relu(self.layer1(X))
        Y = self.layer2(Y)
        return F.relu(Y + self.shortcut(X))


class Bottleneck(nn.Module):
    """The residual block of ResNet-50 and deeper: 1x1, 3x3 and 1x1 convolutions.

    The first one reduces the channels, the last one gives four times as many.
    Input (b, input_channels, height, width); output (b, 4 * num_channels, height, width),
    height and width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016; the stride is in the
    3x3 convolution.

    Args:
        input_channels: channels of the input.
        num_channels: channels inside the block; the output has four times as many.
        strides: of the 3x3 convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.Bottleneck(64, 64, project=True)
        >>> tuple(blk(torch.ones(1, 64, 8, 8)).shape)
        (1, 256, 8, 8)
    """

    expansion = 4

    def __init__(
        self, input_channels: int, num_channels: int, strides: int = 1, project: bool = False
    ) -> None:
        super().__init__()
        num_outputs = 4 * num_channels
        self.layer1 = conv_norm(input_channels, num_channels, 1)
        self.layer2 = conv_norm(num_channels, num_channels, 3, strides)
        self.layer3 = conv_norm(num_channels, num_outputs, 1)
        self.shortcut = nn.Sequential()
        if project:
            self.shortcut = conv_norm(input_channels, num_outputs, 1, strides)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        Y = F.relu(self.layer1(X))
        Y = F.relu(self.layer2(Y))
        Y = self.layer3(Y)
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
        >>> tuple(net(torch.ones(1, 3, 32, 32)).shape)
        (1, 10)
    """
    layouts = {
        18: (BasicBlock, (2, 2, 2, 2)),
        34: (BasicBlock, (3, 4, 6, 3)),
        50: (Bottleneck, (3, 4, 6, 3)),
        101: (Bottleneck, (3, 4, 23, 3)),
        152: (Bottleneck, (3, 8, 36, 3)),
    }
    if depth not in layouts or stem not in ("7x7", "3x3"):
        raise ValueError(f"no ResNet of depth {depth!r} with a stem {stem!r}")
    block, layout = layouts[depth]
    if stem == "7x7":
        pool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        net = [conv_norm(in_channels, 64, 7, strides=2), nn.ReLU(), pool]
    else:
        net = [conv_norm(in_channels, 64, 3), nn.ReLU()]
    channels = 64
    for i, num_blocks in enumerate(layout):
        for j in range(num_blocks):
            # all modules but the first begin by halving the size
            strides = 2 if i > 0 and j == 0 else 1
            outputs = block.expansion * 64 * 2**i
            net.append(block(channels, 64 * 2**i, strides, channels != outputs))
            channels = outputs
    net += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_classes)]
    return nn.Sequential(*net)
