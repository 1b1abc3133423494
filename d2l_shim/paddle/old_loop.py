"""Training as helpers of older books did it, to be compared with: `python -m d2l_shim.bench`."""

from collections.abc import Callable
from typing import Any

import numpy as np
from paddle.vision import transforms
from PIL import Image

from d2l_shim.paddle.devices import Device
from d2l_shim.paddle.native import F, paddle
from d2l_shim.paddle.training import accuracy, initialize
from d2l_shim.training import device_name


class _Images(paddle.io.Dataset):
    """Images that are resized and made float one by one, each time they are asked for."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, size: int) -> None:
        super().__init__()
        self.images, self.labels = images, labels
        resized = [] if images.shape[1] == size else [transforms.Resize(size)]
        self.transform = transforms.Compose([*resized, transforms.ToTensor()])

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[paddle.Tensor, int]:
        return self.transform(Image.fromarray(self.images[i])), int(self.labels[i])


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
    # Paddle's worker processes crash with today's Python
    loader = paddle.io.DataLoader(
        _Images(images, labels, size), batch_size=batch_size, shuffle=True, num_workers=0
    )
    paddle.set_device(device_name(device))
    net = build()
    net.apply(lambda layer: initialize(layer, "xavier"))
    optimizer = paddle.optimizer.SGD(0.01, parameters=net.parameters())
    net.train()
    for _ in range(num_epochs):
        for X, y in loader:
            y_hat = net(X)
            loss = F.cross_entropy(y_hat, y)
            loss.backward()
            optimizer.step()
            optimizer.clear_grad()
            float(loss), accuracy(y_hat, y)
            clock(len(y))
