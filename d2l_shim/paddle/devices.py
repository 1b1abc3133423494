"""Devices: the GPUs that Paddle sees, or the CPU."""

from typing import Any

from d2l_shim.paddle.native import paddle

# CPUPlace or CUDAPlace, or a name: `cpu`, `gpu:0`
Device = Any


def num_gpus() -> int:
    """Return how many GPUs Paddle sees."""
    return paddle.device.cuda.device_count()


def try_gpu(i: int = 0) -> Device:
    """Return GPU number i where there is one, else the CPU."""
    if num_gpus() > i:
        return paddle.CUDAPlace(i)
    return paddle.CPUPlace()


def try_all_gpus() -> list[Device]:
    """Return all GPUs, or the CPU alone where there is none."""
    return [try_gpu(i) for i in range(max(1, num_gpus()))]
