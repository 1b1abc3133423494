"""The table of the layers of a network, for MXNet."""

import copy
from collections.abc import Iterator

from d2l_shim import layer_table
from d2l_shim.mxnet.native import autograd, gluon, nn, np, npx


def summary(net: gluon.Block, shape: tuple[int, ...]) -> None:
    """Print a table of a network's layers: name, shape of the output, trainable parameters.

    Weights and running statistics stay as they are; a network that is not initialized stays so.

    Args:
        net: the network; what is in a Sequential gets a row each, anything else is one row.
        shape: shape of the input, (b, channels, height, width).

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_shape(shape, "NCHW")
    parameters = list(net.collect_params().values())
    if any(p._data is None and not p._deferred_init for p in parameters):
        net = copy.deepcopy(net)
        net.initialize(force_reinit=True)
        parameters = list(net.collect_params().values())
    device = parameters[0].list_ctx()[0] if parameters else npx.cpu()
    with autograd.predict_mode():
        X = np.zeros(shape, ctx=device)
        rows = layer_table.run_layers(_layers(net), X, "NCHW", _num_parameters, _layer_name)
    layer_table.print_table(rows)


def _layers(net: gluon.Block) -> Iterator[gluon.Block]:
    if isinstance(net, nn.Sequential | nn.HybridSequential):
        for layer in net:
            yield from _layers(layer)
    else:
        yield net


def _layer_name(layer: gluon.Block) -> str:
    is_activation = isinstance(layer, nn.Activation)
    return layer_table.layer_name(layer, layer._act_type if is_activation else None)


def _num_parameters(layer: gluon.Block) -> int:
    parameters = layer.collect_params().values()
    return layer_table.count(p.shape for p in parameters if p.grad_req != "null")
