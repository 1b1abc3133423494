"""The table that `summary` prints, with one name a layer for all frameworks; none is imported."""

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

_NAMES = {
    "Activation": "activation",
    "AdaptiveAvgPool2D": "global avg pool",
    "AdaptiveAvgPool2d": "global avg pool",
    "AveragePooling2D": "avg pool",
    "AvgPool2D": "avg pool",
    "AvgPool2d": "avg pool",
    "BatchNorm": "batch norm",
    "BatchNorm2D": "batch norm",
    "BatchNorm2d": "batch norm",
    "BatchNormalization": "batch norm",
    "Conv2D": "convolution",
    "Conv2d": "convolution",
    "Dense": "dense",
    "Dropout": "dropout",
    "Flatten": "flatten",
    "GlobalAvgPool2D": "global avg pool",
    "GlobalAveragePooling2D": "global avg pool",
    "Linear": "dense",
    "MaxPool2D": "max pool",
    "MaxPool2d": "max pool",
    "MaxPooling2D": "max pool",
    "ReLU": "ReLU",
    "Residual": "residual block",
    "Sigmoid": "sigmoid",
}
_ACTIVATIONS = {"relu": "ReLU"}


class Row(NamedTuple):
    """One layer: its name, the shape of its output, the number of its trainable parameters."""

    name: str
    output: tuple[int, ...]
    parameters: int


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


def check_shape(shape: tuple[int, ...], axes: str) -> tuple[int, ...]:
    """Return the shape of an input as a tuple of whole numbers.

    Args:
        shape: the shape, batch axis included.
        axes: order of an image batch's axes, for the message.

    Raises:
        ValueError: it is no sequence of positive whole numbers.
    """
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


def run_layers(
    layers: Iterable[Any],
    X: Any,
    axes: str,
    parameters: Callable[[Any], int],
    name: Callable[[Any], str] = layer_name,
) -> list[Row]:
    """Send an input through layers one after the other and note what each gives.

    Args:
        layers: layers that can be called.
        X: the input, any framework's tensor.
        axes: order of an image batch's axes, for the message.
        parameters: gives the number of a layer's trainable parameters, once it was called.
        name: gives the name of a layer; an empty one leaves its row out.

    Raises:
        ValueError: a layer cannot take what it is given.
    """
    rows, shape = [], tuple(X.shape)
    for layer in layers:
        try:
            X = layer(X)
        except Exception as error:
            # frameworks agree on no exception here: theirs is kept as the cause
            raise ValueError(
                f"summary: layer {len(rows) + 1} ({name(layer) or type(layer).__name__}) cannot "
                f"take an input of shape {shape}; check the shape, axes in the order {axes}, "
                "and the number of channels"
            ) from error
        if name(layer):
            shape = tuple(int(n) for n in X.shape)
            rows.append(Row(name(layer), shape, parameters(layer)))
    return rows


def count(shapes: Iterable[Iterable[int]]) -> int:
    """Return how many numbers tensors of these shapes hold together.

    Examples:
        >>> count([(3, 3, 1, 8), (8,)])
        80
    """
    return sum(math.prod(int(n) for n in shape) for shape in shapes)


def print_table(rows: list[Row]) -> None:
    """Print the rows under their headings, and the total of the parameters below.

    Examples:
        >>> print_table([Row("dense", (1, 10), 850)])
        layer  output   parameters
        dense  (1, 10)         850
        total                  850
    """
    total = sum(row.parameters for row in rows)
    cells = [("layer", "output", "parameters")]
    cells += [(row.name, str(row.output), f"{row.parameters:,}") for row in rows]
    cells += [("total", "", f"{total:,}")]
    first, second, third = (
        max(len(cell) for cell in column) for column in zip(*cells, strict=True)
    )
    for name, output, parameters in cells:
        print(f"{name:<{first}}  {output:<{second}}  {parameters:>{third}}")
