"""The table of the layers of a network, for Paddle."""

from collections.abc import Iterator

from d2l_shim import layer_table
from d2l_shim.paddle.inference import inference
from d2l_shim.paddle.native import nn, paddle


def summary(net: nn.Layer, shape: tuple[int, ...]) -> None:
    """Print a table of a network's layers: name, shape of the output, trainable parameters.

    Weights, running statistics and modes stay as they are.

    Args:
        net: the network; what is in a Sequential gets a row each, anything else is one row.
        shape: shape of the input, (b, channels, height, width).

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_shape(shape, "NCHW")
    with inference(net):
        X = paddle.zeros(shape)
        rows = layer_table.run_layers(_layers(net), X, "NCHW", _num_parameters)
    layer_table.print_table(rows)


def _layers(net: nn.Layer) -> Iterator[nn.Layer]:
    if isinstance(net, nn.Sequential):
        for layer in net:
            yield from _layers(layer)
    else:
        yield net


def _num_parameters(layer: nn.Layer) -> int:
    return layer_table.count(p.shape for p in layer.parameters() if not p.stop_gradient)
