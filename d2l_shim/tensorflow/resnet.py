"""ResNet and its blocks."""

from typing import Any

from d2l_shim.tensorflow.native import layers, tf


class Residual(layers.Layer):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, height, width, channels); output (b, height, width, num_channels), height and width
    divided by `strides`. Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.

    Examples:
        >>> blk = d2l.Residual(6, use_1x1conv=True, strides=2)
        >>> tuple(blk(tf.ones((4, 6, 6, 3))).shape)
        (4, 3, 3, 6)
    """

    def __init__(self, num_channels: int, use_1x1conv: bool = False, strides: int = 1) -> None:
        super().__init__()
        # with a stride of 2, 'same' would pad one side more than the other
        self.pad = layers.ZeroPadding2D(1) if strides > 1 else None
        padding = "valid" if strides > 1 else "same"
        self.conv1 = layers.Conv2D(num_channels, kernel_size=3, strides=strides, padding=padding)
        self.conv2 = layers.Conv2D(num_channels, kernel_size=3, padding="same")
        self.conv3 = None
        if use_1x1conv:
            # brings the input to the shape of what it is added to
            self.conv3 = layers.Conv2D(num_channels, kernel_size=1, strides=strides)
        # the other frameworks' defaults, which Keras does not share
        self.bn1 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
        self.bn2 = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)

    def call(self, X: tf.Tensor) -> tf.Tensor:
        Y = X if self.pad is None else self.pad(X)
        Y = tf.nn.relu(self.bn1(self.conv1(Y)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return tf.nn.relu(Y + X)


def resnet_block(
    num_channels: int, num_residuals: int, first_block: bool = False
) -> tf.keras.Sequential:
    """Return residual blocks in a row; the first one halves height and width.

    With `first_block` none does: the pooling in front of it has halved already, and its input
    must have `num_channels` channels.

    Examples:
        >>> blk = d2l.resnet_block(128, 2)
        >>> tuple(blk(tf.ones((1, 8, 8, 64))).shape)
        (1, 4, 4, 128)
    """
    blk = []
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.append(Residual(num_channels, use_1x1conv=True, strides=2))
        else:
            blk.append(Residual(num_channels))
    return tf.keras.Sequential(blk)


def resnet_stem(in_channels: int = 1, stem: str = "7x7") -> list[Any]:
    """Return the first layers of ResNet-18, for images with so many channels.

    Args:
        in_channels: channels of an image.
        stem: `7x7`, with pooling, as in the paper; or `3x3`, without, for small images.

    Raises:
        ValueError: there is no such stem.
    """
    image = tf.keras.Input((None, None, in_channels))
    norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
    if stem == "7x7":
        # behind a ReLU, a ring of zeros never hides the maximum
        return [
            image,
            layers.ZeroPadding2D(3),
            layers.Conv2D(64, kernel_size=7, strides=2),
            norm,
            layers.ReLU(),
            layers.ZeroPadding2D(1),
            layers.MaxPool2D(pool_size=3, strides=2),
        ]
    if stem == "3x3":
        return [
            image,
            layers.Conv2D(64, kernel_size=3, padding="same"),
            norm,
            layers.ReLU(),
        ]
    raise ValueError(f"stem must be '7x7' or '3x3', not {stem!r}")


def resnet18(num_classes: int = 10, in_channels: int = 1, stem: str = "7x7") -> tf.keras.Sequential:
    """Return ResNet-18 for images of shape (b, height, width, in_channels); it gives logits.

    Args:
        num_classes: number of classes.
        in_channels: channels of an image.
        stem: `7x7` or `3x3`, see `resnet_stem`.

    Raises:
        ValueError: there is no such stem.

    Examples:
        >>> net = d2l.resnet18()
        >>> tuple(net(tf.ones((1, 96, 96, 1))).shape)
        (1, 10)
    """
    return tf.keras.Sequential(
        [
            *resnet_stem(in_channels, stem),
            resnet_block(64, 2, first_block=True),
            resnet_block(128, 2),
            resnet_block(256, 2),
            resnet_block(512, 2),
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Flatten(),
            layers.Dense(num_classes),
        ]
    )
