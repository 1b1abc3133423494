"""Training as helpers of older books did it, to be compared with: `python -m d2l_shim.bench`."""

from collections.abc import Callable
from typing import Any

import numpy

from d2l_shim.mxnet.native import autograd, gluon, initializer, mx, np
from d2l_shim.mxnet.training import accuracy

WORKERS = 4  # processes that load images, on any machine


def train(
    build: Callable[[], Any],
    images: numpy.ndarray,
    labels: numpy.ndarray,
    size: int,
    batch_size: int,
    num_epochs: int,
    clock: Callable[[int], None],
    device: mx.Context,
) -> None:
    """Train: images resized one by one, float32, usual layout.

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
    transforms = gluon.data.vision.transforms
    resized = [] if images.shape[1] == size else [transforms.Resize(size)]
    data = gluon.data.ArrayDataset(np.array(images[..., None], "uint8"), labels.astype("int32"))
    loader = gluon.data.DataLoader(
        data.transform_first(transforms.Compose([*resized, transforms.ToTensor()])),
        batch_size,
        shuffle=True,
        num_workers=WORKERS,
    )
    net = build()
    net.initialize(initializer.Xavier(), force_reinit=True, ctx=device)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss()
    for _ in range(num_epochs):
        for X, y in loader:
            X, y = X.as_in_ctx(device), y.as_in_ctx(device)
            with autograd.record():
                y_hat = net(X)
                loss = softmax_loss(y_hat, y)
            loss.backward()
            trainer.step(len(y))
            float(loss.sum()), accuracy(y_hat, y)
            clock(len(y))
