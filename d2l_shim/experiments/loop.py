"""The training loop of an experiment: epochs, progress, scalars; no framework is imported."""

import math
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from tqdm import tqdm

from d2l_shim.experiments import augmentation
from d2l_shim.experiments.image_folder import ImageFolder
from d2l_shim.experiments.recipe import ExperimentError, Recipe
from d2l_shim.memory import kept_memory
from d2l_shim.timing import Timer
from d2l_shim.training import one_cycle

LOG_EVERY = 20  # steps
TEST_BATCH = 256


class Learner(Protocol):
    """A network and its optimizer, in some framework.

    Attributes:
        device: where it computes, to be named in the result.
    """

    device: object

    def train_step(self, X: np.ndarray, y: np.ndarray, lr: float) -> tuple[float, float]:
        """Update the network.

        Args:
            X: images, float32, shape (b, height, width, channels).
            y: labels, int64, shape (b,).
            lr: learning rate.

        Returns:
            The mean loss of the batch, and how many of its images were classified correctly.
        """

    def evaluate(self, X: np.ndarray, y: np.ndarray) -> float:
        """Return how many images of a batch are classified correctly, in inference mode."""

    def state(self) -> dict[str, np.ndarray]:
        """Return all that training changes: weights, running statistics, velocities."""

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Take over what `state` returned."""


@dataclass
class Progress:
    """How far a training has come, in numbers that JSON can hold.

    Attributes:
        step: batches trained so far.
        sums: loss, correct predictions and images of the running epoch, or the last.
        recent: losses of the steps since the last `train_loss`.
        train_loss: pairs of a step and the mean loss of the 20 steps that end with it.
        test_accuracy: pairs of a step and the accuracy on the test images, one an epoch.
    """

    step: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    recent: list[float] = field(default_factory=list)
    train_loss: list[list[float]] = field(default_factory=list)
    test_accuracy: list[list[float]] = field(default_factory=list)

    @property
    def loss(self) -> float:
        """Mean loss of the epoch."""
        return self.sums[0] / max(1, self.sums[2])

    @property
    def train_acc(self) -> float:
        """Share of the epoch's images that were classified correctly while training."""
        return self.sums[1] / max(1, self.sums[2])


def schedule(recipe: Recipe, num_steps: int) -> Callable[[int], float]:
    """Return the function from the step, counted from 0, to the learning rate."""
    if recipe.schedule == "constant":
        return lambda step: recipe.lr
    return one_cycle(recipe.lr, num_steps)


def fit(
    learner: Learner,
    train: ImageFolder,
    test: ImageFolder,
    recipe: Recipe,
    progress: Progress,
    log: Callable[[str, float, int], None],
    save: Callable[[], None],
) -> float | None:
    """Train from where `progress` is to the end, and print a line an epoch.

    Ctrl-C lets the step end and saves; a second one ends it at once.

    Args:
        learner: what is trained.
        train: images for training.
        test: images for testing.
        recipe: how.
        progress: how far the training has come; it is brought up to date.
        log: takes the tag of a scalar, its value and the step.
        save: called after each epoch, and after the step in which Ctrl-C came.

    Returns:
        Images trained in a second, neither data nor evaluation counted; None where nothing was
        left to do.

    Raises:
        ExperimentError: the loss is no finite number any more.
        KeyboardInterrupt: Ctrl-C came.
    """
    num_batches = -(-len(train) // recipe.batch_size)
    lr = schedule(recipe, recipe.epochs * num_batches)
    mean, std = augmentation.channel_statistics(train.images)
    timer, num_trained = Timer(), 0
    done = progress.step // num_batches * len(train)
    done += progress.step % num_batches * recipe.batch_size
    bar = tqdm(total=recipe.epochs * len(train), initial=done, unit="img", disable=None)
    with bar, kept_memory(), _interruptible(save) as stop_if_asked:
        while (epoch := len(progress.test_accuracy)) < recipe.epochs:
            bar.set_description(f"epoch {epoch + 1}/{recipe.epochs}")
            watch, first = Timer(), progress.step - epoch * num_batches
            if first == 0:
                progress.sums = [0.0, 0.0, 0.0]
            for images, y in augmentation.training_batches(
                train.images, train.labels, recipe.batch_size, recipe.seed, epoch, first
            ):
                X = augmentation.normalize(images, mean, std)
                timer.start()
                loss, correct = learner.train_step(X, y, lr(progress.step))
                timer.stop()
                num_trained += len(y)
                _add(progress, loss, correct, len(y), log)
                shown = f"loss {progress.loss:.3f}, acc {progress.train_acc:.3f}"
                bar.set_postfix_str(shown, refresh=False)
                bar.update(len(y))
                stop_if_asked()
            correct = 0.0
            for images, y in augmentation.evaluation_batches(test.images, test.labels, TEST_BATCH):
                correct += learner.evaluate(augmentation.normalize(images, mean, std), y)
                stop_if_asked()
            progress.test_accuracy.append([progress.step, correct / len(test)])
            log("test_accuracy", correct / len(test), progress.step)
            save()
            line = f"epoch {epoch + 1}, loss {progress.loss:.4f}, "
            line += f"train acc {progress.train_acc:.3f}, test acc {correct / len(test):.3f}, "
            bar.write(line + f"time {watch.stop():.1f} sec")
            sys.stdout.flush()
    return num_trained / timer.sum() if num_trained else None


def _add(
    progress: Progress,
    loss: float,
    correct: float,
    num_images: int,
    log: Callable[[str, float, int], None],
) -> None:
    """Count one step."""
    progress.step += 1
    if not math.isfinite(loss):
        raise ExperimentError(
            f"the loss must be a finite number and is {loss} at step {progress.step}; "
            "choose a lower learning rate"
        )
    progress.sums = [
        total + new
        for total, new in zip(progress.sums, (loss * num_images, correct, num_images), strict=True)
    ]
    progress.recent.append(loss)
    if progress.step % LOG_EVERY == 0:
        value = sum(progress.recent) / len(progress.recent)
        progress.recent = []
        progress.train_loss.append([progress.step, value])
        log("train_loss", value, progress.step)


@contextmanager
def _interruptible(save: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Give a function that saves and raises KeyboardInterrupt if Ctrl-C came before its call.

    So Ctrl-C never stops a step or a file in the middle; a second one does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # only the main thread is told of signals
        return
    asked = False
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        # what was there before may be to ignore it: so shells start jobs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def stop_if_asked() -> None:
        if asked:
            save()
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield stop_if_asked
    finally:
        signal.signal(signal.SIGINT, before)
