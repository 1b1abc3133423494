"""Stands in for the package d2l: `from d2l import torch as d2l`, or mxnet, tensorflow, paddle."""

from typing import Any

from d2l_shim import __version__

__all__ = ["__version__"]


def __getattr__(name: str) -> Any:
    what = "no helpers for JAX" if name == "jax" else f"no {name}"
    raise AttributeError(
        f"d2l has {what}; say `from d2l import torch as d2l`, or mxnet, tensorflow or paddle, and "
        "use the names of that module"
    )
