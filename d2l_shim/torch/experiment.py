"""What an experiment needs of PyTorch: its network, its batches, its devices."""

import numpy as np

from d2l_shim.torch.chapters import resnet
from d2l_shim.torch.native import nn, num_gpus, torch, try_gpu
from d2l_shim.torch.training import Learner, initialize

__all__ = ["Learner", "batch", "device", "network", "num_gpus"]


def device(name: str) -> torch.device:
    return torch.device("cpu") if name == "cpu" else try_gpu(int(name.split(":")[1]))


def network(
    num_classes: int, depth: int, size: tuple[int, int], seed: int, device: torch.device
) -> nn.Module:
    torch.manual_seed(seed)
    net = resnet(depth, num_classes, stem="3x3")
    net.apply(lambda module: initialize(module, "he"))
    # images come with their channels last, and convolutions are faster so
    return net.to(device, memory_format=torch.channels_last)


def batch(X: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(X).permute(0, 3, 1, 2), torch.from_numpy(y)
