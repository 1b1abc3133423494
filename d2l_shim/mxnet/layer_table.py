"""The table of the layers of a network, for MXNet."""

import copy
from typing import Any

from d2l_shim import layer_table
from d2l_shim.mxnet.native import autograd, gluon, nn, np, npx


def summary(net: gluon.Block, shape: tuple[int, ...], depth: int | None = None) -> None:
    """Print a table of a network's layers and what they cost.

    The columns are its name, the shape of its output, the number of its trainable parameters, and
    the multiply-adds of its convolutions and dense layers for this input.

    Weights and running statistics stay as they are; a network that is not initialized stays so.

    Args:
        net: the network; anything but a Sequential is one row.
        shape: shape of the input, (b, channels, height, width).
        depth: how far Sequentials are opened; 0 gives the whole network one row, 1 a row to each of
            its own layers and blocks, None, the default, opens them all.

    Raises:
        ValueError: no such input can pass through the network.
    """
    layer_table.print_table(rows(net, shape, depth))


def cost(net: gluon.Block, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return a network's trainable parameters, and its multiply-adds for an input of this shape.

    Only convolutions and dense layers are counted as multiply-adds, and no biases. Weights,
    running statistics and modes stay as they are.

    Args:
        net: the network.
        shape: shape of the input, (b, channels, height, width).

    Raises:
        ValueError: no such input can pass through the network.
    """
    network = rows(net, shape, depth=0)[-1]
    return network.parameters, network.multiply_adds


def rows(net: gluon.Block, shape: tuple[int, ...], depth: int | None) -> list[layer_table.Row]:
    """Return the rows of the table that `summary` prints, the input's first.

    Args:
        net: the network.
        shape: shape of the input, (b, channels, height, width).
        depth: how far Sequentials are opened, see `summary`.

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_arguments(shape, "NCHW", depth)
    parameters = list(net.collect_params().values())
    if any(p._data is None and not p._deferred_init for p in parameters):
        net = copy.deepcopy(net)
        net.initialize(force_reinit=True)
        parameters = list(net.collect_params().values())
    device = parameters[0].list_ctx()[0] if parameters else npx.cpu()
    with autograd.predict_mode():
        X = np.zeros(shape, ctx=device)
        return layer_table.run_layers(
            layer_table.flatten(net, _children, depth),
            X,
            "NCHW",
            _num_parameters,
            _run,
            layer_table.names_at(depth, _layer_name),
        )


def _children(net: gluon.Block) -> gluon.Block | None:
    return net if isinstance(net, nn.Sequential | nn.HybridSequential) else None


def _run(layer: gluon.Block, X: np.ndarray) -> tuple[np.ndarray, int]:
    costs, hooks = [], []

    def note(layer: gluon.Block, _: Any, Y: np.ndarray) -> None:
        weight = layer.weight.shape
        costs.append(layer_table.multiply_adds(weight, Y.shape, weight[0]))

    def watch(part: gluon.Block) -> None:
        if isinstance(part, nn.Conv2D | nn.Dense):
            hooks.append(part.register_forward_hook(note))

    layer.apply(watch)
    try:
        return layer(X), sum(costs)
    finally:
        for hook in hooks:
            hook.detach()


def _layer_name(layer: gluon.Block) -> str:
    is_activation = isinstance(layer, nn.Activation)
    return layer_table.layer_name(layer, layer._act_type if is_activation else None)


def _num_parameters(layer: gluon.Block) -> int:
    parameters = layer.collect_params().values()
    return layer_table.count(p.shape for p in parameters if p.grad_req != "null")
