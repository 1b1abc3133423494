"""What surrounds a look at a network: inference mode, no gradients, its own modes afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from d2l_shim.paddle.native import nn, paddle


@contextmanager
def inference(net: nn.Layer) -> Iterator[None]:
    """Use a network inside this context without gradients and in inference mode.

    Afterwards each of its layers is in the mode it was in.
    """
    modes = [(layer, layer.training) for layer in net.sublayers(include_self=True)]
    net.eval()
    try:
        with paddle.no_grad():
            yield
    finally:
        for layer, mode in modes:
            layer.training = mode
