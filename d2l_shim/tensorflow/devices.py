"""Devices: the GPUs that TensorFlow sees, or the CPU."""

from typing import Any

from d2l_shim.tensorflow.native import tf

# what `tf.device` gives, or a name: `/GPU:0`
Device = Any


def num_gpus() -> int:
    """Return how many GPUs TensorFlow sees; Apple's is one with its plug-in installed."""
    return len(tf.config.list_physical_devices("GPU"))


def try_gpu(i: int = 0) -> Device:
    """Return GPU number i where there is one, else the CPU, as `tf.device` does."""
    return tf.device(f"/GPU:{i}" if num_gpus() > i else "/CPU:0")


def try_all_gpus() -> list[Device]:
    """Return all GPUs, or the CPU alone where there is none."""
    return [try_gpu(i) for i in range(max(1, num_gpus()))]


def device_string(device: Device) -> str | None:
    """Return a device as a name that `tf.device` takes any number of times."""
    return getattr(device, "_device_name", device)
