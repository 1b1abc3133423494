"""What the book's TensorFlow readers import: data, training and networks, written for Keras 3."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from d2l_shim import layer_table, training
from d2l_shim.compat.loading import needs
from d2l_shim.data import fashion_mnist_batches
from d2l_shim.metrics import Accumulator, share_correct
from d2l_shim.plotting import Animator, get_fashion_mnist_labels, show_images
from d2l_shim.timing import Timer
from d2l_shim.training import one_cycle

# otherwise each end of a dataset is reported on the reader's screen
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with needs("tensorflow"):
    import tensorflow as tf
    from tensorflow.keras import layers

__all__ = [
    "Accumulator",
    "Animator",
    "Residual",
    "Timer",
    "accuracy",
    "evaluate_accuracy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "num_gpus",
    "one_cycle",
    "resnet18",
    "resnet_block",
    "resnet_stem",
    "show_images",
    "summary",
    "train_ch6",
    "try_gpu",
]

# what `tf.device` gives, or a name: `/GPU:0`
Device = Any


def num_gpus() -> int:
    """Return how many GPUs TensorFlow sees; Apple's is one with its plug-in installed."""
    return len(tf.config.list_physical_devices("GPU"))


def try_gpu(i: int = 0) -> Device:
    """Return GPU number i where there is one, else the CPU, as `tf.device` does."""
    return tf.device(f"/GPU:{i}" if num_gpus() > i else "/CPU:0")


def _device_string(device: Device) -> str | None:
    return getattr(device, "_device_name", device)


def load_data_fashion_mnist(
    batch_size: int, resize: int | tuple[int, int] | None = None, seed: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset]:
    """Return Fashion-MNIST as datasets of batches, for training and for testing.

    Args:
        batch_size: images in a batch.
        resize: new side in pixels, or (height, width).
        seed: what the order of each epoch depends on.

    Returns:
        Two datasets with a length; each iteration is one epoch. X is float32 in [0, 1] of shape
        (b, height, width, 1), y is int64 of shape (b,).
    """

    def dataset(batches: Any) -> tf.data.Dataset:
        sides = resize or batches.images.shape[1:]
        height, width = sides if isinstance(sides, tuple) else (sides, sides)
        signature = (
            tf.TensorSpec((None, height, width, 1), tf.float32),
            tf.TensorSpec((None,), tf.int64),
        )
        made = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)
        return made.apply(tf.data.experimental.assert_cardinality(len(batches)))

    train, test = fashion_mnist_batches(batch_size, resize, seed, axes="NHWC")
    return dataset(train), dataset(test)


def accuracy(y_hat: tf.Tensor, y: tf.Tensor) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes), or classes of shape (b,).
        y: true classes, shape (b,).
    """
    return float(_num_correct(y_hat, y))


def _num_correct(y_hat: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if len(y_hat.shape) > 1:
        y_hat = tf.argmax(y_hat, axis=1)
    return tf.reduce_sum(tf.cast(tf.cast(y_hat, y.dtype) == y, tf.float32))


def evaluate_accuracy(
    net: tf.keras.Model, data_iter: Iterable, device: Device | None = None
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network.
        data_iter: batches (X, y).
        device: where to compute; TensorFlow's choice unless given.
    """
    with tf.device(_device_string(device)):
        return _evaluator(net)(data_iter)


def _evaluator(net: tf.keras.Model) -> Callable[[Iterable], float]:
    correct = _as_graph(lambda X, y: _num_correct(net(X, training=False), y))
    return lambda data_iter: share_correct(data_iter, correct)


def _as_graph(function: Callable[[tf.Tensor, tf.Tensor], Any]) -> Callable[[Any, Any], Any]:
    graph = None

    def call(X: Any, y: Any) -> Any:
        nonlocal graph
        X, y = tf.convert_to_tensor(X), tf.convert_to_tensor(y)
        if graph is None:
            # one graph for batches of any size: making one takes seconds
            specs = [tf.TensorSpec((None, *t.shape[1:]), t.dtype) for t in (X, y)]
            graph = tf.function(function).get_concrete_function(*specs)
        return graph(X, y)

    return call


def train_ch6(
    net_fn: Callable[[], tf.keras.Model],
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: training.LearningRate,
    device: Device | None = None,
) -> tf.keras.Model:
    """Make a network, train it with plain SGD, print the result and return the network.

    Weights are what the function makes of them: Keras draws them by Xavier's uniform rule and
    sets biases to zero. The loss is the cross-entropy of the softmax, its mean over the batch.

    Args:
        net_fn: makes the network, which gives logits; it is called on the device.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        num_epochs: number of epochs; quick mode makes it one.
        lr: learning rate, or a function from the step, counted from 0 over all epochs, to it.
        device: where to train; `try_gpu()` unless given.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, or train_iter is empty.
    """
    training.check_training(train_iter, num_epochs, lr)
    device = _device_string(try_gpu() if device is None else device)
    with tf.device(device):
        net = net_fn()
        softmax_loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        optimizer = tf.keras.optimizers.SGD()

        @_as_graph
        def update(X: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            with tf.GradientTape() as tape:
                y_hat = net(X, training=True)
                loss = softmax_loss(y, y_hat)
            variables = net.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            return loss, _num_correct(y_hat, y)

        def step(X: tf.Tensor, y: tf.Tensor, lr: float) -> tuple[tf.Tensor, tf.Tensor]:
            if not net.built:
                # its variables must be there before the graph is made
                net(X, training=False)
            optimizer.learning_rate = lr
            return update(X, y)

        training.train(step, _evaluator(net), train_iter, test_iter, num_epochs, lr, device)
    return net


class Residual(layers.Layer):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, height, width, channels); output (b, height, width, num_channels), height and width
    divided by `strides`. Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.
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


def summary(net: tf.keras.Model, shape: tuple[int, ...]) -> None:
    """Print a table of a network's layers: name, shape of the output, trainable parameters.

    Weights and running statistics stay as they are. Padding layers get no row of their own: they
    belong to the layer that follows.

    Args:
        net: the network; what is in a Sequential gets a row each, anything else is one row.
        shape: shape of the input, (b, height, width, channels).

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_shape(shape, "NHWC")
    X = tf.zeros(shape)
    rows = layer_table.run_layers(_layers(net), X, "NHWC", _num_parameters, _layer_name)
    layer_table.print_table(rows)


def _layers(net: layers.Layer) -> Iterator[layers.Layer]:
    if isinstance(net, tf.keras.Sequential):
        for layer in net.layers:
            yield from _layers(layer)
    else:
        yield net


def _layer_name(layer: layers.Layer) -> str:
    if isinstance(layer, layers.ZeroPadding2D):
        return ""
    is_activation = isinstance(layer, layers.Activation)
    return layer_table.layer_name(layer, layer.activation.__name__ if is_activation else None)


def _num_parameters(layer: layers.Layer) -> int:
    return layer_table.count(v.shape for v in layer.trainable_weights)
