"""Train the narrow ResNet whose weights ship with the package, and write them.

Run in the repository's root: .venv/bin/python -m bookbuild.measure.narrow_resnet. It takes some
minutes.
The chapter on one network in four frameworks tells what the weights are for.
"""

import torch
from torch import nn

from d2l_shim import torch as d2l
from d2l_shim.weights import NARROW_RESNET

EPOCHS, BATCH_SIZE, LR = 4, 64, 0.1


def narrow_resnet() -> nn.Sequential:
    """Return ResNet-18 with a quarter of its channels and a 3x3 stem, for grey images."""
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        d2l.resnet_block(16, 16, 2, first_block=True),
        d2l.resnet_block(16, 32, 2),
        d2l.resnet_block(32, 64, 2),
        d2l.resnet_block(64, 128, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(128, 10),
    )


def main() -> None:
    """Train from seed 0 and write the weights."""
    torch.manual_seed(0)
    net = narrow_resnet()
    train_iter, test_iter = d2l.load_data_fashion_mnist(BATCH_SIZE)
    lr = d2l.one_cycle(LR, EPOCHS * len(train_iter))
    d2l.train_ch6(net, train_iter, test_iter, EPOCHS, lr, momentum=0.9, init="he", fast=False)
    net.eval()
    d2l.save_weights(net, NARROW_RESNET)


if __name__ == "__main__":
    main()
