"""The names that every framework's module has: which they are, and what only calls a method."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

_TENSORS = """
    abs arange argmax astype concat cos eye float32 int32 log matmul normal numpy ones ones_like
    rand reduce_mean reduce_sum reshape sin size stack tanh tensor transpose zeros zeros_like
"""
tensor_names = _TENSORS.split()  # what `d2l_shim.<module>.tensors` defines, for each framework


def public(names: Mapping[str, Any]) -> list[str]:
    """Return the `__all__` of a module, of its `globals()`: all that it imports but modules."""
    offered = (name for name, value in names.items() if not isinstance(value, ModuleType))
    return sorted(name for name in offered if not name.startswith("_"))


def method(name: str) -> Callable[..., Any]:
    """Return a function that calls this method of its first argument with the others.

    Examples:
        >>> upper = method("upper")
        >>> upper("x")
        'X'
    """

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(x, name)(*args, **kwargs)

    call.__doc__ = f"Return `x.{name}(...)`."
    return call
