"""TensorFlow itself, loaded here once for all modules of this package, and what is set in it."""

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
