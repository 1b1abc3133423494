"""Training as helpers of older books did it, to be compared with: `python -m d2l_shim.bench`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from d2l_shim.tensorflow.devices import Device, device_string
from d2l_shim.tensorflow.native import tf


def train(
    build: Callable[[], Any],
    images: np.ndarray,
    labels: np.ndarray,
    size: int,
    batch_size: int,
    num_epochs: int,
    clock: Callable[[int], None],
    device: Device,
) -> None:
    """Train: images resized batch by batch, float32, with Keras' own loop.

    Args:
        build: makes the network.
        images: uint8, shape (n, height, width).
        labels: whole numbers, shape (n,).
        size: new side of the images.
        batch_size: images in a batch.
        num_epochs: number of epochs.
        clock: called with the number of images after each step.
        device: where to train.
    """

    def resized(X: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return (X if images.shape[1] == size else tf.image.resize_with_pad(X, size, size)), y

    X = np.expand_dims(images, 3) / 255
    data = tf.data.Dataset.from_tensor_slices((X, tf.cast(labels, tf.int32)))
    data = data.batch(batch_size).shuffle(len(images)).map(resized)

    class Clock(tf.keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            clock(min(batch_size, len(images) - batch * batch_size))

    with tf.device(device_string(device)):
        net = build()
        net.compile(
            optimizer=tf.keras.optimizers.SGD(0.01),
            loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        net.fit(data, epochs=num_epochs, verbose=0, callbacks=[Clock()])
