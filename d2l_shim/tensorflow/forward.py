"""How a network computes when it trains: precision, operations; no training loop lives here."""

import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any

from d2l_shim.processor import multiplies_bfloat16
from d2l_shim.tensorflow.native import layers, tf

MEANS = ("bfloat16", "fused-norm")


def bfloat16_is_fast(device: str) -> bool:
    """Return whether a device multiplies bfloat16 numbers itself, faster than float32."""
    if "GPU" not in device.upper():
        return multiplies_bfloat16()
    found = tf.config.list_physical_devices("GPU")
    capability = tf.config.experimental.get_device_details(found[0]).get("compute_capability")
    return capability is not None and capability >= (8, 0)


def twin(
    net: tf.keras.Model,
    net_fn: Callable[[], tf.keras.Model],
    X: tf.Tensor,
    means: Collection[str],
) -> tf.keras.Model:
    """Return a network with the same weights that computes faster.

    With `bfloat16` its products are of numbers that have the range of float32 and eight bits of
    precision. The weights themselves stay float32, so what a step changes is not rounded away.
    With `fused-norm` batch normalization behind convolutions is one operation of TensorFlow; that
    of Keras is several.

    Args:
        net: the network, built.
        net_fn: makes another one.
        X: a batch of images.
        means: some of `MEANS`.

    Raises:
        ValueError: the network cannot compute so.
    """
    mixed = tf.keras.mixed_precision
    usual = mixed.global_policy() if hasattr(mixed, "global_policy") else mixed.dtype_policy()
    mixed.set_global_policy("mixed_bfloat16" if "bfloat16" in means else usual)
    try:
        made = net_fn()
        if made is net:
            raise ValueError("there is only one of it")
        if "fused-norm" in means:
            made(X, training=False)
            for layer in _norms(made, set()):
                layer.call = functools.partial(_fused_norm, layer, layer.call)
        made(X, training=True)
        made.set_weights(net.get_weights())
    except (TypeError, ValueError, tf.errors.OpError) as error:
        raise ValueError(f"this network cannot compute in another way: {error}") from error
    finally:
        mixed.set_global_policy(usual)
    return made


def _norms(layer: layers.Layer, seen: set[int]) -> Iterator[layers.BatchNormalization]:
    """Yield Keras' own batch normalizations in a layer that have a scale and a shift."""
    if id(layer) in seen:
        return
    seen.add(id(layer))
    if type(layer) is layers.BatchNormalization and layer.scale and layer.center:
        yield layer
    for part in layer._flatten_layers(include_self=False, recursive=False):
        yield from _norms(part, seen)


def _fused_norm(
    layer: layers.BatchNormalization,
    usual: Callable[..., tf.Tensor],
    inputs: tf.Tensor,
    training: bool | None = None,
    **kwargs: Any,
) -> tf.Tensor:
    """Compute what a batch normalization computes, maps with their channels last in one go."""
    if len(inputs.shape) != 4 or layer.axis not in (-1, 3):
        return usual(inputs, training=training, **kwargs)
    scale, shift, mean, variance = (
        tf.cast(value, tf.float32)
        for value in (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance)
    )
    normalize = functools.partial(
        tf.raw_ops.FusedBatchNormV3, x=inputs, scale=scale, offset=shift, epsilon=layer.epsilon
    )
    if not training:
        return normalize(mean=mean, variance=variance, is_training=False)[0]
    Y, batch_mean, batch_variance, *_ = normalize(mean=[], variance=[], is_training=True)
    # it gives the unbiased variance, and Keras keeps the biased one
    n = tf.cast(tf.size(inputs) / tf.shape(inputs)[-1], tf.float32)
    old = layer.momentum
    layer.moving_mean.assign(old * mean + (1 - old) * batch_mean)
    layer.moving_variance.assign(old * variance + (1 - old) * batch_variance * (n - 1) / n)
    return Y
