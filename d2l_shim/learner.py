"""What learns: a network on a device, and how it is made faster. No framework is imported."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, ClassVar

import numpy as np

from d2l_shim.data import Batches
from d2l_shim.frameworks import Framework
from d2l_shim.metrics import share_correct
from d2l_shim.state import kept_memory
from d2l_shim.training import device_name


def check_device(device: Any, num_gpus: int, framework: str) -> None:
    """Refuse a GPU that is not there; a framework's own error for that comes from deep inside it.

    Examples:
        >>> check_device("cuda:0", num_gpus=1, framework="PyTorch")
        >>> check_device("cpu", num_gpus=0, framework="PyTorch")
    """
    kind, _, number = device_name(device).partition(":")
    if kind in ("cuda", "gpu") and int(number) >= num_gpus:
        seen = f"only {num_gpus}" if num_gpus else "no GPU"
        raise ValueError(
            f"{device_name(device)} is not there, {framework} sees {seen}; pass d2l.try_gpu(), "
            "which takes the CPU where there is no GPU"
        )


def means(fast: bool | Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Return which of a framework's techniques for speed `train_ch6` is asked for.

    Examples:
        >>> means(True, ("graph", "bfloat16")), means(False, ("graph",))
        (('graph', 'bfloat16'), ())
        >>> means(["magic"], ("graph",))
        Traceback (most recent call last):
        ValueError: fast must be True, False or some of graph, not ['magic']
    """
    if isinstance(fast, bool):
        return tuple(known) if fast else ()
    if isinstance(fast, str) or set(fast) - set(known):
        raise ValueError(f"fast must be True, False or some of {', '.join(known)}, not {fast!r}")
    return tuple(fast)


class BaseLearner:
    """A network that learns from batches, on one device; each framework has a Learner made of it.

    A step with learning rate lr turns parameters w with velocities v and gradients g into
    w - lr * v, where v becomes momentum * v + g + weight_decay * w. `smoothing` is the share of a
    label that all classes divide among themselves, `means` what is done to be faster.

    A framework's class adds `_place`, which checks a device; `_moved`, which moves inputs or
    labels to it; `_find_shapes`, where layers need a batch for that; `_start`, which draws the
    weights, moves the network and makes the optimizer; and `_step`, a step with what was moved.

    - `descend(params, rate)`: takes a step of gradient descent.
    - `evaluate(X, y)`: how many labels of a batch are predicted so in inference mode.
    - `state()`: copies of all that training changes, as arrays by name: weights, running
      statistics, velocities; `load_state(state)` takes them over.
    """

    framework: ClassVar[Framework]
    # makes tensors of a batch, where batches are not packed in another way
    tensors: ClassVar[Callable[[np.ndarray, np.ndarray], Any] | None] = None
    cast = "astype"  # the method that gives a tensor another type
    net: Any
    device: Any

    @staticmethod
    def packed(batches: Batches) -> Any:
        """Return batches as programs of the framework have them."""
        return batches

    @classmethod
    def num_correct(cls, y_hat: Any, y: Any) -> Any:
        """Return how many labels y are what the scores y_hat, or classes, predict."""
        if y_hat.ndim > 1 and y_hat.shape[1] > 1:
            y_hat = y_hat.argmax(axis=1)
        return (getattr(y_hat, cls.cast)(y.dtype) == y.reshape(y_hat.shape)).sum()

    def __init__(
        self,
        net: Any,
        device: Any = None,
        *,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        smoothing: float = 0.0,
        means: Collection[str] = (),
    ) -> None:
        self.net = net
        self.device = self._place(device)
        self._momentum, self._weight_decay, self._smoothing = momentum, weight_decay, smoothing
        self._means = means
        self._started = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Give the context in which to train and to evaluate."""
        with kept_memory("kept-memory" in self._means), self._on_device():
            yield

    def begin(
        self,
        optimizer: Any = None,
        init: str | None = None,
        prepare: Callable[[Any], None] | None = None,
        batch_size: int | None = None,
    ) -> None:
        """Get ready for the first step; what needs a batch is done with that of the first step.

        SGD is used unless a program has an optimizer of its own; `init` and `prepare` are those of
        `train_ch6`. MXNet divides the sum of gradients by `batch_size`, the batch's unless given.
        """
        self._optimizer, self._batch_size = optimizer, batch_size
        self._init, self._prepare = init, prepare or (lambda net: None)
        self._started = self._is_complete()
        if self._started:
            self._start()

    def train_step(self, X: Any, y: Any, lr: float | None = None) -> tuple[Any, Any]:
        """Update with a batch; return its mean loss and how many of its labels were right."""
        X, y = self._moved(X), self._moved(y)
        if not self._started:
            self._find_shapes(X)
            self._start()
            self._started = True
        return self._step(X, y, lr)

    def accuracy(self, data_iter: Iterable) -> float:
        """Return the share of a dataset that is classified correctly, in inference mode."""
        return share_correct(data_iter, self.evaluate)

    def _on_device(self) -> AbstractContextManager:
        return nullcontext()

    def _is_complete(self) -> bool:
        """Make the network ready as far as goes without a batch; say if it has all parameters."""
        return True
