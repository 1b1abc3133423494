"""The training loop, and what it is told: learning rate, device. No framework is imported."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from tqdm import tqdm

from d2l_shim.data import quick
from d2l_shim.plotting import Animator, in_notebook
from d2l_shim.timing import Timer

LearningRate = float | Callable[[int], float]
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


def _check_num_epochs(num_epochs: Any) -> None:
    if not isinstance(num_epochs, int) or num_epochs < 1:
        raise ValueError(
            f"num_epochs must be a whole number of at least 1, not {num_epochs!r}; 10 is usual"
        )


def _check_number(name: str, value: Any) -> None:
    # also false for nan
    if not (isinstance(value, Real) and 0 < value < math.inf):
        raise ValueError(f"{name} must be a positive number, not {value!r}; 0.05 is a good start")


@dataclass
class Progress:
    """How far a training has come."""

    step: int = 0  # batches trained so far, over all epochs
    # loss, correct predictions and examples of the running epoch, or of the last
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    # pairs of a step and the accuracy on the test data, one an epoch
    test_accuracy: list[list[float]] = field(default_factory=list)
    # examples that were trained since the program was started, and seconds of that
    timed: list[float] = field(default_factory=lambda: [0, 0.0])

    @property
    def epoch(self) -> int:
        """Epochs that have ended."""
        return len(self.test_accuracy)

    @property
    def loss(self) -> float:
        """Mean loss of the epoch."""
        return self.sums[0] / max(1, self.sums[2])

    @property
    def train_acc(self) -> float:
        """Share of the epoch's examples that were predicted correctly while training."""
        return self.sums[1] / max(1, self.sums[2])

    @property
    def speed(self) -> float | None:
        """Examples trained in a second, neither data nor evaluation counted; None before any."""
        return self.timed[0] / self.timed[1] if self.timed[0] else None


def fit(
    step: Callable[[Any, Any, float | None], tuple[Any, Any]],
    evaluate: Callable[[Iterable], float],
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: LearningRate | None,
    progress: Progress,
) -> Iterator[tuple[float | None, float | None]]:
    """Train from where `progress` is to the end, and tell after each step and each epoch.

    Args:
        step: takes a batch X, y and a learning rate, updates the network, and returns the mean
            loss of the batch and how many of its examples the network classified correctly.
        evaluate: gives the accuracy on a dataset.
        train_iter: batches (X, y); each iteration is one epoch, the first the rest of the one that
            `progress` is in.
        test_iter: batches (X, y).
        num_epochs: number of epochs.
        lr: learning rate, or a function from the step to it; steps count from 0 over all epochs.
        progress: how far the training has come; it is brought up to date.

    Yields:
        After a step the loss of its batch and None, after an epoch None and the test accuracy.

    Raises:
        ValueError: there is no batch.
    """
    timer = Timer()
    while progress.epoch < num_epochs:
        began = progress.test_accuracy[-1][0] if progress.test_accuracy else 0
        if progress.step == began:
            progress.sums = [0.0, 0.0, 0.0]
        for X, y in train_iter:
            rate = lr(progress.step) if callable(lr) else lr
            timer.start()
            loss, correct = step(X, y, rate)
            loss, correct = float(loss), float(correct)  # waits for the device
            seconds = timer.stop()
            new = (loss * len(y), correct, len(y))
            progress.sums = [a + b for a, b in zip(progress.sums, new, strict=True)]
            progress.timed = [progress.timed[0] + len(y), progress.timed[1] + seconds]
            progress.step += 1
            yield loss, None
        if not progress.sums[2]:
            raise ValueError(_NO_BATCH)
        test_acc = evaluate(test_iter)
        progress.test_accuracy.append([progress.step, test_acc])
        yield None, test_acc


def train(
    step: Callable[[Any, Any, float], tuple[Any, Any]],
    evaluate: Callable[[Iterable], float],
    train_iter: Iterable,
    test_iter: Iterable,
    num_epochs: int,
    lr: LearningRate,
    device: Any,
) -> None:
    """Train for some epochs, draw the curves, print the result; the arguments are those of `fit`.

    In quick mode it is one epoch.

    Args:
        device: what to name in the result.
    """
    num_epochs = 1 if quick() else num_epochs
    num_batches = len(train_iter)
    animator, progress = new_animator(num_epochs), Progress()
    events = fit(step, evaluate, train_iter, test_iter, num_epochs, lr, progress)
    with tqdm(total=num_epochs * num_batches, unit="batch", disable=in_notebook()) as bar:
        for _, test_acc in events:
            if test_acc is not None:
                animator.add(progress.epoch, (None, None, test_acc))
                continue
            now = progress.step - progress.epoch * num_batches
            # ten times an epoch
            if now * 10 // num_batches > (now - 1) * 10 // num_batches:
                curves = (progress.loss, progress.train_acc, None)
                animator.add(progress.epoch + now / num_batches, curves)
            bar.set_postfix_str(f"loss {progress.loss:.3f}", refresh=False)
            bar.update()
    print_result(progress.loss, progress.train_acc, test_acc, progress.speed, device)


def new_animator(num_epochs: int) -> Animator:
    """Return a figure for training loss, training accuracy and test accuracy over the epochs."""
    curves = "train loss", "train acc", "test acc"
    return Animator(xlabel="epoch", xlim=(0, num_epochs), legend=curves)


def print_result(loss: float, train_acc: float, test_acc: float, speed: float, device: Any) -> None:
    """Print the two lines at the end of a training; speed is in examples a second."""
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
        update: takes a batch X, y, and does what the `step` of `fit` does.

    Raises:
        ValueError: num_epochs is under 1, or there is no batch.
    """
    _check_num_epochs(num_epochs)
    num_epochs = 1 if quick() else num_epochs
    progress, timer = Progress(), Timer()
    events = fit(
        lambda X, y, lr: update(X, y), evaluate, train_iter, test_iter, num_epochs, None, progress
    )
    for _, test_acc in events:
        if test_acc is not None:
            print(epoch_line(progress, timer.stop()))
            timer.start()


def epoch_line(progress: Progress, seconds: float) -> str:
    """Return the line about an epoch that has just ended."""
    return (
        f"epoch {progress.epoch}, loss {progress.loss:.4f}, train acc {progress.train_acc:.3f}, "
        f"test acc {progress.test_accuracy[-1][1]:.3f}, time {seconds:.1f} sec"
    )
