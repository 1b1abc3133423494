"""Devices: the GPUs that PyTorch sees, or the CPU."""

from d2l_shim.torch.native import torch


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


def try_all_gpus() -> list[torch.device]:
    """Return all GPUs, or the CPU alone where there is none."""
    return [try_gpu(i) for i in range(max(1, num_gpus()))]
