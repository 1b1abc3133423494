"""What `from d2l import torch as d2l` gives: d2l_shim.torch, and what d2l had besides."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from d2l_shim import torch as shim
from d2l_shim import training
from d2l_shim.compat import downloads, drawing, regression
from d2l_shim.compat.d2l.evaluation import keeping, leaving_eval_mode, old_evaluation
from d2l_shim.compat.handed_on import delegate
from d2l_shim.methods import method
from d2l_shim.torch.native import nn, torch

_handed_on, __getattr__ = delegate(
    "d2l.torch",
    (shim, shim.native, downloads, drawing, regression),
    {
        "data": "torch.utils.data",
        "torchvision": "torchvision",
        "transforms": "torchvision.transforms",
    },
)
_own = [
    *("load_array", "split_batch", "synthetic_data", "train_batch_ch13", "train_ch13"),
    *("train_ch3", "train_epoch_ch3"),
    *("exp", "linspace", "meshgrid", "nn_Module", "randn", "sinh", "cosh", "to"),
]
__all__ = [*_handed_on, *_own, "d2l"]
__path__ = []

d2l = sys.modules[__name__]
nn_Module = nn.Module  # noqa: N816 (its name there)
exp, linspace, meshgrid = torch.exp, torch.linspace, torch.meshgrid
sinh, cosh, randn, to = torch.sinh, torch.cosh, torch.randn, method("to")

evaluate_accuracy = old_evaluation(shim.evaluate_accuracy, shim.accuracy, nn.Module, torch.no_grad)
evaluate_accuracy_gpu = old_evaluation(
    shim.evaluate_accuracy_gpu, shim.accuracy, nn.Module, torch.no_grad
)
train_ch5 = leaving_eval_mode(shim.train_ch5)


def draw(net: nn.Module) -> None:
    """Draw the weights of linear layers and of convolutions by Xavier's rule, and nothing else."""
    for layer in net.modules():
        # as d2l did: a layer of a class that is derived from these keeps its weights
        if type(layer) in (nn.Linear, nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)


train_ch6 = leaving_eval_mode(keeping(shim.train_ch6, prepare=draw))


def resnet18(num_classes: int, in_channels: int = 1) -> nn.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.torch.resnet18`."""
    return named_as_before(shim.resnet18(num_classes, in_channels, stem="3x3"))


def named_as_before(net: nn.Sequential) -> nn.Sequential:
    """Return a ResNet-18 whose parts have the names that the old packages gave them."""
    *stem, pool, flatten, linear = net
    stem, blocks = stem[:-4], stem[-4:]
    named = nn.Sequential(*stem)
    for i, block in enumerate(blocks):
        named.add_module(f"resnet_block{i + 1}", block)
    named.add_module("global_avg_pool", pool)
    named.add_module("fc", nn.Sequential(flatten, linear))
    return named


def synthetic_data(
    w: torch.Tensor, b: float, num_examples: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs of shape (n, len(w)) and X w + b with some noise, of shape (n, 1)."""
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)


def load_array(
    data_arrays: Sequence[torch.Tensor], batch_size: int, is_train: bool = True
) -> Iterable:
    """Return tensors of equal length as batches, shuffled for training."""
    dataset = torch.utils.data.TensorDataset(*data_arrays)
    return torch.utils.data.DataLoader(dataset, batch_size, shuffle=is_train)


def train_epoch_ch3(
    net: Callable, train_iter: Iterable, loss: Callable, updater: Any
) -> tuple[float, float]:
    """Train for one epoch and return the mean loss and the accuracy.

    Args:
        net: network or function.
        train_iter: batches (X, y).
        loss: function of predictions and truth.
        updater: an optimizer, or a function of the batch's size that updates and clears gradients.
    """
    if isinstance(net, nn.Module):
        net.train()

    def step(X: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
        y_hat = net(X)
        losses = loss(y_hat, y)
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            losses.mean().backward()
            updater.step()
        else:
            losses.sum().backward()
            updater(len(X))
        return losses.sum(), shim.accuracy(y_hat, y)

    return regression.epoch(train_iter, step)


train_ch3 = regression.train_ch3(train_epoch_ch3, evaluate_accuracy)


def split_batch(
    X: torch.Tensor, y: torch.Tensor, devices: Sequence
) -> tuple[Sequence[torch.Tensor], Sequence[torch.Tensor]]:
    """Return the parts of a batch, one on each GPU."""
    return nn.parallel.scatter(X, devices), nn.parallel.scatter(y, devices)


def train_batch_ch13(
    net: nn.Module,
    X: torch.Tensor | list[torch.Tensor],
    y: torch.Tensor,
    loss: Callable,
    trainer: torch.optim.Optimizer,
    devices: Sequence,
) -> tuple[torch.Tensor, float]:
    """Update a network with a batch, and return the sum of its losses and how many were right."""
    X = [x.to(devices[0]) for x in X] if isinstance(X, list) else X.to(devices[0])
    y = y.to(devices[0])
    net.train()
    trainer.zero_grad()
    y_hat = net(X)
    losses = loss(y_hat, y).sum()
    losses.backward()
    trainer.step()
    return losses, shim.accuracy(y_hat, y)


def train_ch13(
    net: nn.Module,
    train_iter: Iterable,
    test_iter: Iterable,
    loss: Callable,
    trainer: torch.optim.Optimizer,
    num_epochs: int,
    devices: Sequence | None = None,
) -> None:
    """Train a network from the weights it has, on all GPUs where there are any.

    Args:
        net: the network.
        train_iter: batches (X, y).
        test_iter: batches (X, y).
        loss: function of predictions and truth, for each example.
        trainer: updates the parameters of this network.
        num_epochs: number of epochs; quick mode makes it one.
        devices: where to train; `try_all_gpus()` unless given.
    """
    devices = devices or shim.try_all_gpus()
    net = nn.DataParallel(net, device_ids=devices).to(devices[0])
    training.train(
        regression.train_by_batches(
            lambda X, y: train_batch_ch13(net, X, y, loss, trainer, devices)
        ),
        lambda data_iter: evaluate_accuracy_gpu(net, data_iter),
        train_iter,
        test_iter,
        num_epochs,
        0.0,
        devices[0],
    )
