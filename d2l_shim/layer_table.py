"""The table that `summary` prints, with one name a layer for all frameworks; none is imported."""

import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

_NAMES = {
    "activation": "Activation",
    "global avg pool": "AdaptiveAvgPool2D AdaptiveAvgPool2d GlobalAvgPool2D GlobalAveragePooling2D",
    "avg pool": "AveragePooling2D AvgPool2D AvgPool2d",
    "basic block": "BasicBlock",
    "batch norm": "BatchNorm BatchNorm1D BatchNorm1d BatchNorm2D BatchNorm2d BatchNormalization",
    "bottleneck block": "Bottleneck",
    "convolution": "Conv2D Conv2d",
    "dense": "Dense Linear",
    "dropout": "Dropout",
    "flatten": "Flatten",
    "block": "HybridSequential Sequential",
    "Inception block": "Inception",
    "max pool": "MaxPool2D MaxPool2d MaxPooling2D",
    "ReLU": "ReLU relu",
    "residual block": "Residual",
    "sigmoid": "Sigmoid",
}
_BY_CLASS = {of: name for name, classes in _NAMES.items() for of in classes.split()}


class Row(NamedTuple):
    """One layer: the book's name, the shape of its output, and what it costs, as `summary` says."""

    name: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


def summary(net: Any, shape: tuple[int, ...], depth: int | None = None) -> None:
    """Print a table of a network's layers and what they cost.

    The columns are its name, the shape of its output, the number of its trainable parameters, and
    the multiply-adds of its convolutions and dense layers for this input.

    Weights, running statistics and modes stay as they are; a network of MXNet that is not
    initialized stays so. In TensorFlow padding layers get no row of their own: they belong to the
    layer that follows.

    Args:
        net: the network; anything but a Sequential is one row.
        shape: shape of the input, (b, channels, height, width), or for TensorFlow
            (b, height, width, channels).
        depth: how far Sequentials are opened; 0 gives the whole network one row, 1 a row to each of
            its own layers and blocks, None, the default, opens them all.

    Raises:
        ValueError: no such input can pass through the network.
    """
    print_table(rows(net, shape, depth))


def cost(net: Any, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return a network's trainable parameters, and its multiply-adds for an input of this shape.

    Only convolutions and dense layers are counted as multiply-adds, and no biases. Weights,
    running statistics and modes stay as they are.

    Args:
        net: the network.
        shape: shape of the input, see `summary`.

    Raises:
        ValueError: no such input can pass through the network.
    """
    network = rows(net, shape, depth=0)[-1]
    return network.parameters, network.multiply_adds


def rows(net: Any, shape: tuple[int, ...], depth: int | None = None) -> list[Row]:
    """Return the rows of the table that `summary` prints, the input's first."""
    seen_by = inspector(net)
    shape = check_arguments(shape, seen_by.axes, depth)
    with seen_by.looking(shape) as (net, X):
        return seen_by.rows(seen_by.flatten(net, depth), X, "network" if depth == 0 else None)


@functools.singledispatch
def inspector(net: Any) -> "Inspector":
    """Return how a network is looked at; each framework's package registers its own."""
    raise TypeError(f"summary and cost take a network, not {type(net).__name__}; build one first")


class Inspector:
    """How networks are looked at; each framework derives its own, with these methods.

    - `looking(shape)`: a context of the network, or of a copy that can compute, and of zeros of
      this shape.
    - `layers(layer)`: a layer and all inside it.
    - `watch(layer, note)`: calls `note(layer, input, output)` when the layer computes, and returns
      a function that ends this.
    - `trainable(layer)`: the shapes of the trainable parameters of a layer that has computed.
    """

    axes = "NCHW"
    sequential: type | tuple[type, ...] = ()
    counted: tuple[type, ...] = ()

    def __init__(self, net: Any = None) -> None:
        self.net = net

    def children(self, block: Any) -> Iterable[Any]:
        """Return the layers of a block."""
        return block

    def name(self, layer: Any) -> str:
        """Return the book's name of a layer; with an empty one it has no row."""
        return layer_name(layer)

    def run(self, layer: Any, X: Any) -> tuple[Any, int]:
        """Return a layer's output, and the multiply-adds that it took."""
        costs, ends = [], []

        def note(part: Any, _: Any, Y: Any) -> None:
            costs.append(multiply_adds(part.weight.shape, Y.shape, self.axes))

        try:
            for part in self.layers(layer):
                if isinstance(part, self.counted):
                    ends.append(self.watch(part, note))
            return layer(X), sum(costs)
        finally:
            for end in ends:
                end()

    def flatten(self, net: Any, depth: int | None = None) -> Iterator[Any]:
        """Yield the layers in order, those in blocks too; depth says how far these are opened."""
        if depth == 0 or not isinstance(net, self.sequential):
            yield net
        else:
            for layer in self.children(net):
                yield from self.flatten(layer, None if depth is None else depth - 1)

    def rows(self, layers: Iterable[Any], X: Any, called: str | None = None) -> list[Row]:
        """Send an input through layers in turn; `called` names them all."""
        shape = tuple(int(n) for n in X.shape)
        rows = [Row("input", shape, 0, 0)]
        for layer in layers:
            name = called or self.name(layer)
            try:
                X, costs = self.run(layer, X)
            except Exception as error:
                # frameworks agree on no exception here: theirs is kept as the cause
                raise ValueError(
                    f"summary: layer {len(rows)} ({name or type(layer).__name__}) cannot "
                    f"take an input of shape {shape}; check the shape, axes in the order "
                    f"{self.axes}, and the number of channels"
                ) from error
            if name:
                shape = tuple(int(n) for n in X.shape)
                rows.append(Row(name, shape, count(self.trainable(layer)), costs))
        return rows


def layer_name(layer: Any, activation: str | None = None) -> str:
    """Return the book's name of a layer, or its class's; of an activation its function's."""
    name = type(layer).__name__ if activation is None else activation
    return _BY_CLASS.get(name, name)


def check_arguments(shape: tuple[int, ...], axes: str, depth: int | None) -> tuple[int, ...]:
    """Return the shape of an input as a tuple, if `summary` can use it and depth."""
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


def multiply_adds(weight: Sequence[int], output: Sequence[int], axes: str) -> int:
    """Return the multiply-adds of a convolution or a dense layer, from the shapes of its tensors.

    Examples:
        >>> multiply_adds((16, 6, 5, 5), (1, 16, 10, 10), "NCHW")
        240000
    """
    channels = output[axes.index("C")] if len(weight) == 4 else output[-1]
    return count([weight]) * count([output]) // int(channels)


def count(shapes: Iterable[Iterable[int]]) -> int:
    """Return how many numbers tensors of these shapes hold together."""
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
    print(*aligned(cells), sep="\n")


def aligned(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table: two columns of words to the left, then numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        padded = (
            f"{cell:{'<' if i < 2 else '>'}{width}}"
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(padded).rstrip()
