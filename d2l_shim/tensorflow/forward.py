"""How a network computes when it trains: precision, operations; no training loop lives here."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager

from d2l_shim.processor import multiplies_bfloat16, wants_bfloat16
from d2l_shim.tensorflow.native import calling, layers, tf

_KERAS_CALL = layers.BatchNormalization.call


def may_round(device: str) -> bool:
    """Return whether products may be in bfloat16; TensorFlow rounds by itself on a CPU alone."""
    return "GPU" not in device.upper() and wants_bfloat16(multiplies_bfloat16())


def fused_norms(net: tf.keras.Model) -> AbstractContextManager:
    """Let batch normalization be one operation in graphs made inside; that of Keras is several."""
    usual = filter(_is_usual, net._flatten_layers())
    return calling({one: functools.partial(_fused_norm, one, one.call) for one in usual})


def _is_usual(layer: layers.Layer) -> bool:
    """Return whether a layer is Keras' own, with a scale and a shift, in float32."""
    return (
        type(layer) is layers.BatchNormalization
        and getattr(layer.call, "__func__", None) is _KERAS_CALL
        and layer.scale
        and layer.center
        and layer.axis in (-1, 3)
        and layer.compute_dtype == layer.variable_dtype == "float32"
        and not any(getattr(layer, name, False) for name in ("synchronized", "renorm"))
    )


def _fused_norm(
    layer: layers.BatchNormalization,
    usual: Callable[..., tf.Tensor],
    inputs: tf.Tensor,
    training: bool | None = None,
    mask: tf.Tensor | None = None,
) -> tf.Tensor:
    """Compute what a batch normalization computes, maps with their channels last in one go."""
    if len(inputs.shape) != 4 or mask is not None or not isinstance(training, bool | None):
        return usual(inputs, training=training, mask=mask)
    mean, variance = layer.moving_mean, layer.moving_variance
    normalize = functools.partial(
        tf.raw_ops.FusedBatchNormV3,
        x=inputs,
        scale=tf.convert_to_tensor(layer.gamma),
        offset=tf.convert_to_tensor(layer.beta),
        epsilon=layer.epsilon,
    )
    # a frozen layer uses its running statistics
    if not (training and layer.trainable):
        running = {"mean": mean, "variance": variance}
        running = {name: tf.convert_to_tensor(value) for name, value in running.items()}
        return normalize(**running, is_training=False)[0]
    Y, batch_mean, batch_variance, *_ = normalize(mean=[], variance=[], is_training=True)
    # it gives the unbiased variance, and Keras keeps the biased one
    n = tf.cast(tf.size(inputs) / tf.shape(inputs)[-1], tf.float32)
    old = layer.momentum
    mean.assign(old * mean + (1 - old) * batch_mean)
    variance.assign(old * variance + (1 - old) * batch_variance * (n - 1) / n)
    return Y
