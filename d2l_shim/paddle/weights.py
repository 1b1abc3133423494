"""Files of weights for Paddle; `d2l_shim.weights` says what is in them."""

import os
from collections.abc import Iterator

import numpy as np

from d2l_shim import weights
from d2l_shim.paddle.native import nn, paddle

_NORM = ("weight", "bias", "_mean", "_variance")
LAYOUT = weights.Layout(
    kinds={nn.Conv2D: "conv", nn.Linear: "dense", nn.BatchNorm1D: "norm", nn.BatchNorm2D: "norm"},
    names={"conv": ("weight", "bias"), "norm": _NORM, "dense": ("weight", "bias")},
    axes={"dense": (1, 0)},
)


def save_weights(net: nn.Layer, path: str | os.PathLike) -> None:
    """Save weights and running statistics so that the same network in any framework can load them.

    Args:
        net: a network of convolutions, dense layers, batch normalization, and layers without
            weights.
        path: the safetensors file; one that is there is replaced.

    Raises:
        WeightsError: a layer's weights have no names there, or the file cannot be written.
    """
    weights.save(path, entries(net), _read)


def load_weights(net: nn.Layer, path: str | os.PathLike) -> None:
    """Load weights and running statistics that any framework's `save_weights` wrote.

    They go to the device where the network is. Its modes, `stop_gradient` and gradients stay as
    they are.

    Args:
        net: the same network as the one that was saved.
        path: the file.

    Raises:
        WeightsError: the file cannot be used or does not fit; the network is as it was.
    """
    weights.load(path, entries(net), _write)


def entries(net: nn.Layer) -> list[weights.Entry]:
    """Return what a network's file holds, with the parameters that it belongs to."""
    weights.check_network(net, nn.Layer)
    return weights.number(_layers(net), LAYOUT)


def _layers(net: nn.Layer) -> Iterator[weights.Layer]:
    for path, layer in net.named_sublayers(include_self=True):
        last = getattr(layer, "_data_format", None) in ("NHWC", "NLC")
        yield weights.Layer(
            f"{path or 'net'} ({type(layer).__name__})",
            LAYOUT.kind(layer),
            layer.state_dict(include_sublayers=False),
            problem="has its channels last; build it with data_format='NCHW'" if last else "",
        )


def _read(parameter: paddle.Tensor) -> np.ndarray:
    return parameter.astype("float32").numpy()


def _write(parameter: paddle.Tensor, array: np.ndarray) -> None:
    # a plain array would go to the device that is set now
    tensor = paddle.to_tensor(array, place=parameter.place)
    parameter.set_value(tensor.astype(parameter.dtype))
