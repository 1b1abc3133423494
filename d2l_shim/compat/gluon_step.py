"""MXNet as old programs need it, and a step of training; NumPy's semantics are not switched on."""

from collections.abc import Callable, Sequence
from typing import Any

from d2l_shim.numpy_names import dropped_names_for
from d2l_shim.state import needs, use_all_cores

use_all_cores("mxnet")
with needs("mxnet"), dropped_names_for("mxnet"):
    import mxnet as mx
    from mxnet import autograd, gluon, nd
    from mxnet.gluon import loss as gloss
    from mxnet.gluon import nn
    from mxnet.gluon import utils as gutils

__all__ = ["autograd", "gloss", "gluon", "gutils", "mx", "nd", "nn"]


def step(
    net: Callable, Xs: Sequence, ys: Sequence, loss: Callable, update: Callable[[int], None]
) -> tuple[list[Any], list[Any]]:
    """Update with a batch in parts, by `update(examples)`; return their losses and predictions."""
    with autograd.record():
        predicted = [net(X) for X in Xs]
        losses = [loss(y_hat, y) for y_hat, y in zip(predicted, ys, strict=True)]
    autograd.backward(losses)
    update(sum(len(X) for X in Xs))
    return losses, predicted
