"""Files of weights that each framework writes and all read; what needs none of them is here.

A file is a safetensors file: names, shapes and numbers, nothing that could be run. Layers with
weights are counted by kind, from 1, in the order in which the network registers them:

- `conv1.weight` (out, in, height, width) and `conv1.bias` (out,), if it has one; in groups, `in`
  is the number of input channels of one group;
- `norm1.scale`, `norm1.shift`, `norm1.mean` and `norm1.variance`, all (channels,), the last two the
  running statistics of batch normalization;
- `dense1.weight` (out, in) and `dense1.bias` (out,), if it has one.

All numbers are float32. PyTorch and MXNet hold their weights so; the others' are turned:

- Paddle's dense weights are (in, out);
- Keras' dense weights are (in, out), its kernels (height, width, in, out);
- where TensorFlow flattens feature maps, they come as (height, width, channels), and not as
  (channels, height, width). The next dense layer has its inputs in that order, and so has a batch
  normalization in between; in the file they are in the order of the others.

What is no weight is not in the file: strides, the epsilon of batch normalization, the state of an
optimizer. After loading, the same network gives the same outputs, gradients and losses everywhere.
Only running variances go apart when it is trained on: PyTorch takes the unbiased variance of a
batch of n numbers a channel, n / (n - 1) times that of the others.
"""

import functools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import safetensors
from safetensors import numpy as safetensors_numpy

from d2l_shim.data import download, sources

# the weights of bookbuild/measure/narrow_resnet.py
NARROW_RESNET = Path(__file__).parent / "data" / "narrow-resnet.safetensors"
ABOUT = {"format": "d2l_shim weights", "version": "1"}
PARTS = {
    "conv": ("weight", "bias"),
    "norm": ("scale", "shift", "mean", "variance"),
    "dense": ("weight", "bias"),
}


class WeightsError(ValueError):
    """Weights cannot be saved or loaded; the message says why and what to do."""


class Layout:
    """How a network holds its weights; each framework derives its own, with these methods.

    - `layers()`: a `Layer` each, in the order of registration.
    - `read(parameter)`: its numbers.
    - `write(parameter, array)`: replaces them.
    """

    conv: tuple[type, ...]  # the classes of layers of each kind
    norm: tuple[type, ...]
    dense: tuple[type, ...]
    weight_names = ("weight", "bias")  # what the framework calls what `PARTS` lists
    norm_names: tuple[str, ...]
    conv_axes = (0, 1, 2, 3)  # the axes of a weight in the order of the file
    dense_axes = (0, 1)

    def __init__(self, net: Any = None) -> None:
        self.net = net

    def kind(self, layer: Any) -> str | None:
        """Return the kind of a layer, None if it is of no known one."""
        return next((kind for kind in PARTS if isinstance(layer, getattr(self, kind))), None)

    def parts(self, kind: str) -> dict[str, str]:
        """Return what `PARTS` lists for a kind, by the framework's names."""
        names = self.norm_names if kind == "norm" else self.weight_names
        return dict(zip(names, PARTS[kind], strict=True))

    def check_values(self, entries: Sequence["Entry"]) -> None:
        """Raise a WeightsError where a parameter has no numbers yet that could be saved."""


@functools.singledispatch
def layout_of(net: Any) -> Layout:
    """Return how a network holds its weights; each framework's package registers its own."""
    raise WeightsError(
        f"the first argument must be a network, not {type(net).__name__}; the second one is the "
        "path"
    )


def save_weights(net: Any, path: str | os.PathLike) -> None:
    """Save weights and running statistics so that the same network in any framework can load them.

    Args:
        net: a network of convolutions, dense layers, batch normalization, and layers without
            weights. What flattens feature maps in TensorFlow must be a Flatten layer in front of
            the dense ones.
        path: the safetensors file; one that is there is replaced.

    Raises:
        WeightsError: a layer's weights have no names there or no values yet, or the file cannot be
            written.
    """
    found, layout = entries(net), layout_of(net)
    layout.check_values(found)
    save(path, found, layout.read)


def load_weights(net: Any, path: str | os.PathLike) -> None:
    """Load weights and running statistics that any framework's `save_weights` wrote.

    They go to the device where the network is. Its modes and gradients stay as they are, and so
    does what is frozen. Parameters of MXNet that waited for the first batch to find out their
    shapes have them from the file, and a network that is not initialized is, on the device of
    MXNet's current context.

    Args:
        net: the same network as the one that was saved; in TensorFlow a built one: called on a
            batch, or given an Input.
        path: the file.

    Raises:
        WeightsError: the network is not built yet, or the file cannot be used or does not fit; the
            network is as it was.
    """
    found, arrays, layout = entries(net), read(path), layout_of(net)
    check(path, found, {name: array.shape for name, array in arrays.items()})
    for entry in found:
        layout.write(entry.parameter, entry.from_neutral(arrays[entry.name]))


def entries(net: Any) -> list["Entry"]:
    """Return what a network's file holds, with the parameters that it belongs to."""
    layout = layout_of(net)
    return number(layout.layers(), layout)


class Layer(NamedTuple):
    """One layer of a network, without the layers inside it."""

    where: str  # what to call it in a message
    kind: str | None  # None if it is of no known one
    own: Mapping[str, Any]  # its parameters and running statistics, by the framework's names
    order: np.ndarray | None = None  # of its inputs in the file, where that is another one
    problem: str = ""  # why its weights cannot be named, a predicate


class Entry(NamedTuple):
    """One tensor of a file and the parameter, or running statistic, that it belongs to."""

    name: str
    parameter: Any
    shape: tuple[int | None, ...]  # in the file; None where the network does not know it yet
    axes: tuple[int, ...]  # the parameter's in the order of the file
    order: np.ndarray | None = None  # what is in the last of them, in the order of the file

    def to_neutral(self, array: np.ndarray) -> np.ndarray:
        """Turn an array with the parameter's axes, its gradient say, as it is in the file."""
        turned = array.transpose(self.axes)
        return turned if self.order is None else turned[..., self.order]

    def from_neutral(self, array: np.ndarray) -> np.ndarray:
        """Turn an array of the file as the parameter has it."""
        turned = array if self.order is None else array[..., np.argsort(self.order)]
        return np.ascontiguousarray(turned.transpose(np.argsort(self.axes)))


def number(layers: Iterable[Layer], layout: Layout) -> list[Entry]:
    """Return the entries of a network's file, its layers counted by kind.

    Raises:
        WeightsError: a layer has weights that have no names here.
    """
    counts, entries = Counter(), []
    for layer in layers:
        if layer.kind or layer.own or layer.problem:
            _check_layer(layer, layout)
            counts[layer.kind] += 1
            for name, part in layout.parts(layer.kind).items():
                if name in layer.own:
                    of = f"{layer.kind}{counts[layer.kind]}.{part}"
                    entries.append(_entry(of, layer, layer.own[name], layout))
    if not entries:
        raise WeightsError(f"the network has no layer with weights: none of {_known(layout)}")
    return entries


def save(
    path: str | os.PathLike, entries: Sequence[Entry], read: Callable[[Any], np.ndarray]
) -> None:
    """Write entries, whose numbers `read` gives, beside an old file and then put it in its place.

    Raises:
        WeightsError: the disk is full or the folder cannot be written; the old file is as it was.
    """
    path = Path(path)
    found = {entry.name: entry.to_neutral(read(entry.parameter)) for entry in entries}
    arrays = {name: np.ascontiguousarray(found[name], np.float32) for name in found}
    packed = safetensors_numpy.save(arrays, ABOUT)
    if not path.parent.is_dir():
        raise WeightsError(
            f"{path} cannot be written: there is no folder {path.parent}; make it, or correct "
            "the path"
        )
    try:
        download.write_whole("weights", path, packed, "name a file in a folder")
    except sources.DataError as problem:
        raise WeightsError(str(problem)) from None


def read(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """Return the arrays of a file, by name.

    Raises:
        WeightsError: there is no such file, it is damaged, or not one of these.
    """
    if not os.path.isfile(path):
        raise WeightsError(f"there is no file {path}; save_weights writes one")
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            _check_about(path, file.metadata() or {})
            names = list(file.keys())
            types = {name: file.get_slice(name).get_dtype() for name in names}
            if other := [f"{name} {type}" for name, type in types.items() if type != "F32"]:
                raise WeightsError(
                    f"{path} must hold numbers of type F32 (float32), not {', '.join(other)}; "
                    "save it again with save_weights"
                )
            return {name: file.get_tensor(name) for name in names}
    except (OSError, safetensors.SafetensorError) as error:
        raise WeightsError(
            f"{path} is no readable safetensors file ({error}); save it again with save_weights, "
            "or fetch it again from where it came"
        ) from None


def check(
    path: str | os.PathLike, entries: Iterable[Entry], found: Mapping[str, tuple[int, ...]]
) -> None:
    """Compare the shapes that a network expects with those found in a file, by name.

    Raises:
        WeightsError: a shape is wrong, a name is missing or too many; the message lists them all.
    """
    expected = {entry.name: entry.shape for entry in entries}
    lines = [
        f"  {name}: expected {_text(expected.get(name))}, found {_text(found.get(name))}"
        for name in expected | found
        if not _fits(expected.get(name), found.get(name))
    ]
    if lines:
        raise WeightsError(
            f"{path} does not fit this network:\n" + "\n".join(lines) + "\n"
            "build the network whose weights were saved, or name another file"
        )


def _entry(name: str, layer: Layer, parameter: Any, layout: Layout) -> Entry:
    shape = tuple(int(n) if n is not None and n > 0 else None for n in parameter.shape)
    axes = tuple(range(len(shape)))
    if name.endswith(".weight"):
        axes = layout.conv_axes if layer.kind == "conv" else layout.dense_axes
    # a bias belongs to the outputs
    order = None if name.endswith(".bias") else layer.order
    return Entry(name, parameter, tuple(shape[axis] for axis in axes), axes, order)


def _check_layer(layer: Layer, layout: Layout) -> None:
    if layer.problem:
        raise WeightsError(f"layer {layer.where} {layer.problem}")
    if layer.kind is None:
        raise WeightsError(
            f"layer {layer.where} holds {', '.join(layer.own)} and is of no kind that has names "
            f"in a file of weights: {_known(layout)}; use the framework's own format for this "
            "network"
        )
    parts = layout.parts(layer.kind)
    if more := [name for name in layer.own if name not in parts]:
        raise WeightsError(
            f"layer {layer.where} holds {', '.join(more)} besides what a file of weights has for "
            f"a layer of kind {layer.kind}: {', '.join(parts.values())}; use the framework's "
            "own format for this network"
        )
    missing = [part for name, part in parts.items() if name not in layer.own and part != "bias"]
    if missing:
        raise WeightsError(
            f"layer {layer.where} has no {' and no '.join(missing)}, which a file of weights has "
            f"for each layer of kind {layer.kind}; build it with them"
        )


def _known(layout: Layout) -> str:
    classes = {kind: (of.__name__ for of in getattr(layout, kind)) for kind in PARTS}
    return ", ".join(f"{kind} ({' or '.join(names)})" for kind, names in classes.items())


def _check_about(path: str | os.PathLike, about: Mapping[str, str]) -> None:
    if about.get("format") != ABOUT["format"]:
        raise WeightsError(
            f"{path} does not say that it holds {ABOUT['format']}, so its names may mean anything; "
            "name a file that save_weights wrote"
        )
    if about.get("version") != ABOUT["version"]:
        raise WeightsError(
            f"{path} has version {about.get('version')} of the format, and this program reads "
            f"version {ABOUT['version']}; use the d2l_shim that wrote it, or save it again"
        )


def _fits(expected: tuple[int | None, ...] | None, found: tuple[int, ...] | None) -> bool:
    if expected is None or found is None or len(expected) != len(found):
        return False
    return all(n in (None, m) for n, m in zip(expected, found, strict=True))


def _text(shape: tuple[int | None, ...] | None) -> str:
    return "none" if shape is None else str(shape).replace("None", "?")
