"""The training of an experiment: augmented images, a progress bar, scalars; no framework."""

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from d2l_shim import training
from d2l_shim.experiments import augmentation
from d2l_shim.experiments.image_folder import ImageFolder
from d2l_shim.experiments.recipe import ExperimentError, Recipe
from d2l_shim.learner import BaseLearner
from d2l_shim.state import interruptible
from d2l_shim.timing import Timer

LOG_EVERY = 20  # steps
TEST_BATCH = 256

Log = Callable[[str, float, int], None]


@dataclass
class Progress(training.Progress):
    """How far a training has come; `recent` are the losses since the last of `train_loss`."""

    recent: list[float] = field(default_factory=list)
    train_loss: list[list[float]] = field(default_factory=list)

    def saved(self) -> dict[str, Any]:
        """Return what a training needs to go on from here, in numbers that JSON can hold."""
        return {name: value for name, value in asdict(self).items() if name != "timed"}


class _Anew(NamedTuple):
    """Batches that a function yields anew each time that they are asked for."""

    batches: Callable[[], Iterator]

    def __iter__(self) -> Iterator:
        return self.batches()


def fit(
    learner: BaseLearner,
    batch: Callable[[np.ndarray, np.ndarray], tuple[Any, Any]],
    train: ImageFolder,
    test: ImageFolder,
    recipe: Recipe,
    progress: Progress,
    log: Log,
    save: Callable[[], None],
) -> None:
    """Train from where `progress` is to the end, and print a line an epoch.

    `batch` makes tensors of normalized images (b, height, width, channels) and labels; `log` takes
    a tag, its value and the step. `save` is called after each epoch, and after the step in which
    Ctrl-C came; a second one ends the step at once.
    """
    num_batches = -(-len(train) // recipe.batch_size)
    one_cycle = recipe.schedule == "one-cycle"
    lr = training.one_cycle(recipe.lr, recipe.epochs * num_batches) if one_cycle else recipe.lr
    mean, std = augmentation.channel_statistics(train.images)

    def training_batches() -> Iterator:
        first = progress.step - progress.epoch * num_batches
        for images, y in augmentation.training_batches(
            train.images, train.labels, recipe.batch_size, recipe.seed, progress.epoch, first
        ):
            yield batch(augmentation.normalize(images, mean, std), y)

    def test_batches() -> Iterator:
        for start in range(0, len(test), TEST_BATCH):
            now = slice(start, start + TEST_BATCH)
            yield batch(augmentation.normalize(test.images[now], mean, std), test.labels[now])
            stop_if_asked()

    step, evaluate = learner.train_step, learner.accuracy
    data = _Anew(training_batches), _Anew(test_batches)
    steps = training.fit(step, evaluate, *data, recipe.epochs, lr, progress)
    done = progress.step // num_batches * len(train)
    done += progress.step % num_batches * recipe.batch_size
    bar = tqdm(total=recipe.epochs * len(train), initial=done, unit="img", disable=None)
    watch = Timer()
    with bar, learner.at_work(), interruptible(save) as stop_if_asked:
        for loss, test_acc in steps:
            if test_acc is None:
                _log_loss(progress, loss, log)
                bar.set_description(f"epoch {progress.epoch + 1}/{recipe.epochs}", refresh=False)
                shown = f"loss {progress.loss:.3f}, acc {progress.train_acc:.3f}"
                bar.set_postfix_str(shown, refresh=False)
                bar.update(progress.epoch * len(train) + int(progress.sums[2]) - bar.n)
                stop_if_asked()
            else:
                log("test_accuracy", test_acc, progress.step)
                save()
                bar.write(training.epoch_line(progress, watch.stop()))
                sys.stdout.flush()
                watch.start()


def _log_loss(progress: Progress, loss: float, log: Log) -> None:
    if not math.isfinite(loss):
        raise ExperimentError(
            f"the loss must be a finite number and is {loss} at step {progress.step}; "
            "choose a lower learning rate"
        )
    progress.recent.append(loss)
    if progress.step % LOG_EVERY == 0:
        value = sum(progress.recent) / len(progress.recent)
        progress.recent = []
        progress.train_loss.append([progress.step, value])
        log("train_loss", value, progress.step)
