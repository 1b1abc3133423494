"""Devices: the GPUs that MXNet sees, or the CPU."""

from d2l_shim.mxnet.native import mx, npx


def num_gpus() -> int:
    """Return how many GPUs MXNet sees."""
    return npx.num_gpus()


def try_gpu(i: int = 0) -> mx.Context:
    """Return GPU number i where there is one, else the CPU."""
    return npx.gpu(i) if num_gpus() > i else npx.cpu()


def try_all_gpus() -> list[mx.Context]:
    """Return all GPUs, or the CPU alone where there is none."""
    return [try_gpu(i) for i in range(max(1, num_gpus()))]
