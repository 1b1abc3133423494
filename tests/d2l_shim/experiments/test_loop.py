"""The loop, with a learner that is a few lines of NumPy."""

import contextlib
import math
import signal
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from d2l_shim.experiments import loop
from d2l_shim.experiments.recipe import ExperimentError, Recipe
from d2l_shim.metrics import share_correct

RECIPE = Recipe(epochs=3, batch_size=4, lr=0.1)


class Dataset(SimpleNamespace):
    def __len__(self):
        return len(self.images)


def dataset(n):
    random = np.random.RandomState(n)
    images = random.randint(0, 256, (n, 4, 4, 3)).astype(np.uint8)
    return Dataset(images=images, labels=np.arange(n, dtype=np.int64) % 3)


def pair(X, y):
    return X, y


TRAIN, TEST = dataset(58), dataset(300)  # 15 steps an epoch, 2 batches for testing


class Learner:
    """Remembers what it was given; its weight depends on all of it in turn."""

    at_work = staticmethod(contextlib.nullcontext)

    def __init__(self):
        self.w, self.rates, self.before_step = 1.0, [], lambda step: None
        self.before_test = lambda: None

    def train_step(self, X, y, lr):
        self.before_step(len(self.rates))
        self.rates.append(lr)
        assert X.dtype == np.float32 and X.shape[1:] == (4, 4, 3) and y.dtype == np.int64
        self.w = 0.9 * self.w + lr * float((X.mean((1, 2, 3)) * y).mean())
        return abs(self.w), float(y.sum() % len(y))

    def evaluate(self, X, y):
        self.before_test()
        return float(len(y) // 2)

    def accuracy(self, data_iter):
        return share_correct(data_iter, self.evaluate)


class Run:
    """A training, its scalars, and its last checkpoint."""

    def __init__(self, progress=None, w=1.0):
        self.learner, self.progress = Learner(), progress or loop.Progress()
        self.learner.w = w
        self.scalars, self.saved = [], []

    def fit(self, recipe=RECIPE):
        def save():
            self.saved.append((self.progress.saved(), self.learner.w))

        def log(tag, value, step):
            self.scalars.append((tag, step, value))

        loop.fit(self.learner, pair, TRAIN, TEST, recipe, self.progress, log, save)

    def resumed(self):
        numbers, w = self.saved[-1]
        return Run(loop.Progress(**numbers), w)


def interrupt(*args):
    signal.raise_signal(signal.SIGINT)


@pytest.fixture(scope="module")
def whole():
    run = Run()
    run.fit()
    assert run.progress.speed > 0
    return run


def test_scalars(whole, capsys):
    tags = [(tag, step) for tag, step, _ in whole.scalars]
    assert tags == [
        ("test_accuracy", 15),
        ("train_loss", 20),
        ("test_accuracy", 30),
        ("train_loss", 40),
        ("test_accuracy", 45),
    ]
    assert whole.progress.test_accuracy == [[15, 0.5], [30, 0.5], [45, 0.5]]
    losses = []
    run = Run()
    step = run.learner.train_step
    run.learner.train_step = lambda *args: losses.append(step(*args)) or losses[-1]
    run.fit()
    values = [value for tag, _, value in run.scalars if tag == "train_loss"]
    means = [np.mean([loss for loss, _ in losses[start : start + 20]]) for start in (0, 20)]
    assert np.allclose(values, means)
    assert math.isclose(
        run.progress.loss,
        np.average([loss for loss, _ in losses[30:]], weights=[4] * 14 + [2]),
    )
    assert run.progress.train_acc == sum(correct for _, correct in losses[30:]) / 58
    assert len(run.saved) == 3
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch 1", "epoch 2", "epoch 3"]
    assert "test acc 0.500, time " in lines[0]


def test_schedules(whole):
    rates = whole.learner.rates
    assert len(rates) == 45 and max(rates) > 0.0999 and rates[-1] < 1e-5
    assert rates.index(max(rates)) in (12, 13)
    run = Run()
    run.fit(Recipe(epochs=1, batch_size=4, lr=0.1, schedule="constant"))
    assert run.learner.rates == [0.1] * 15


def same(run, whole):
    assert run.learner.w == whole.learner.w
    assert run.progress.saved() == whole.progress.saved()


@pytest.mark.parametrize("when", [0, 14, 15, 19, 44, "test"])
def test_ctrl_c_lets_the_step_end_and_saves_it(whole, when):
    run = Run()
    run.learner.before_step = lambda now: interrupt() if now == when else None
    if when == "test":
        run.learner.before_test = interrupt
    with pytest.raises(KeyboardInterrupt):
        run.fit()
    last = 14 if when == "test" else when
    assert run.saved[-1][0]["step"] == run.progress.step == last + 1
    later = run.resumed()
    later.fit()
    same(later, whole)
    assert run.scalars + later.scalars == whole.scalars


def own_handler(number, frame):
    raise AssertionError("while training, the signal is the training's")


# a shell without job control, as that of make, starts what runs in the background with SIG_IGN
@pytest.mark.parametrize("before", [signal.default_int_handler, signal.SIG_IGN, own_handler])
def test_a_second_ctrl_c_ends_the_step_at_once(before):
    run = Run()

    def twice(step):
        if step == 17:
            first = signal.getsignal(signal.SIGINT)
            interrupt()
            while signal.getsignal(signal.SIGINT) is first:
                pass  # the first has not been noticed yet
            interrupt()

    run.learner.before_step = twice
    outside = signal.signal(signal.SIGINT, before)
    try:
        with pytest.raises(KeyboardInterrupt):
            run.fit()
        assert signal.getsignal(signal.SIGINT) is before
    finally:
        signal.signal(signal.SIGINT, outside)
    assert [numbers["step"] for numbers, _ in run.saved] == [15]


def test_in_another_thread_there_are_no_signals(whole):
    run = Run()
    thread = threading.Thread(target=run.fit)
    thread.start()
    thread.join()
    same(run, whole)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_the_training(value):
    run = Run()
    run.learner.train_step = lambda X, y, lr: (value, 0.0)
    with pytest.raises(ExperimentError, match="at step 1; choose a lower learning rate"):
        run.fit()
    assert run.saved == []
