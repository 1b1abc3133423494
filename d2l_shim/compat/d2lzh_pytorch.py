"""What `import d2lzh_pytorch as d2l` gives: the helpers of the first edition in PyTorch."""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from d2l_shim import torch as shim
from d2l_shim.compat.d2l.evaluation import in_float32, leaving_eval_mode, old_evaluation
from d2l_shim.compat.first_edition import show_images as show_images
from d2l_shim.compat.unknown_names import delegate
from d2l_shim.torch.native import F, nn, torch

_OWN = ("FlattenLayer", "GlobalAvgPool2d")
__all__ = [*shim.__all__, *_OWN]
__path__ = []
__getattr__ = delegate("d2lzh_pytorch", shim, _OWN)

_evaluate = old_evaluation(shim.evaluate_accuracy, shim.accuracy, nn.Module, torch.no_grad)
train_ch5 = leaving_eval_mode(shim.train_ch5)
train_ch6 = leaving_eval_mode(in_float32(shim.train_ch6))


class FlattenLayer(nn.Module):
    """From (b, ...) to (b, n)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(start_dim=1)


class GlobalAvgPool2d(nn.Module):
    """From (b, channels, height, width) to their means, (b, channels, 1, 1)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.adaptive_avg_pool2d(x, 1)


class Residual(shim.Residual):
    """The residual block under the first edition's argument names; see `d2l_shim.torch`."""

    def __init__(
        self, in_channels: int, out_channels: int, use_1x1conv: bool = False, stride: int = 1
    ) -> None:
        super().__init__(in_channels, out_channels, use_1x1conv, stride)


def resnet_block(
    in_channels: int, out_channels: int, num_residuals: int, first_block: bool = False
) -> nn.Sequential:
    """Return residual blocks in a row; see `d2l_shim.torch.resnet_block`."""
    return shim.resnet_block(in_channels, out_channels, num_residuals, first_block)


def resnet18(output: int = 10, in_channels: int = 3) -> nn.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution and so many outputs."""
    return shim.resnet18(output, in_channels, stem="3x3")


def load_data_fashion_mnist(
    batch_size: int,
    resize: int | tuple[int, int] | None = None,
    root: str = "~/Datasets/FashionMNIST",
) -> tuple[Iterable, Iterable]:
    """Return Fashion-MNIST as batches; see `d2l_shim.torch.load_data_fashion_mnist`.

    `root` is where the old package kept its copy; here the files are found without it.
    """
    return shim.load_data_fashion_mnist(batch_size, resize)


def evaluate_accuracy(data_iter: Iterable, net: nn.Module | Callable, device: Any = None) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        data_iter: batches (X, y).
        net: the network, or a function; one with an argument `is_training` is told False.
        device: where to compute; where the network's first parameter is unless given.
    """
    code = getattr(net, "__code__", None)
    if code is not None and "is_training" in code.co_varnames:
        net = functools.partial(net, is_training=False)
    return _evaluate(net, data_iter, device)


def sgd(params: Iterable[torch.Tensor], lr: float, batch_size: int) -> None:
    """Take one step of stochastic gradient descent; unlike d2l's, gradients stay as they are."""
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
