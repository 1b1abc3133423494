"""What `import d2lzh_pytorch as d2l` gives: the helpers of the first edition in PyTorch."""

import functools

from d2l_shim import torch as shim
from d2l_shim import training
from d2l_shim.compat import drawing, shared
from d2l_shim.compat.d2l import torch as second
from d2l_shim.compat.handed_on import drop_in
from d2l_shim.torch.native import F, nn, torch

NAMES = """
    FlattenLayer GlobalAvgPool2d Residual data_iter evaluate_accuracy load_data_fashion_mnist
    resnet18 resnet_block sgd train train_ch3 train_ch5 train_ch6
    Data=torch.utils.data data=torch.utils.data json=json torchtext=torchtext
    torchvision=torchvision transforms=torchvision.transforms
"""
OWNERS = shared, shim, shim.native, drawing
__all__, __path__, __getattr__ = drop_in("d2lzh_pytorch", OWNERS, NAMES)

train_ch5, train_ch6 = second.train_ch5, second.train_ch6


class FlattenLayer(nn.Module):
    """From (b, ...) to (b, n)."""

    def forward(self, x):
        return x.flatten(start_dim=1)


class GlobalAvgPool2d(nn.Module):
    """From (b, channels, height, width) to their means, (b, channels, 1, 1)."""

    def forward(self, x):
        return F.adaptive_avg_pool2d(x, 1)


class Residual(shim.Residual):
    """The residual block under the first edition's argument names; see `d2l_shim.torch`."""

    def __init__(self, in_channels, out_channels, use_1x1conv=False, stride=1):
        super().__init__(in_channels, out_channels, use_1x1conv, stride)


def resnet_block(in_channels, out_channels, num_residuals, first_block=False):
    """Return residual blocks in a row; see `d2l_shim.torch.resnet_block`."""
    return shim.resnet_block(in_channels, out_channels, num_residuals, first_block)


def resnet18(output=10, in_channels=3):
    """Return ResNet-18 with so many outputs; see `d2l_shim.torch.resnet18`."""
    return second.helpers._named(shim.resnet18(output, in_channels))


def load_data_fashion_mnist(batch_size, resize=None, root="~/Datasets/FashionMNIST"):
    """Return Fashion-MNIST as batches; see `d2l_shim.torch.load_data_fashion_mnist`.

    `root` is where the old package kept its copy; here the files are found without it.
    """
    return shim.load_data_fashion_mnist(batch_size, resize)


def data_iter(batch_size, features, labels):
    """Yield batches of features and labels in random order."""
    return shared.shuffled(batch_size, features, labels, lambda tensor, rows: tensor[rows])


def evaluate_accuracy(data_iter, net, device=None):
    """Return the share that a network, or a function, classifies correctly, in inference mode.

    A function with an argument `is_training` is told False.
    """
    code = getattr(net, "__code__", None)
    if code is not None and "is_training" in code.co_varnames:
        net = functools.partial(net, is_training=False)
    return second.evaluate_accuracy(net, data_iter, device)


def sgd(params, lr, batch_size):
    """Take one step of stochastic gradient descent; unlike d2l's, gradients stay as they are."""
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size


def train_ch3(
    net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, optimizer=None
):
    """Train by gradient descent, or by an optimizer, and print one line an epoch."""
    optimizer = optimizer or torch.optim.SGD(params, lr / batch_size)

    def update(X: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, float]:
        y_hat = net(X)
        total = loss(y_hat, y).sum()
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        return total / len(y), shim.accuracy(y_hat, y)

    evaluate = functools.partial(evaluate_accuracy, net=net)
    training.train_epochs(update, evaluate, train_iter, test_iter, num_epochs)


def train(train_iter, test_iter, net, loss, optimizer, device, num_epochs):
    """Train a network from the weights it has and print one line an epoch."""
    net.to(device)
    told = {"loss": loss, "trainer": optimizer, "devices": [device]}
    update = functools.partial(second.train_batch_ch13, net, **told)
    evaluate = functools.partial(evaluate_accuracy, net=net)
    training.train_epochs(update, evaluate, train_iter, test_iter, num_epochs)
