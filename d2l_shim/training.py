"""The training loops, and what they are told: learning rate, device. No framework is imported."""

import math
import re
from collections.abc import Callable, Collection, Iterable
from numbers import Real
from typing import Any

from tqdm import tqdm

from d2l_shim.data import quick
from d2l_shim.metrics import Accumulator
from d2l_shim.plotting import Animator, in_notebook
from d2l_shim.timing import Timer

LearningRate = float | Callable[[int], float]
Fast = bool | Collection[str]
INITS = ("xavier", "he")
_NO_BATCH = "train_iter must hold at least one batch and is empty; check how it was made"


def one_cycle(max_lr: float, num_steps: int) -> Callable[[int], float]:
    """Return a learning rate that rises and falls once while a network trains.

    Over the first 30 % of the steps it rises from max_lr / 25 to max_lr, then it falls to
    max_lr / 25 / 10,000, both along half a cosine.

    Source: L. N. Smith and N. Topin, Super-Convergence: Very Fast Training of Neural Networks
    Using Large Learning Rates, 2019.

    Args:
        max_lr: the highest learning rate.
        num_steps: batches in all epochs together.

    Returns:
        A function from the step, 0 to num_steps - 1, to its learning rate.

    Raises:
        ValueError: max_lr is not positive, num_steps is not a whole number of at least 1, or the
            function is asked for a step outside its range.

    Examples:
        >>> lr = one_cycle(0.05, num_steps=100)
        >>> [round(lr(step), 4) for step in (0, 29, 99)]
        [0.002, 0.05, 0.0]
    """
    _check_number("one_cycle: max_lr", max_lr)
    if not isinstance(num_steps, int) or num_steps < 1:
        raise ValueError(
            f"one_cycle: num_steps must be a whole number of at least 1, not {num_steps!r}; "
            "pass num_epochs * len(train_iter)"
        )
    start, end = max_lr / 25, max_lr / 25 / 1e4
    peak, last = 0.3 * num_steps - 1, num_steps - 1

    def lr(step: int) -> float:
        if not 0 <= step <= last:
            raise ValueError(
                f"one_cycle was made for {num_steps} steps and is asked for step {step}, counted "
                "from 0; make it with num_steps = num_epochs * len(train_iter)"
            )
        if step <= peak:
            return _cosine(start, max_lr, step / peak)
        return _cosine(max_lr, end, (step - peak) / (last - peak))

    return lr


def _cosine(start: float, end: float, way: float) -> float:
    return end + (start - end) / 2 * (1 + math.cos(math.pi * way))


def device_name(device: Any) -> str:
    """Return how the book writes a device: cpu, cuda:0, gpu:0, mps.

    Args:
        device: what some framework calls a device; its text is read.

    Examples:
        >>> device_name("Place(gpu:0)"), device_name("/CPU:0")
        ('gpu:0', 'cpu')
    """
    text = str(device)
    found = re.search(r"(cuda|gpu|mps|cpu)\D*(\d*)", text.lower())
    if not found:
        return text
    kind, number = found.groups()
    return kind if kind in ("cpu", "mps") else f"{kind}:{number or 0}"


def check_device(device: Any, num_gpus: int, framework: str) -> None:
    """Refuse a GPU that is not there; a framework's own error for that comes from deep inside it.

    Args:
        device: what some framework calls a device.
        num_gpus: how many GPUs the framework sees.
        framework: its name for the reader.

    Raises:
        ValueError: the device is a GPU with a number that there is not.

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


def check_training(
    train_iter: Iterable, num_epochs: int, lr: LearningRate, init: str | None
) -> None:
    """Refuse to start a training that cannot go anywhere, before anything is changed.

    Raises:
        ValueError: num_epochs is under 1, lr is neither positive nor a function, there is no
            batch, or init is no rule.

    Examples:
        >>> check_training([0], num_epochs=0, lr=0.1, init='he')
        Traceback (most recent call last):
        ValueError: num_epochs must be a whole number of at least 1, not 0; 10 is usual
    """
    _check_num_epochs(num_epochs)
    if not callable(lr):
        _check_number("lr", lr)
    if init not in (*INITS, None):
        raise ValueError(
            f"init must be 'xavier', 'he' or None, not {init!r}; 'he' suits a ReLU network, None "
            "keeps the weights"
        )
    if len(train_iter) == 0:
        raise ValueError(_NO_BATCH)


def means(fast: Fast, known: Collection[str]) -> tuple[str, ...]:
    """Return which means of a faster training are asked for.

    Args:
        fast: all (True), none (False), or their names.
        known: the names of those that a framework has.

    Raises:
        ValueError: a name is not known.

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


def _check_num_epochs(num_epochs: Any) -> None:
    if not isinstance(num_epochs, int) or num_epochs < 1:
        raise ValueError(
            f"num_epochs must be a whole number of at least 1, not {num_epochs!r}; 10 is usual"
        )


def _check_number(name: str, value: Any) -> None:
    # also false for nan
    if not (isinstance(value, Real) and 0 < value < math.inf):
        raise ValueError(f"{name} must be a positive number, not {value!r}; 0.05 is a good start")


def train(
    step: Callable[[Any, Any, float], tuple[Any, Any]],
    evaluate: Callable[[Iterable], float],
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: LearningRate,
    device: Any,
) -> None:
    """Train for some epochs, draw the curves, print the result.

    In quick mode it is one epoch. Only the training steps are timed, neither data nor evaluation.

    Args:
        step: takes a batch X, y and a learning rate, updates the network, and returns the mean
            loss of the batch and how many of its examples the network classified correctly.
        evaluate: gives the accuracy on a dataset.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        num_epochs: number of epochs.
        lr: learning rate, or a function from the step to it; steps count from 0 over all epochs.
        device: what to name in the result.
    """
    num_epochs = 1 if quick() else num_epochs
    num_batches = len(train_iter)
    animator = new_animator(num_epochs)
    timer, num_trained, num_steps = Timer(), 0, 0
    with tqdm(total=num_epochs * num_batches, unit="batch", disable=in_notebook()) as bar:
        for epoch in range(num_epochs):
            sums = Accumulator(3)  # loss, correct, examples
            for i, (X, y) in enumerate(train_iter):
                rate = lr(num_steps) if callable(lr) else lr
                timer.start()
                loss, correct = step(X, y, rate)
                loss, correct = float(loss), float(correct)  # waits for the device
                timer.stop()
                sums.add(loss * len(y), correct, len(y))
                num_steps += 1
                num_trained += len(y)
                train_loss, train_acc = sums[0] / sums[2], sums[1] / sums[2]
                # ten times an epoch
                if (i + 1) * 10 // num_batches > i * 10 // num_batches:
                    animator.add(epoch + (i + 1) / num_batches, (train_loss, train_acc, None))
                bar.set_postfix_str(f"loss {train_loss:.3f}", refresh=False)
                bar.update()
            test_acc = evaluate(test_iter)
            animator.add(epoch + 1, (None, None, test_acc))
    print_result(train_loss, train_acc, test_acc, num_trained / timer.sum(), device)


def new_animator(num_epochs: int) -> Animator:
    """Return a figure for training loss, training accuracy and test accuracy over the epochs."""
    return Animator(
        xlabel="epoch",
        xlim=(0, num_epochs),
        legend=("train loss", "train acc", "test acc"),
    )


def print_result(loss: float, train_acc: float, test_acc: float, speed: float, device: Any) -> None:
    """Print the two lines at the end of a training; speed is in examples a second.

    Examples:
        >>> print_result(0.412, 0.853, 0.881, 1234.5, "cpu")
        loss 0.412, train acc 0.853, test acc 0.881
        1234.5 examples/sec on cpu
    """
    print(f"loss {loss:.3f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}")
    print(f"{speed:.1f} examples/sec on {device_name(device)}")


def train_epochs(
    update: Callable[[Any, Any], tuple[Any, Any]],
    evaluate: Callable[[Iterable], float],
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
) -> None:
    """Train for some epochs with the optimizer that the caller has, and print one line an epoch.

    In quick mode it is one epoch. The time of an epoch is that of its training and its evaluation.

    Args:
        update: takes a batch X, y, updates the network, and returns the mean loss of the batch and
            how many of its examples the network classified correctly.
        evaluate: gives the accuracy on a dataset.
        train_iter: batches (X, y); each iteration is one epoch.
        test_iter: batches (X, y).
        num_epochs: number of epochs.

    Raises:
        ValueError: num_epochs is under 1, or there is no batch.
    """
    _check_num_epochs(num_epochs)
    for epoch in range(1 if quick() else num_epochs):
        timer, sums = Timer(), Accumulator(3)  # loss, correct, examples
        for X, y in train_iter:
            loss, correct = update(X, y)
            sums.add(float(loss) * len(y), correct, len(y))
        if sums[2] == 0:
            raise ValueError(_NO_BATCH)
        test_acc = evaluate(test_iter)
        print(
            f"epoch {epoch + 1}, loss {sums[0] / sums[2]:.4f}, "
            f"train acc {sums[1] / sums[2]:.3f}, test acc {test_acc:.3f}, "
            f"time {timer.stop():.1f} sec"
        )
