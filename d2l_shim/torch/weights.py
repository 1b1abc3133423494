"""Files of weights for PyTorch; `d2l_shim.weights` says what is in them."""

import os
from collections.abc import Iterator

import numpy as np

from d2l_shim import weights
from d2l_shim.torch.native import nn, torch

_NORM = ("weight", "bias", "running_mean", "running_var")
LAYOUT = weights.Layout(
    kinds={nn.Conv2d: "conv", nn.Linear: "dense", nn.BatchNorm1d: "norm", nn.BatchNorm2d: "norm"},
    names={"conv": ("weight", "bias"), "norm": _NORM, "dense": ("weight", "bias")},
)


def save_weights(net: nn.Module, path: str | os.PathLike) -> None:
    """Save weights and running statistics so that the same network in any framework can load them.

    Args:
        net: a network of convolutions, dense layers, batch normalization, and layers without
            weights.
        path: the safetensors file; one that is there is replaced.

    Raises:
        WeightsError: a layer's weights have no names there, or the file cannot be written.
    """
    weights.save(path, entries(net), _read)


def load_weights(net: nn.Module, path: str | os.PathLike) -> None:
    """Load weights and running statistics that any framework's `save_weights` wrote.

    They go to the device where the network is. Its modes, `requires_grad` and gradients stay as
    they are.

    Args:
        net: the same network as the one that was saved.
        path: the file.

    Raises:
        WeightsError: the file cannot be used or does not fit; the network is as it was.
    """
    weights.load(path, entries(net), _write)


def entries(net: nn.Module) -> list[weights.Entry]:
    """Return what a network's file holds, with the parameters that it belongs to."""
    weights.check_network(net, nn.Module)
    return weights.number(_layers(net), LAYOUT)


def _layers(net: nn.Module) -> Iterator[weights.Layer]:
    for path, module in net.named_modules():
        state = module.state_dict(keep_vars=True)
        own = {name: value for name, value in state.items() if "." not in name}
        own.pop("num_batches_tracked", None)
        lazy = any(torch.nn.parameter.is_lazy(value) for value in own.values())
        yield weights.Layer(
            f"{path or 'net'} ({type(module).__name__})",
            LAYOUT.kind(module),
            own,
            problem="has no weights yet; call the network on a batch first" if lazy else "",
        )


def _read(parameter: torch.Tensor) -> np.ndarray:
    return parameter.detach().float().cpu().numpy()


def _write(parameter: torch.Tensor, array: np.ndarray) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(array))
