"""Paddle itself, loaded here once for all modules of this package."""

import os
import warnings

from d2l_shim.loading import needs, use_all_cores

# otherwise each graph that runs for the first time is reported on the reader's screen
os.environ.setdefault("GLOG_minloglevel", "2")
use_all_cores("paddle")
with needs("paddle"):
    import paddle
    from paddle import nn
    from paddle.nn import functional as F  # noqa: N812 (the field's name for it)

# otherwise each batch normalization says at each step that it does what is expected of it
warnings.filterwarnings("ignore", message="When training, we now always track")

__all__ = ["F", "nn", "paddle"]
