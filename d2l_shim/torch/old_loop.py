"""Training as helpers of older books did it, to be compared with: `python -m d2l_shim.bench`."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from d2l_shim.torch.native import F, torch
from d2l_shim.torch.training import accuracy, initialize

WORKERS = 4  # processes that load images, on any machine


class _Images(torch.utils.data.Dataset):
    """Images that are resized and made float one by one, each time they are asked for.

    It does what torchvision's `Resize` and `ToTensor` do with an image; torchvision itself need not
    be there.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, size: int) -> None:
        self.images, self.labels = torch.from_numpy(images), torch.from_numpy(labels)
        self.size = size

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        image = Image.fromarray(self.images[i].numpy())
        if image.size != (self.size, self.size):
            image = image.resize((self.size, self.size), Image.Resampling.BILINEAR)
        pixels = torch.from_numpy(np.array(image, np.uint8)).view(self.size, self.size, 1)
        pixels = pixels.permute(2, 0, 1).contiguous()
        return pixels.to(torch.float32).div(255), int(self.labels[i])


def train(
    build: Callable[[], Any],
    images: np.ndarray,
    labels: np.ndarray,
    size: int,
    batch_size: int,
    num_epochs: int,
    clock: Callable[[int], None],
    device: torch.device,
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
    loader = torch.utils.data.DataLoader(
        _Images(images, labels, size),
        batch_size,
        shuffle=True,
        num_workers=WORKERS,
    )
    net = build()
    net.apply(lambda module: initialize(module, "xavier"))
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    net.train()
    for _ in range(num_epochs):
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            optimizer.zero_grad()
            y_hat = net(X)
            loss = F.cross_entropy(y_hat, y)
            loss.backward()
            optimizer.step()
            float(loss), accuracy(y_hat, y)
            clock(len(y))
