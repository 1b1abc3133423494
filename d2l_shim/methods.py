"""Functions that only call a method of their argument, for the names of tensors; no framework."""

from collections.abc import Callable
from typing import Any


def method(name: str) -> Callable[..., Any]:
    """Return a function that calls a method of its first argument with the others.

    Args:
        name: the method, `sum` for `x.sum(...)`.

    Examples:
        >>> upper = method("upper")
        >>> upper("x")
        'X'
    """

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(x, name)(*args, **kwargs)

    call.__doc__ = f"Return `x.{name}(...)`."
    return call
