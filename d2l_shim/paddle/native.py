"""Paddle itself, loaded here once for all modules, its devices, and what is set in it."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from d2l_shim.state import modes_kept, needs, swapped, use_all_cores

# otherwise each graph that runs for the first time is reported on the reader's screen
os.environ.setdefault("GLOG_minloglevel", "2")
use_all_cores("paddle")
with needs("paddle"):
    import paddle
    from paddle import nn
    from paddle.nn import functional as F  # noqa: N812 (the field's name for it)

# otherwise each batch normalization says at each step that it does what is expected of it
warnings.filterwarnings("ignore", message="When training, we now always track")

# CPUPlace or CUDAPlace, or a name: `cpu`, `gpu:0`
Device = Any

__all__ = ["F", "nn", "paddle"]


@contextmanager
def on_device(device: str) -> Iterator[None]:
    """Let Paddle make tensors on a device inside this context; layers make some as they compute."""
    before = paddle.get_device()
    paddle.set_device(device)
    try:
        yield
    finally:
        paddle.set_device(before)


def convolving_by(convolution: Callable[..., Any]) -> AbstractContextManager:
    """Let layers call another convolution: only operations of a graph can be told to use oneDNN."""
    return swapped((vars(paddle._C_ops), "conv2d", convolution))


def older_graphs() -> AbstractContextManager:
    """Let Paddle make and run graphs of its older kind, which alone train on oneDNN."""
    return paddle.pir_utils.DygraphOldIrGuard()


@contextmanager
def inference(net: nn.Layer) -> Iterator[None]:
    """Use a network without gradients and in inference mode; afterwards its modes are as before."""
    with modes_kept(net.sublayers(include_self=True)), paddle.no_grad():
        net.eval()
        yield


def num_gpus() -> int:
    """Return how many GPUs Paddle sees."""
    return paddle.device.cuda.device_count()


def try_gpu(i: int = 0) -> Device:
    """Return GPU number i where there is one, else the CPU."""
    return paddle.CUDAPlace(i) if num_gpus() > i else paddle.CPUPlace()


def try_all_gpus() -> list[Device]:
    """Return all GPUs, or the CPU alone where there is none."""
    return [try_gpu(i) for i in range(max(1, num_gpus()))]
