"""Training as helpers of older books did it, to be compared with: `python -m d2l_shim.bench`."""

from collections.abc import Callable

import numpy
from PIL import Image

from d2l_shim.mxnet.data import get_dataloader_workers
from d2l_shim.mxnet.native import autograd, gluon, initializer
from d2l_shim.mxnet.training import accuracy


class _Images(gluon.data.Dataset):
    """Images that are resized and made float one by one, each time they are asked for."""

    def __init__(self, images: numpy.ndarray, labels: numpy.ndarray, size: int) -> None:
        self.images, self.labels, self.size = images, labels, size

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[numpy.ndarray, int]:
        image = Image.fromarray(self.images[i]).resize((self.size, self.size), Image.BILINEAR)
        return numpy.array(image, numpy.float32)[None] / 255, int(self.labels[i])


def train(
    net: gluon.Block,
    images: numpy.ndarray,
    labels: numpy.ndarray,
    size: int,
    batch_size: int,
    clock: Callable[[int], None],
) -> None:
    """Train for an epoch: images resized one by one, float32, usual layout, no graph.

    Args:
        net: the network.
        images: uint8, shape (n, height, width).
        labels: whole numbers, shape (n,).
        size: new side of the images.
        batch_size: images in a batch.
        clock: called with the number of images after each step.
    """
    loader = gluon.data.DataLoader(
        _Images(images, labels, size),
        batch_size,
        shuffle=True,
        num_workers=get_dataloader_workers(),
    )
    net.initialize(initializer.Xavier(), force_reinit=True)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss()
    for X, y in loader:
        with autograd.record():
            y_hat = net(X)
            loss = softmax_loss(y_hat, y)
        loss.backward()
        trainer.step(len(y))
        float(loss.sum()), accuracy(y_hat, y)
        clock(len(y))
