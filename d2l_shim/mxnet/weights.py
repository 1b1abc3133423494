"""Files of weights for MXNet; `d2l_shim.weights` says what is in them."""

import os

import numpy

from d2l_shim import weights
from d2l_shim.mxnet.native import gluon, initializer, mx, nn, np

_NORM = ("gamma", "beta", "running_mean", "running_var")
LAYOUT = weights.Layout(
    kinds={nn.Conv2D: "conv", nn.Dense: "dense", nn.BatchNorm: "norm"},
    names={"conv": ("weight", "bias"), "norm": _NORM, "dense": ("weight", "bias")},
)


def save_weights(net: gluon.Block, path: str | os.PathLike) -> None:
    """Save weights and running statistics so that the same network in any framework can load them.

    Args:
        net: a network of convolutions, dense layers, batch normalization, and layers without
            weights.
        path: the safetensors file; one that is there is replaced.

    Raises:
        WeightsError: a layer's weights have no names there or no values yet, or the file cannot be
            written.
    """
    found = entries(net)
    if waiting := [entry.name for entry in found if entry.parameter._data is None]:
        raise weights.WeightsError(
            f"{', '.join(waiting)} have no values yet; call net.initialize(), if that was not "
            "done, and then the network on a batch"
        )
    weights.save(path, found, _read)


def load_weights(net: gluon.Block, path: str | os.PathLike) -> None:
    """Load weights and running statistics that any framework's `save_weights` wrote.

    They go to the device where the network is. Parameters that waited for the first batch to find
    out their shapes have them from the file, and a network that is not initialized is, on the
    device of MXNet's current context. Gradients stay as they are.

    Args:
        net: the same network as the one that was saved.
        path: the file.

    Raises:
        WeightsError: the file cannot be used or does not fit; the network is as it was.
    """
    found = entries(net)
    devices = [_devices(entry.parameter) for entry in found]
    elsewhere = next(filter(None, devices), [mx.context.current_context()])

    def write(parameter: gluon.Parameter, array: numpy.ndarray) -> None:
        if parameter._data is None:
            parameter.shape = array.shape
            parameter.initialize(initializer.Zero(), _devices(parameter) or elsewhere)
        parameter.set_data(np.array(array, dtype=parameter.dtype))

    weights.load(path, found, write)


def entries(net: gluon.Block) -> list[weights.Entry]:
    """Return what a network's file holds, with the parameters that it belongs to."""
    weights.check_network(net, gluon.Block)
    blocks = {}
    # a block that is used twice counts once
    net.apply(lambda block: blocks.setdefault(id(block), block))
    return weights.number(map(_layer, blocks.values()), LAYOUT)


def _layer(block: gluon.Block) -> weights.Layer:
    own = block._reg_params or dict(block.params.items())
    own = {name: value for name, value in own.items() if value is not None}
    kwargs = getattr(block, "_kwargs", {})
    problem = ""
    if str(kwargs.get("layout")).endswith("C"):
        problem = "has its channels last; build it with layout='NCHW'"
    elif kwargs.get("fix_gamma"):
        # MXNet computes as if it were 1, whatever is in it
        own.pop("gamma")
    return weights.Layer(
        f"{block.name} ({type(block).__name__})", LAYOUT.kind(block), own, problem=problem
    )


def _devices(parameter: gluon.Parameter) -> list[mx.Context]:
    """Return where a parameter is or, while it waits for its shape, will be."""
    known = parameter._data is not None or parameter._deferred_init
    return parameter.list_ctx() if known else []


def _read(parameter: gluon.Parameter) -> numpy.ndarray:
    return parameter.list_data()[0].astype("float32").asnumpy()
