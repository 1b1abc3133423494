"""The table of the layers of a network, for Paddle."""

from typing import Any

from d2l_shim import layer_table
from d2l_shim.paddle.inference import inference
from d2l_shim.paddle.native import nn, paddle


def summary(net: nn.Layer, shape: tuple[int, ...], depth: int | None = None) -> None:
    """Print a table of a network's layers and what they cost.

    The columns are its name, the shape of its output, the number of its trainable parameters, and
    the multiply-adds of its convolutions and dense layers for this input.

    Weights, running statistics and modes stay as they are.

    Args:
        net: the network; anything but a Sequential is one row.
        shape: shape of the input, (b, channels, height, width).
        depth: how far Sequentials are opened; 0 gives the whole network one row, 1 a row to each of
            its own layers and blocks, None, the default, opens them all.

    Raises:
        ValueError: no such input can pass through the network.
    """
    layer_table.print_table(rows(net, shape, depth))


def cost(net: nn.Layer, shape: tuple[int, ...]) -> tuple[int, int]:
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


def rows(net: nn.Layer, shape: tuple[int, ...], depth: int | None) -> list[layer_table.Row]:
    """Return the rows of the table that `summary` prints, the input's first.

    Args:
        net: the network.
        shape: shape of the input, (b, channels, height, width).
        depth: how far Sequentials are opened, see `summary`.

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_arguments(shape, "NCHW", depth)
    with inference(net):
        X = paddle.zeros(shape)
        return layer_table.run_layers(
            layer_table.flatten(net, _children, depth),
            X,
            "NCHW",
            _num_parameters,
            _run,
            layer_table.names_at(depth),
        )


def _children(net: nn.Layer) -> nn.Sequential | None:
    return net if isinstance(net, nn.Sequential) else None


def _run(layer: nn.Layer, X: paddle.Tensor) -> tuple[paddle.Tensor, int]:
    costs = []

    def note(layer: nn.Layer, _: Any, Y: paddle.Tensor) -> None:
        # (out, in, height, width) for a convolution, (in, out) for a dense layer
        out = layer.weight.shape[0 if isinstance(layer, nn.Conv2D) else 1]
        costs.append(layer_table.multiply_adds(layer.weight.shape, Y.shape, out))

    parts = layer.sublayers(include_self=True)
    counted = [part for part in parts if isinstance(part, nn.Conv2D | nn.Linear)]
    hooks = [part.register_forward_post_hook(note) for part in counted]
    try:
        return layer(X), sum(costs)
    finally:
        for hook in hooks:
            hook.remove()


def _num_parameters(layer: nn.Layer) -> int:
    return layer_table.count(p.shape for p in layer.parameters() if not p.stop_gradient)
