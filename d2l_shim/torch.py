"""What the book's PyTorch readers import: data, training and networks, written for PyTorch."""

from collections.abc import Iterable, Iterator
from typing import Any

from d2l_shim import layer_table, training
from d2l_shim.compat.loading import needs
from d2l_shim.data import fashion_mnist_batches
from d2l_shim.metrics import Accumulator, share_correct
from d2l_shim.plotting import Animator, get_fashion_mnist_labels, show_images
from d2l_shim.timing import Timer
from d2l_shim.training import one_cycle

with needs("pytorch"):
    import torch
    from torch import nn
    from torch.nn import functional as F  # noqa: N812 (the field's name for it)

__all__ = [
    "Accumulator",
    "Animator",
    "Residual",
    "Timer",
    "accuracy",
    "evaluate_accuracy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "num_gpus",
    "one_cycle",
    "resnet18",
    "resnet_block",
    "resnet_stem",
    "show_images",
    "summary",
    "train_ch6",
    "try_gpu",
]


def num_gpus() -> int:
    """Return how many GPUs PyTorch sees; Apple's counts as one."""
    return torch.cuda.device_count() or int(torch.backends.mps.is_available())


def try_gpu(i: int = 0) -> torch.device:
    """Return GPU number i, else Apple's GPU, else the CPU."""
    if torch.cuda.device_count() > i:
        return torch.device(f"cuda:{i}")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def load_data_fashion_mnist(
    batch_size: int, resize: int | tuple[int, int] | None = None, seed: int = 0
) -> tuple[Iterable, Iterable]:
    """Return Fashion-MNIST as batches of tensors in main memory, for training and for testing.

    Args:
        batch_size: images in a batch.
        resize: new side in pixels, or (height, width).
        seed: what the order of each epoch depends on.

    Returns:
        Two iterables with a length; each iteration is one epoch. X is float32 in [0, 1] of shape
        (b, 1, height, width), y is int64 of shape (b,).
    """

    def tensors(X: Any, y: Any) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.from_numpy(X), torch.from_numpy(y)

    return fashion_mnist_batches(batch_size, resize, seed, axes="NCHW", convert=tensors)


def accuracy(y_hat: torch.Tensor, y: torch.Tensor) -> float:
    """Return how many predictions are right.

    Args:
        y_hat: scores of shape (b, classes), or classes of shape (b,).
        y: true classes, shape (b,).
    """
    if y_hat.ndim > 1:
        y_hat = y_hat.argmax(axis=1)
    return float((y_hat == y).sum())


def evaluate_accuracy(
    net: nn.Module, data_iter: Iterable, device: torch.device | str | None = None
) -> float:
    """Return the share of a dataset that a network classifies correctly, in inference mode.

    Args:
        net: the network; it is left in the mode it was in.
        data_iter: batches (X, y).
        device: where to compute; where the network's first parameter is unless given.
    """
    if device is None:
        device = next((p.device for p in net.parameters()), torch.device("cpu"))

    def correct(X: torch.Tensor, y: torch.Tensor) -> float:
        return accuracy(net(X.to(device)), y.to(device))

    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        with torch.no_grad():
            return share_correct(data_iter, correct)
    finally:
        for module, mode in modes:
            module.training = mode


def train_ch6(
    net: nn.Module,
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: training.LearningRate,
    device: torch.device | str | None = None,
) -> None:
    """Train a network from new weights with plain SGD and print the result.

    Weights are drawn by Xavier's uniform rule, biases are zero, batch normalization starts anew.
    The loss is the cross-entropy of the softmax, its mean over the batch.

    Args:
        net: the network.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        num_epochs: number of epochs; quick mode makes it one.
        lr: learning rate, or a function from the step, counted from 0 over all epochs, to it.
        device: where to train; `try_gpu()` unless given.

    Raises:
        ValueError: num_epochs is under 1, lr is not positive, or train_iter is empty.
    """
    training.check_training(train_iter, num_epochs, lr)
    device = try_gpu() if device is None else torch.device(device)
    net.apply(_initialize)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0)

    def step(X: torch.Tensor, y: torch.Tensor, lr: float) -> tuple[torch.Tensor, float]:
        X, y = X.to(device), y.to(device)
        net.train()
        optimizer.param_groups[0]["lr"] = lr
        optimizer.zero_grad()
        y_hat = net(X)
        loss = F.cross_entropy(y_hat, y)
        loss.backward()
        optimizer.step()
        return loss.detach(), accuracy(y_hat, y)

    def evaluate(data_iter: Iterable) -> float:
        return evaluate_accuracy(net, data_iter, device)

    training.train(step, evaluate, train_iter, test_iter, num_epochs, lr, device)


def _initialize(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
        module.reset_parameters()


class Residual(nn.Module):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, input_channels, height, width); output (b, num_channels, height, width), height and
    width divided by `strides`. Source: K. He et al., Deep Residual Learning for Image
    Recognition, 2016.
    """

    def __init__(
        self, input_channels: int, num_channels: int, use_1x1conv: bool = False, strides: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            input_channels, num_channels, kernel_size=3, padding=1, stride=strides
        )
        self.conv2 = nn.Conv2d(num_channels, num_channels, kernel_size=3, padding=1)
        self.conv3 = None
        if use_1x1conv:
            # brings the input to the shape of what it is added to
            self.conv3 = nn.Conv2d(input_channels, num_channels, kernel_size=1, stride=strides)
        self.bn1 = nn.BatchNorm2d(num_channels)
        self.bn2 = nn.BatchNorm2d(num_channels)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return F.relu(Y + X)


def resnet_block(
    input_channels: int, num_channels: int, num_residuals: int, first_block: bool = False
) -> nn.Sequential:
    """Return residual blocks in a row; the first one halves height and width.

    With `first_block` none does: the pooling in front of it has halved already, and
    `input_channels` must equal `num_channels`.
    """
    blk = []
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.append(Residual(input_channels, num_channels, use_1x1conv=True, strides=2))
        else:
            blk.append(Residual(num_channels, num_channels))
    return nn.Sequential(*blk)


def resnet_stem(in_channels: int = 1, stem: str = "7x7") -> list[nn.Module]:
    """Return the first layers of ResNet-18, for images with so many channels.

    Args:
        in_channels: channels of an image.
        stem: `7x7`, with pooling, as in the paper; or `3x3`, without, for small images.

    Raises:
        ValueError: there is no such stem.
    """
    if stem == "7x7":
        return [
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        ]
    if stem == "3x3":
        return [
            nn.Conv2d(in_channels, 64, kernel_size=3, padding=1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
        ]
    raise ValueError(f"stem must be '7x7' or '3x3', not {stem!r}")


def resnet18(num_classes: int = 10, in_channels: int = 1, stem: str = "7x7") -> nn.Sequential:
    """Return ResNet-18 for images of shape (b, in_channels, height, width); it gives logits.

    Args:
        num_classes: number of classes.
        in_channels: channels of an image.
        stem: `7x7` or `3x3`, see `resnet_stem`.

    Raises:
        ValueError: there is no such stem.
    """
    return nn.Sequential(
        *resnet_stem(in_channels, stem),
        resnet_block(64, 64, 2, first_block=True),
        resnet_block(64, 128, 2),
        resnet_block(128, 256, 2),
        resnet_block(256, 512, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(512, num_classes),
    )


def summary(net: nn.Module, shape: tuple[int, ...]) -> None:
    """Print a table of a network's layers: name, shape of the output, trainable parameters.

    Weights, running statistics and modes stay as they are.

    Args:
        net: the network; what is in a Sequential gets a row each, anything else is one row.
        shape: shape of the input, (b, channels, height, width).

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_shape(shape, "NCHW")
    device = next((p.device for p in net.parameters()), torch.device("cpu"))
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        with torch.no_grad():
            X = torch.zeros(shape, device=device)
            rows = layer_table.run_layers(_layers(net), X, "NCHW", _num_parameters)
    finally:
        for module, mode in modes:
            module.training = mode
    layer_table.print_table(rows)


def _layers(net: nn.Module) -> Iterator[nn.Module]:
    if isinstance(net, nn.Sequential):
        for layer in net:
            yield from _layers(layer)
    else:
        yield net


def _num_parameters(layer: nn.Module) -> int:
    return sum(p.numel() for p in layer.parameters() if p.requires_grad)
