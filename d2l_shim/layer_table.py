"""The table that `summary` prints, with one name a layer for all frameworks; none is imported."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

_NAMES = {
    "Activation": "activation",
    "AdaptiveAvgPool2D": "global avg pool",
    "AdaptiveAvgPool2d": "global avg pool",
    "AveragePooling2D": "avg pool",
    "AvgPool2D": "avg pool",
    "AvgPool2d": "avg pool",
    "BasicBlock": "basic block",
    "BatchNorm": "batch norm",
    "BatchNorm1D": "batch norm",
    "BatchNorm1d": "batch norm",
    "BatchNorm2D": "batch norm",
    "BatchNorm2d": "batch norm",
    "BatchNormalization": "batch norm",
    "Bottleneck": "bottleneck block",
    "Conv2D": "convolution",
    "Conv2d": "convolution",
    "Dense": "dense",
    "Dropout": "dropout",
    "Flatten": "flatten",
    "GlobalAvgPool2D": "global avg pool",
    "GlobalAveragePooling2D": "global avg pool",
    "HybridSequential": "block",
    "Inception": "Inception block",
    "Linear": "dense",
    "MaxPool2D": "max pool",
    "MaxPool2d": "max pool",
    "MaxPooling2D": "max pool",
    "ReLU": "ReLU",
    "Residual": "residual block",
    "Sequential": "block",
    "Sigmoid": "sigmoid",
}
_ACTIVATIONS = {"relu": "ReLU"}


class Row(NamedTuple):
    """One layer: its name, the shape of its output, and what it costs.

    Attributes:
        name: the book's name of the layer.
        output: shape of its output.
        parameters: number of its trainable parameters.
        multiply_adds: multiplications, each with an addition, in its convolutions and dense layers.
    """

    name: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


def layer_name(layer: Any, activation: str | None = None) -> str:
    """Return the book's name of a layer; one that it has no name for keeps its class's.

    Args:
        layer: a layer of any framework.
        activation: the function, where the layer does nothing but apply it.

    Examples:
        >>> from types import SimpleNamespace
        >>> layer_name(SimpleNamespace(), activation="relu")
        'ReLU'
    """
    if activation is not None:
        return _ACTIVATIONS.get(activation, activation)
    name = type(layer).__name__
    return _NAMES.get(name, name)


def names_at(depth: int | None, name: Callable[[Any], str] = layer_name) -> Callable[[Any], str]:
    """Return what names the rows: at depth 0 there is one, which is the network's.

    Args:
        depth: how far blocks of layers are opened.
        name: gives the name of a layer.
    """
    return (lambda layer: "network") if depth == 0 else name


def check_arguments(shape: tuple[int, ...], axes: str, depth: int | None) -> tuple[int, ...]:
    """Return the shape of an input as a tuple of whole numbers, if `summary` can use its arguments.

    Args:
        shape: the shape, batch axis included.
        axes: order of an image batch's axes, for the message.
        depth: how far blocks of layers are opened.

    Raises:
        ValueError: the shape is no sequence of positive whole numbers, or depth is none.
    """
    if depth is not None and not (isinstance(depth, int) and depth >= 0):
        raise ValueError(
            f"summary: depth must be a whole number or None, not {depth!r}; 0 gives the network "
            "one row, 1 each of its blocks of layers, None opens them all"
        )
    if (
        not isinstance(shape, tuple | list)
        or len(shape) < 2
        or not all(isinstance(n, int) and n > 0 for n in shape)
    ):
        raise ValueError(
            "summary: shape must be a tuple of positive whole numbers with the batch axis first, "
            f"in the order {axes} for images, not {shape!r}; (1, 1, 224, 224) is one for MXNet, "
            "PyTorch and Paddle, (1, 224, 224, 1) for TensorFlow"
        )
    return tuple(shape)


def flatten(
    net: Any, children: Callable[[Any], Iterable[Any] | None], depth: int | None = None
) -> Iterator[Any]:
    """Yield the layers of a network in order, those in blocks of layers too.

    Args:
        net: the network.
        children: gives the layers of a block, and None for what is no block.
        depth: how far blocks are opened: 0 opens none, 1 the network alone, None all of them.
    """
    inside = children(net) if depth is None or depth > 0 else None
    if inside is None:
        yield net
    else:
        for layer in inside:
            yield from flatten(layer, children, None if depth is None else depth - 1)


def run_layers(
    layers: Iterable[Any],
    X: Any,
    axes: str,
    parameters: Callable[[Any], int],
    run: Callable[[Any, Any], tuple[Any, int]],
    name: Callable[[Any], str],
) -> list[Row]:
    """Send an input through layers one after the other and note what each gives.

    Args:
        layers: layers that can be called.
        X: the input, any framework's tensor.
        axes: order of an image batch's axes, for the message.
        parameters: gives the number of a layer's trainable parameters, once it was called.
        run: gives a layer's output, and the number of multiply-adds it took.
        name: gives the name of a layer; an empty one leaves its row out.

    Raises:
        ValueError: a layer cannot take what it is given.
    """
    shape = tuple(int(n) for n in X.shape)
    rows = [Row("input", shape, 0, 0)]
    for layer in layers:
        try:
            X, multiply_adds = run(layer, X)
        except Exception as error:
            # frameworks agree on no exception here: theirs is kept as the cause
            raise ValueError(
                f"summary: layer {len(rows)} ({name(layer) or type(layer).__name__}) cannot "
                f"take an input of shape {shape}; check the shape, axes in the order {axes}, "
                "and the number of channels"
            ) from error
        if name(layer):
            shape = tuple(int(n) for n in X.shape)
            rows.append(Row(name(layer), shape, parameters(layer), multiply_adds))
    return rows


def multiply_adds(weight: Iterable[int], output: Iterable[int], num_outputs: int) -> int:
    """Return the multiply-adds of a convolution or a dense layer; a bias is not counted.

    Args:
        weight: shape of its weight.
        output: shape of its output, batch axis included.
        num_outputs: its output channels, or the outputs of a dense layer.

    Examples:
        >>> multiply_adds((16, 6, 5, 5), (1, 16, 10, 10), 16)
        240000
    """
    return count([weight]) * count([output]) // num_outputs


def count(shapes: Iterable[Iterable[int]]) -> int:
    """Return how many numbers tensors of these shapes hold together.

    Examples:
        >>> count([(3, 3, 1, 8), (8,)])
        80
    """
    return sum(math.prod(int(n) for n in shape) for shape in shapes)


def print_table(rows: list[Row]) -> None:
    """Print the rows under their headings, and the totals below.

    Examples:
        >>> print_table([Row("input", (1, 84), 0, 0), Row("dense", (1, 10), 850, 840)])
        layer  output   parameters  multiply-adds
        input  (1, 84)           0              0
        dense  (1, 10)         850            840
        total                  850            840
    """
    cells = [("layer", "output", "parameters", "multiply-adds")]
    cells += [(row.name, str(row.output), *map("{:,}".format, row[2:])) for row in rows]
    totals = (sum(row.parameters for row in rows), sum(row.multiply_adds for row in rows))
    cells += [("total", "", *map("{:,}".format, totals))]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    for line in cells:
        # words to the left, numbers to the right
        pairs = zip(line, "<<>>", widths, strict=True)
        print("  ".join(f"{cell:{side}{width}}" for cell, side, width in pairs))
