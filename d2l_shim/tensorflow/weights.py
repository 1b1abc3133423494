"""How TensorFlow holds the weights of a network; `d2l_shim.weights` has the rest."""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from d2l_shim import weights
from d2l_shim.tensorflow.native import layers, tf

_POOLED = (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)


class Layout(weights.Layout):
    conv = (layers.Conv2D,)
    norm = (layers.BatchNormalization,)
    dense = (layers.Dense,)
    weight_names = ("kernel", "bias")
    norm_names = ("gamma", "beta", "moving_mean", "moving_variance")
    conv_axes = (3, 2, 0, 1)
    dense_axes = (1, 0)

    def layers(self) -> Iterator[weights.Layer]:
        if not self.net.built:
            raise weights.WeightsError(
                f"the network {self.net.name} is not built, so it has no weights yet; call it on a "
                "batch first"
            )
        flattened = _Flattened()
        for layer in _walk(self.net, set()):
            kind, order, problem = self.kind(layer), None, ""
            if isinstance(layer, layers.Conv2DTranspose):
                kind = None  # Keras 2 derives it from a convolution
            if getattr(layer, "data_format", None) == "channels_first":
                problem = "has its channels first; build it with data_format='channels_last'"
            elif kind and not layer.built:
                problem = "has no weights yet; call the network on a batch first, and build no "
                problem += "layer that it does not use"
            else:
                order, problem = flattened.order(layer, kind)
            where = f"{layer.name} ({type(layer).__name__})"
            own = _own(layer, self.parts(kind) if kind else ())
            yield weights.Layer(where, kind, own, order, problem)

    def read(self, variable: tf.Variable) -> np.ndarray:
        return variable.numpy().astype(np.float32)

    def write(self, variable: tf.Variable, array: np.ndarray) -> None:
        variable.assign(array)


def _walk(layer: layers.Layer, seen: set[int]) -> Iterator[layers.Layer]:
    """Yield a layer and those inside it, each once, in the order in which they are registered."""
    if id(layer) not in seen:
        seen.add(id(layer))
        yield layer
        for part in _parts(layer):
            yield from _walk(part, seen)


def _parts(layer: layers.Layer) -> list[layers.Layer]:
    if isinstance(layer, tf.keras.Model):
        return layer.layers
    # Keras tells the layers of a block in no other way
    return list(layer._flatten_layers(include_self=False, recursive=False))


def _own(layer: layers.Layer, names: Iterable[str]) -> dict[str, tf.Variable]:
    if not layer.built:
        return {}
    own = {name: getattr(layer, name, None) for name in names}
    own = {name: value for name, value in own.items() if value is not None}
    others = [weight for part in _parts(layer) if part.built for weight in part.weights]
    known = {id(value) for value in [*own.values(), *others]}
    return own | {value.name: value for value in layer.weights if id(value) not in known}


class _Flattened:
    """How the inputs of a dense layer are arranged, told from the layers registered before it."""

    def __init__(self) -> None:
        self._maps = None  # (height, width, channels); () where nothing tells it; None for no maps
        self._width = None  # channels or features that the last layer gave

    def order(self, layer: layers.Layer, kind: str | None) -> tuple[np.ndarray | None, str]:
        """Take in the next layer; return the order of its inputs, and what is wrong with it."""
        if kind == "conv":
            self._maps, self._width = (), int(layer.kernel.shape[-1])
        elif kind == "dense":
            num_inputs, num_outputs = map(int, layer.kernel.shape)
            order, known = self._of(num_inputs)
            self._width = num_outputs
            if not known:
                return None, (
                    f"has {num_inputs} inputs, and no Flatten layer registered before it tells "
                    "from what feature maps they come; put a Flatten or a global pooling layer "
                    "there"
                )
            return order, ""
        elif isinstance(layer, _POOLED):
            self._maps = self._width = None
        elif isinstance(layer, layers.Flatten):
            self._maps, self._width = _maps(layer), None
        elif kind == "norm" and len(_input_shape(layer) or ()) == 2:
            return self._of(int(layer.moving_mean.shape[0]))[0], ""
        return None, ""

    def _of(self, num_inputs: int) -> tuple[np.ndarray | None, bool]:
        if self._maps is None or num_inputs == self._width:
            return None, True
        if self._maps and num_inputs == math.prod(self._maps):
            own = np.arange(num_inputs).reshape(self._maps)
            return np.moveaxis(own, -1, 0).ravel(), True
        return None, False


def _maps(flatten: layers.Flatten) -> tuple[int, ...] | None:
    """Return the shape of what a Flatten layer is given, None where its order is any other's."""
    shape = _input_shape(flatten)
    if shape is None or None in shape[1:]:
        return ()
    is_vector = math.prod(shape[1:-1]) == 1 or shape[-1] == 1
    return None if is_vector else tuple(map(int, shape[1:]))


def _input_shape(layer: layers.Layer) -> tuple[int | None, ...] | None:
    shape = (layer.get_build_config() or {}).get("input_shape")
    return None if shape is None else tuple(shape)


weights.layout_of.register(layers.Layer, Layout)
