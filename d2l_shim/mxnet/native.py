"""MXNet itself, loaded here once for all modules of this package."""

from d2l_shim.loading import needs, use_all_cores
from d2l_shim.numpy_names import dropped_names_for

use_all_cores("mxnet")
with needs("mxnet"), dropped_names_for("mxnet"):
    import mxnet as mx
    from mxnet import autograd, gluon, initializer, np, npx
    from mxnet.gluon import nn

# arrays and layers with NumPy's interface, the only one the book uses
npx.set_np()

__all__ = ["autograd", "gluon", "initializer", "mx", "nn", "np", "npx"]
