"""What surrounds a look at a network: inference mode, no gradients, its own modes afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from d2l_shim.torch.native import nn, torch


@contextmanager
def inference(net: nn.Module) -> Iterator[None]:
    """Use a network inside this context without gradients and in inference mode.

    Afterwards each of its layers is in the mode it was in.
    """
    modes = [(layer, layer.training) for layer in net.modules()]
    net.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for layer, mode in modes:
            layer.training = mode
