"""MXNet itself, loaded here once for all modules, its devices, and what is swapped in it."""

from collections import OrderedDict
from contextlib import AbstractContextManager

from d2l_shim.numpy_names import dropped_names_for
from d2l_shim.state import needs, swapped, use_all_cores

use_all_cores("mxnet")
with needs("mxnet"), dropped_names_for("mxnet"):
    import mxnet as mx
    from mxnet import autograd, gluon, initializer, np, npx
    from mxnet.gluon import nn

# arrays and layers with NumPy's interface, the only one the book uses
npx.set_np()

__all__ = ["autograd", "gluon", "initializer", "mx", "nn", "np", "npx"]


def hidden_hooks(net: gluon.Block) -> AbstractContextManager:
    """Hide a program's hooks from a trial call, which only finds out shapes; they see each call."""
    blocks = []
    net.apply(blocks.append)
    hooks = ("_forward_hooks", "_forward_pre_hooks")
    return swapped(*((vars(block), name, OrderedDict()) for block in blocks for name in hooks))


def num_gpus() -> int:
    """Return how many GPUs MXNet sees."""
    return npx.num_gpus()


def try_gpu(i: int = 0) -> mx.Context:
    """Return GPU number i where there is one, else the CPU."""
    return npx.gpu(i) if num_gpus() > i else npx.cpu()


def try_all_gpus() -> list[mx.Context]:
    """Return all GPUs, or the CPU alone where there is none."""
    return [try_gpu(i) for i in range(max(1, num_gpus()))]
