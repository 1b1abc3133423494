"""What an experiment needs of Paddle: its network, its batches, its devices."""

import numpy as np

from d2l_shim.paddle.chapters import resnet
from d2l_shim.paddle.native import nn, num_gpus, on_device, paddle
from d2l_shim.paddle.training import Learner, initialize

__all__ = ["Learner", "batch", "device", "network", "num_gpus"]


def device(name: str) -> str:
    return name


def network(
    num_classes: int, depth: int, size: tuple[int, int], seed: int, device: str
) -> nn.Layer:
    with on_device(device):
        paddle.seed(seed)
        net = resnet(depth, num_classes, stem="3x3")
        net.apply(lambda layer: initialize(layer, "he"))
    return net


def batch(X: np.ndarray, y: np.ndarray) -> tuple[paddle.Tensor, paddle.Tensor]:
    return paddle.to_tensor(np.ascontiguousarray(X.transpose(0, 3, 1, 2))), paddle.to_tensor(y)
