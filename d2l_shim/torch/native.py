"""PyTorch itself, loaded here once for all modules, its devices, and what is swapped in it."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from d2l_shim.state import modes_kept, needs, swapped

with needs("pytorch"):
    import torch
    from torch import nn
    from torch.nn import functional as F  # noqa: N812 (the field's name for it)

__all__ = ["F", "nn", "torch"]

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def hidden_hooks(net: nn.Module) -> AbstractContextManager:
    """Hide a program's hooks from a trial call; those by which lazy layers find their shapes stay.

    Hooks see each call, and a call that only finds out shapes is none of the program's.
    """
    changes = []
    for layer in net.modules():
        lazy = getattr(layer, "_initialize_hook", None)
        for name in HOOKS:
            hooks = getattr(layer, name).items()
            own = OrderedDict((key, hook) for key, hook in hooks if lazy and key == lazy.id)
            changes.append((vars(layer), name, own))
    return swapped(*changes)


@contextmanager
def inference(net: nn.Module) -> Iterator[None]:
    """Use a network without gradients and in inference mode; afterwards its modes are as before."""
    with modes_kept(net.modules()), torch.no_grad():
        net.eval()
        yield


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
