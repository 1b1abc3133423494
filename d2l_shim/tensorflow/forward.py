"""In which precision a network computes when it trains; no training loop lives here."""

from collections.abc import Callable

from d2l_shim.processor import multiplies_bfloat16
from d2l_shim.tensorflow.native import tf

MEANS = ("bfloat16",)


def bfloat16_is_fast(device: str) -> bool:
    """Return whether a device multiplies bfloat16 numbers itself, faster than float32."""
    if "GPU" not in device.upper():
        return multiplies_bfloat16()
    found = tf.config.list_physical_devices("GPU")
    capability = tf.config.experimental.get_device_details(found[0]).get("compute_capability")
    return capability is not None and capability >= (8, 0)


def twin_in_bfloat16(
    net: tf.keras.Model, net_fn: Callable[[], tf.keras.Model], X: tf.Tensor
) -> tf.keras.Model:
    """Return a network with the same weights that computes in bfloat16.

    Such numbers have the range of float32 and eight bits of precision. The weights themselves stay
    float32, so what a step changes is not rounded away.

    Args:
        net: the network, built.
        net_fn: makes another one.
        X: a batch of images.

    Raises:
        ValueError: the network cannot compute in bfloat16.
    """
    mixed = tf.keras.mixed_precision
    usual = mixed.global_policy() if hasattr(mixed, "global_policy") else mixed.dtype_policy()
    mixed.set_global_policy("mixed_bfloat16")
    try:
        twin = net_fn()
        twin(X, training=True)
        twin.set_weights(net.get_weights())
    except (TypeError, ValueError, tf.errors.OpError) as error:
        raise ValueError(f"this network cannot compute in bfloat16: {error}") from error
    finally:
        mixed.set_global_policy(usual)
    return twin
