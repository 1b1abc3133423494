"""The table of the layers of a network, for PyTorch."""

from collections.abc import Iterator

from d2l_shim import layer_table
from d2l_shim.torch.inference import inference
from d2l_shim.torch.native import nn, torch


def summary(net: nn.Module, shape: tuple[int, ...]) -> None:
    """Print a table of a network's layers: name, shape of the output, trainable parameters.

    Weights, running statistics and modes stay as they are.

    Args:
        net: the network; what is in a Sequential gets a row each, anything else is one row.
        shape: shape of the input, (b, channels, height, width).

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_shape(shape, "NCHW")
    device = next((p.device for p in net.parameters()), torch.device("cpu"))
    with inference(net):
        X = torch.zeros(shape, device=device)
        rows = layer_table.run_layers(_layers(net), X, "NCHW", _num_parameters)
    layer_table.print_table(rows)


def _layers(net: nn.Module) -> Iterator[nn.Module]:
    if isinstance(net, nn.Sequential):
        for layer in net:
            yield from _layers(layer)
    else:
        yield net


def _num_parameters(layer: nn.Module) -> int:
    return sum(p.numel() for p in layer.parameters() if p.requires_grad)
