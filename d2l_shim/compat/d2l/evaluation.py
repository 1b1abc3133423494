"""What d2l meant otherwise, for all frameworks: evaluation, the mode of a network, precision."""

import functools
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.metrics import share_correct


def old_evaluation(
    evaluate: Callable[..., float],
    accuracy: Callable[[Any, Any], float],
    network: type | tuple[type, ...],
    no_grad: Callable[[], AbstractContextManager] = nullcontext,
) -> Callable[..., float]:
    """Return a function that evaluates networks and plain functions.

    Args:
        evaluate: evaluates a network, as `evaluate_accuracy` of the framework's module does.
        accuracy: counts correct predictions.
        network: what a network is an instance of; anything else is called as a function.
        no_grad: context in which a plain function is called.
    """

    @functools.wraps(evaluate)
    def evaluate_accuracy(net: Any, data_iter: Iterable, device: Any = None) -> float:
        if isinstance(net, network):
            return leaving_eval_mode(evaluate)(net, data_iter, device)
        with no_grad():
            return share_correct(data_iter, lambda X, y: accuracy(net(X), y))

    return evaluate_accuracy


def keeping(train: Callable[..., Any], **given: Any) -> Callable[..., Any]:
    """Return a `train_ch6` that computes in float32 and keeps weights, as that of d2l did.

    Args:
        train: `train_ch6` of a framework's module.
        given: further arguments that are bound.
    """
    module = train.__module__.split(".")[1]
    means = next(each.means for each in FRAMEWORKS if each.module == module)
    bound = {"init": None, "fast": [name for name in means if name != "bfloat16"]} | given

    @functools.wraps(train)
    def call(*args: Any, **kwargs: Any) -> Any:
        return train(*args, **bound | kwargs)

    return call


def leaving_eval_mode(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of a network that leaves it in inference mode, as programs of d2l expect.

    They predict after `train_ch6` without another word.
    """

    @functools.wraps(function)
    def call(net: Any, *args: Any, **kwargs: Any) -> Any:
        result = function(net, *args, **kwargs)
        if hasattr(net, "eval"):
            net.eval()
        return result

    return call
