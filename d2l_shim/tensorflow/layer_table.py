"""How TensorFlow's networks are looked at, for the table of their layers."""

from collections.abc import Iterable
from contextlib import nullcontext

from d2l_shim import layer_table
from d2l_shim.tensorflow.native import layers, tf


class Inspector(layer_table.Inspector):
    axes = "NHWC"
    sequential = tf.keras.Sequential

    def looking(self, shape: tuple[int, ...]) -> nullcontext[tuple]:
        return nullcontext((self.net, tf.zeros(shape)))

    def children(self, block: tf.keras.Sequential) -> list[layers.Layer]:
        return block.layers

    def run(self, layer: layers.Layer, X: tf.Tensor) -> tuple[tf.Tensor, int]:
        Y = layer(X)
        # Keras has no hooks: the operations of its graph tell
        graph = tf.function(layer).get_concrete_function(tf.TensorSpec(X.shape, X.dtype)).graph
        counted = [op for op in graph.get_operations() if op.type in ("Conv2D", "MatMul")]
        shapes = [(op.inputs[1].shape, op.outputs[0].shape) for op in counted]
        return Y, sum(layer_table.multiply_adds(*pair, self.axes) for pair in shapes)

    def trainable(self, layer: layers.Layer) -> Iterable[tf.TensorShape]:
        return [v.shape for v in layer.trainable_weights]

    def name(self, layer: layers.Layer) -> str:
        # padding belongs to the layer that follows
        if isinstance(layer, layers.ZeroPadding2D):
            return ""
        is_activation = isinstance(layer, layers.Activation)
        return layer_table.layer_name(layer, layer.activation.__name__ if is_activation else None)


layer_table.inspector.register(layers.Layer, Inspector)
