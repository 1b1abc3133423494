"""The ResNet family: 18 to 152 layers from two kinds of blocks, without convolution biases."""

from d2l_shim.tensorflow.native import layers, tf


class BasicBlock(layers.Layer):
    """The residual block of ResNet-18 and 34: two 3x3 convolutions without biases.

    Input (b, height, width, channels); output (b, height, width, num_channels), height and width
    divided by `strides`.

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
        # a ring of zeros: with a stride of 2, 'same' would pad one side more than the other
        self.pad = layers.ZeroPadding2D(1)
        self.conv1 = layers.Conv2D(num_channels, kernel_size=3, strides=strides, use_bias=False)
        self.conv2 = layers.Conv2D(num_channels, kernel_size=3, padding="same", use_bias=False)
        self.bn1 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.bn2 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.shortcut = layers.Identity()
        if project:
            conv = layers.Conv2D(num_channels, kernel_size=1, strides=strides, use_bias=False)
            norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
            self.shortcut = tf.keras.Sequential([conv, norm])

    def call(self, X: tf.Tensor) -> tf.Tensor:
        Y = tf.nn.relu(self.bn1(self.conv1(self.pad(X))))
        Y = self.bn2(self.conv2(Y))
        return tf.nn.relu(Y + self.shortcut(X))


class Bottleneck(layers.Layer):
    """The residual block of ResNet-50 and deeper: 1x1, 3x3 and 1x1 convolutions without biases.

    The first one reduces the channels, the last one gives four times as many.
    Input (b, height, width, channels); output
    (b, height, width, 4 * num_channels), height and width divided by `strides`.

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
        self.conv1 = layers.Conv2D(num_channels, kernel_size=1, use_bias=False)
        # a ring of zeros: with a stride of 2, 'same' would pad one side more than the other
        self.pad = layers.ZeroPadding2D(1)
        self.conv2 = layers.Conv2D(num_channels, kernel_size=3, strides=strides, use_bias=False)
        self.conv3 = layers.Conv2D(num_outputs, kernel_size=1, use_bias=False)
        self.bn1 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.bn2 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.bn3 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.shortcut = layers.Identity()
        if project:
            conv = layers.Conv2D(num_outputs, kernel_size=1, strides=strides, use_bias=False)
            norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
            self.shortcut = tf.keras.Sequential([conv, norm])

    def call(self, X: tf.Tensor) -> tf.Tensor:
        Y = tf.nn.relu(self.bn1(self.conv1(X)))
        Y = tf.nn.relu(self.bn2(self.conv2(self.pad(Y))))
        Y = self.bn3(self.conv3(Y))
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
    if depth not in layouts:
        raise ValueError(f"depth must be one of {list(layouts)}, not {depth!r}")
    block, layout = layouts[depth]
    if stem not in ("7x7", "3x3"):
        raise ValueError(f"stem must be '7x7' or '3x3', not {stem!r}")
    norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
    net = [tf.keras.Input((None, None, in_channels))]
    if stem == "7x7":
        conv = layers.Conv2D(64, kernel_size=7, strides=2, use_bias=False)
        # behind a ReLU, a ring of zeros never hides the maximum
        pool = [layers.ZeroPadding2D(1), layers.MaxPool2D(pool_size=3, strides=2)]
        net += [layers.ZeroPadding2D(3), conv, norm, layers.ReLU(), *pool]
    else:
        conv = layers.Conv2D(64, kernel_size=3, padding="same", use_bias=False)
        net += [conv, norm, layers.ReLU()]
    input_channels = 64
    for i, num_blocks in enumerate(layout):
        num_channels = 64 * 2**i
        for j in range(num_blocks):
            # the first block of a module changes the shape, but in module 1 not the size
            strides = 2 if i > 0 and j == 0 else 1
            project = strides > 1 or input_channels != block.expansion * num_channels
            net.append(block(num_channels, strides, project))
            input_channels = block.expansion * num_channels
    head = [layers.GlobalAveragePooling2D(keepdims=True), layers.Flatten()]
    return tf.keras.Sequential([*net, *head, layers.Dense(num_classes)])
