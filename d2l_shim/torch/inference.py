"""What surrounds a look at a network: inference mode, no gradients, its own modes afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from d2l_shim.torch.native import hidden_hooks, nn, torch


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


def find_shapes(net: nn.Module, X: torch.Tensor) -> None:
    """Let lazy layers find out with a batch what shapes they have.

    No hook of the program's own sees that call, and it draws no random numbers of the program's.
    """
    devices = [X.device] if X.device.type == "cuda" else []
    with hidden_hooks(net), inference(net), torch.random.fork_rng(devices):
        net(X)
