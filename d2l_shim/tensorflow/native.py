"""TensorFlow itself, loaded here once for all modules of this package."""

import os

from d2l_shim.loading import needs

# otherwise each end of a dataset is reported on the reader's screen
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with needs("tensorflow"):
    import tensorflow as tf
    from tensorflow.keras import layers

__all__ = ["layers", "tf"]
