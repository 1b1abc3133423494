"""TensorFlow itself, loaded here once for all modules, its devices, and what is set in it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from d2l_shim.state import needs, swapped

# otherwise each end of a dataset is reported on the reader's screen
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with needs("tensorflow"):
    import tensorflow as tf
    from tensorflow.keras import activations, layers

# what `tf.device` gives, or a name: `/GPU:0`
Device = Any

__all__ = ["activations", "layers", "tf"]

_ROUND = "auto_mixed_precision_onednn_bfloat16"


@contextmanager
def rounded_products() -> Iterator[None]:
    """Let graphs that run inside this context multiply numbers of eight bits of precision.

    TensorFlow puts the conversions into its own copy of a graph. What a network's code sees, its
    weights and the results of a graph stay float32.
    """
    options = tf.config.optimizer
    before = options.get_experimental_options().get(_ROUND, False)
    options.set_experimental_options({_ROUND: True})
    try:
        yield
    finally:
        options.set_experimental_options({_ROUND: before})


def calling(calls: Mapping[layers.Layer, Callable[..., Any]]) -> AbstractContextManager:
    """Let layers compute by other functions; what Keras itself does around them stays."""
    return swapped(*((vars(layer), "call", call) for layer, call in calls.items()))


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
