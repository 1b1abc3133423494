"""The table of the layers of a network, for TensorFlow."""

from d2l_shim import layer_table
from d2l_shim.tensorflow.native import layers, tf


def summary(net: tf.keras.Model, shape: tuple[int, ...], depth: int | None = None) -> None:
    """Print a table of a network's layers and what they cost.

    The columns are its name, the shape of its output, the number of its trainable parameters, and
    the multiply-adds of its convolutions and dense layers for this input.

    Weights and running statistics stay as they are. Padding layers get no row of their own: they
    belong to the layer that follows.

    Args:
        net: the network; anything but a Sequential is one row.
        shape: shape of the input, (b, height, width, channels).
        depth: how far Sequentials are opened; 0 gives the whole network one row, 1 a row to each of
            its own layers and blocks, None, the default, opens them all.

    Raises:
        ValueError: no such input can pass through the network.
    """
    layer_table.print_table(rows(net, shape, depth))


def cost(net: tf.keras.Model, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return a network's trainable parameters, and its multiply-adds for an input of this shape.

    Only convolutions and dense layers are counted as multiply-adds, and no biases. Weights,
    running statistics and modes stay as they are.

    Args:
        net: the network.
        shape: shape of the input, (b, height, width, channels).

    Raises:
        ValueError: no such input can pass through the network.
    """
    network = rows(net, shape, depth=0)[-1]
    return network.parameters, network.multiply_adds


def rows(net: tf.keras.Model, shape: tuple[int, ...], depth: int | None) -> list[layer_table.Row]:
    """Return the rows of the table that `summary` prints, the input's first.

    Args:
        net: the network.
        shape: shape of the input, (b, height, width, channels).
        depth: how far Sequentials are opened, see `summary`.

    Raises:
        ValueError: no such input can pass through the network.
    """
    shape = layer_table.check_arguments(shape, "NHWC", depth)
    X = tf.zeros(shape)
    return layer_table.run_layers(
        layer_table.flatten(net, _children, depth),
        X,
        "NHWC",
        _num_parameters,
        _run,
        layer_table.names_at(depth, _layer_name),
    )


def _children(net: layers.Layer) -> list[layers.Layer] | None:
    return net.layers if isinstance(net, tf.keras.Sequential) else None


def _run(layer: layers.Layer, X: tf.Tensor) -> tuple[tf.Tensor, int]:
    Y = layer(X)
    # Keras has no hooks: the operations of its graph tell
    graph = tf.function(layer).get_concrete_function(tf.TensorSpec(X.shape, X.dtype)).graph
    costs = [
        layer_table.multiply_adds(op.inputs[1].shape, op.outputs[0].shape, op.inputs[1].shape[-1])
        for op in graph.get_operations()
        if op.type in ("Conv2D", "MatMul")
    ]
    return Y, sum(costs)


def _layer_name(layer: layers.Layer) -> str:
    if isinstance(layer, layers.ZeroPadding2D):
        return ""
    is_activation = isinstance(layer, layers.Activation)
    return layer_table.layer_name(layer, layer.activation.__name__ if is_activation else None)


def _num_parameters(layer: layers.Layer) -> int:
    return layer_table.count(v.shape for v in layer.trainable_weights)
