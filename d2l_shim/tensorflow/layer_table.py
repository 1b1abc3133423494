"""The table of the layers of a network, for TensorFlow."""

from collections.abc import Iterator

from d2l_shim import layer_table
from d2l_shim.tensorflow.native import layers, tf


def summary(net: tf.keras.Model, shape: tuple[int, ...]) -> None:
    """Print a table of a network's layers: name, shape of the output, trainable parameters.

    Weights and running statistics stay as they are. Padding layers get no row of their own: they
    belong to the layer that follows.

    Args:
        net: the network; what is in a Sequential gets a row each, anything else is one row.
        shape: shape of the input, (b, height, width, channels).

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_shape(shape, "NHWC")
    X = tf.zeros(shape)
    rows = layer_table.run_layers(_layers(net), X, "NHWC", _num_parameters, _layer_name)
    layer_table.print_table(rows)


def _layers(net: layers.Layer) -> Iterator[layers.Layer]:
    if isinstance(net, tf.keras.Sequential):
        for layer in net.layers:
            yield from _layers(layer)
    else:
        yield net


def _layer_name(layer: layers.Layer) -> str:
    if isinstance(layer, layers.ZeroPadding2D):
        return ""
    is_activation = isinstance(layer, layers.Activation)
    return layer_table.layer_name(layer, layer.activation.__name__ if is_activation else None)


def _num_parameters(layer: layers.Layer) -> int:
    return layer_table.count(v.shape for v in layer.trainable_weights)
