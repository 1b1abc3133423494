"""The ResNet family: 18 to 152 layers from two kinds of blocks, without convolution biases."""

from d2l_shim.tensorflow.native import layers, tf


def conv_norm(num_channels: int, kernel_size: int, strides: int = 1) -> tf.keras.Sequential:
    """Return a convolution without bias and batch normalization; the padding keeps the size.

    Args:
        num_channels: channels of the output.
        kernel_size: height and width of the kernel, an odd number.
        strides: the stride; 2 halves height and width.

    Examples:
        >>> blk = d2l.conv_norm(64, kernel_size=7, strides=2)
        >>> tuple(blk(tf.ones((1, 32, 32, 3))).shape)
        (1, 16, 16, 64)
    """
    return tf.keras.Sequential(
        [
            # with a stride of 2, 'same' would pad one side more
            layers.ZeroPadding2D(kernel_size // 2),
            layers.Conv2D(num_channels, kernel_size, strides=strides, use_bias=False),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        ]
    )


class BasicBlock(layers.Layer):
    """The residual block of ResNet-18 and 34: two 3x3 convolutions.

    Input (b, height, width, channels); output (b, height, width, num_channels), height
    and width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.

    Args:
        num_channels: channels of the output.
        strides: of the first convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.BasicBlock(128, strides=2, project=True)
        >>> tuple(blk(tf.ones((1, 8, 8, 64))).shape)
        (1, 4, 4, 128)
    """

    expansion = 1

    def __init__(self, num_channels: int, strides: int = 1, project: bool = False) -> None:
        super().__init__()
        self.layer1 = conv_norm(num_channels, 3, strides)
        self.layer2 = conv_norm(num_channels, 3)
        self.shortcut = layers.Identity()
        if project:
            self.shortcut = conv_norm(num_channels, 1, strides)

    def call(self, X: tf.Tensor) -> tf.Tensor:
        Y = tf.nn.relu(self.layer1(X))
        Y = self.layer2(Y)
        return tf.nn.relu(Y + self.shortcut(X))


class Bottleneck(layers.Layer):
    """The residual block of ResNet-50 and deeper: 1x1, 3x3 and 1x1 convolutions.

    The first one reduces the channels, the last one gives four times as many.
    Input (b, height, width, channels); output (b, height, width, 4 * num_channels),
    height and width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016; the stride is in the
    3x3 convolution.

    Args:
        num_channels: channels inside the block; the output has four times as many.
        strides: of the 3x3 convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.Bottleneck(64, project=True)
        >>> tuple(blk(tf.ones((1, 8, 8, 64))).shape)
        (1, 8, 8, 256)
    """

    expansion = 4

    def __init__(self, num_channels: int, strides: int = 1, project: bool = False) -> None:
        super().__init__()
        num_outputs = 4 * num_channels
        self.layer1 = conv_norm(num_channels, 1)
        self.layer2 = conv_norm(num_channels, 3, strides)
        self.layer3 = conv_norm(num_outputs, 1)
        self.shortcut = layers.Identity()
        if project:
            self.shortcut = conv_norm(num_outputs, 1, strides)

    def call(self, X: tf.Tensor) -> tf.Tensor:
        Y = tf.nn.relu(self.layer1(X))
        Y = tf.nn.relu(self.layer2(Y))
        Y = self.layer3(Y)
        return tf.nn.relu(Y + self.shortcut(X))


def resnet(
    depth: int, num_classes: int = 1000, in_channels: int = 3, stem: str = "7x7"
) -> tf.keras.Sequential:
    """Return a ResNet without convolution biases; it gives logits.

    Input: images of shape (b, height, width, in_channels).

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
        >>> tuple(net(tf.ones((1, 32, 32, 3))).shape)
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
    net = [tf.keras.Input((None, None, in_channels))]
    if stem == "7x7":
        net += [conv_norm(64, 7, strides=2), layers.ReLU()]
        net += [layers.ZeroPadding2D(1), layers.MaxPool2D(pool_size=3, strides=2)]
    else:
        net += [conv_norm(64, 3), layers.ReLU()]
    channels = 64
    for i, num_blocks in enumerate(layout):
        for j in range(num_blocks):
            # all modules but the first begin by halving the size
            strides = 2 if i > 0 and j == 0 else 1
            outputs = block.expansion * 64 * 2**i
            net.append(block(64 * 2**i, strides, channels != outputs))
            channels = outputs
    net += [layers.GlobalAveragePooling2D(keepdims=True), layers.Flatten()]
    return tf.keras.Sequential([*net, layers.Dense(num_classes)])
