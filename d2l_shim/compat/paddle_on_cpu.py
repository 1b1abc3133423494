"""What lets old Paddle programs, which name a GPU and start loader workers, run on a CPU."""

import functools
import inspect
import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

_GPU = re.compile(r"(gpu|cuda)(:.*)?")


def work_on_cpu(paddle: ModuleType) -> None:
    """Let a missing GPU's name mean the CPU, and `DataLoader` do without workers, which crash."""
    if paddle.device.cuda.device_count() == 0:
        for owner, name in (
            (paddle, "set_device"),
            (paddle.device, "set_device"),
            (paddle, "to_tensor"),
            (paddle.nn.Layer, "to"),
            (paddle.Tensor, "to"),
        ):
            setattr(owner, name, _without_gpu(getattr(owner, name)))
    paddle.io.DataLoader.__init__ = _without_workers(paddle.io.DataLoader.__init__)


def _without_gpu(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(_usable, args), **{key: _usable(kwargs[key]) for key in kwargs})

    return call


def _usable(argument: Any) -> Any:
    if isinstance(argument, str) and _GPU.fullmatch(argument):
        _say()
        return "cpu"
    return argument


@functools.cache
def _say() -> None:
    print("d2l_shim: Paddle sees no GPU here, so the program runs on the CPU", file=sys.stderr)


def _without_workers(function: Callable[..., None]) -> Callable[..., None]:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.arguments["num_workers"] = 0
        function(*bound.args, **bound.kwargs)

    return call
