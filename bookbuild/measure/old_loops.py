"""Training as helpers of older books did it, with which `python -m bookbuild bench` compares.

Images are resized whenever they are asked for, one by one, in Keras a batch at a time. A function a
framework trains until the clock, by an exception, says that it is enough.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

WORKERS = 4  # processes that load images, on any machine
EPOCHS = 1_000  # more than ever come to an end


class Given(NamedTuple):
    build: Callable[[], Any]
    images: np.ndarray  # uint8, shape (n, height, width)
    labels: np.ndarray
    size: int  # new side of the images
    batch_size: int
    clock: Callable[[int], None]  # called with the number of images after each step
    device: Any

    @property
    def resized(self) -> bool:
        return self.images.shape[1] != self.size


class Images:
    """Images of a dataset, each made a tensor when it is asked for."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, change: Callable) -> None:
        self.images, self.labels, self.change = images, labels, change

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[Any, int]:
        return self.change(Image.fromarray(self.images[i])), int(self.labels[i])


def watched(batches: Iterable, clock: Callable[[int], None], epochs: int = EPOCHS) -> Iterator[Any]:
    """Yield the batches of one epoch after the other; asking for the next ends a step."""
    for _ in range(epochs):
        for X, y in batches:
            yield X, y
            clock(len(y))


def mxnet(given: Given) -> None:
    from d2l_shim.mxnet import native
    from d2l_shim.mxnet.training import accuracy

    autograd, gluon, transforms = native.autograd, native.gluon, native.gluon.data.vision.transforms
    resized = [transforms.Resize(given.size)] * given.resized
    X = native.np.array(given.images[..., None], "uint8")
    data = gluon.data.ArrayDataset(X, given.labels.astype("int32")).transform_first(
        transforms.Compose([*resized, transforms.ToTensor()])
    )
    loader = gluon.data.DataLoader(data, given.batch_size, shuffle=True, num_workers=WORKERS)
    net = given.build()
    net.initialize(native.initializer.Xavier(), force_reinit=True, ctx=given.device)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss()
    for X, y in watched(loader, given.clock):
        X, y = X.as_in_ctx(given.device), y.as_in_ctx(given.device)
        with autograd.record():
            y_hat = net(X)
            loss = softmax_loss(y_hat, y)
        loss.backward()
        trainer.step(len(y))
        float(loss.sum()), accuracy(y_hat, y)


def as_torchvision(size: int, image: Image.Image) -> Any:
    """Do what torchvision's `Resize` and `ToTensor` do, which need not be installed."""
    import torch

    if image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    pixels = torch.from_numpy(np.array(image, np.uint8)).view(size, size, 1)
    return pixels.permute(2, 0, 1).contiguous().to(torch.float32).div(255)


def pytorch(given: Given) -> None:
    from d2l_shim.torch.native import F, torch
    from d2l_shim.torch.training import accuracy, initialize

    data = Images(given.images, given.labels, functools.partial(as_torchvision, given.size))
    loader = torch.utils.data.DataLoader(data, given.batch_size, shuffle=True, num_workers=WORKERS)
    net = given.build()
    net.apply(lambda module: initialize(module, "xavier"))
    net.to(given.device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    net.train()
    for X, y in watched(loader, given.clock):
        X, y = X.to(given.device), y.to(given.device)
        optimizer.zero_grad()
        y_hat = net(X)
        loss = F.cross_entropy(y_hat, y)
        loss.backward()
        optimizer.step()
        float(loss), accuracy(y_hat, y)


def tensorflow(given: Given) -> None:
    from d2l_shim.tensorflow.native import device_string, tf

    def resized(X: Any, y: Any) -> tuple[Any, Any]:
        return (tf.image.resize_with_pad(X, *[given.size] * 2) if given.resized else X), y

    X = np.expand_dims(given.images, 3) / 255
    data = tf.data.Dataset.from_tensor_slices((X, tf.cast(given.labels, tf.int32)))
    data = data.batch(given.batch_size).shuffle(len(given.images)).map(resized)

    class AfterEachStep(tf.keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            given.clock(min(given.batch_size, len(given.images) - batch * given.batch_size))

    with tf.device(device_string(given.device)):
        net = given.build()
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net.compile(tf.keras.optimizers.SGD(0.01), loss, metrics=["accuracy"])
        net.fit(data, epochs=EPOCHS, verbose=0, callbacks=[AfterEachStep()])


def paddle(given: Given) -> None:
    from d2l_shim.paddle.native import F, paddle
    from d2l_shim.paddle.training import accuracy, initialize
    from d2l_shim.training import device_name

    transforms = paddle.vision.transforms
    resized = [transforms.Resize(given.size)] * given.resized
    data = Images(given.images, given.labels, transforms.Compose([*resized, transforms.ToTensor()]))
    # Paddle's worker processes crash with today's Python
    loader = paddle.io.DataLoader(data, batch_size=given.batch_size, shuffle=True, num_workers=0)
    paddle.set_device(device_name(given.device))
    net = given.build()
    net.apply(lambda layer: initialize(layer, "xavier"))
    optimizer = paddle.optimizer.SGD(0.01, parameters=net.parameters())
    net.train()
    for X, y in watched(loader, given.clock):
        y_hat = net(X)
        loss = F.cross_entropy(y_hat, y)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        float(loss), accuracy(y_hat, y)


LOOPS = {"mxnet": mxnet, "pytorch": pytorch, "tensorflow": tensorflow, "paddle": paddle}
