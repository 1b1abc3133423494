"""Each framework's learner trains as it should, and what was stopped goes on as if it had not."""

import importlib
import itertools
import signal

import numpy as np
import pytest
from backend import RESULT

from d2l_shim.experiments import ExperimentError, Recipe, checkpoint, run

RECIPE = Recipe(epochs=2, batch_size=4, lr=0.02)  # 12 steps an epoch
STOP = 14  # the step in which Ctrl-C comes, counted from 0
OPTIONS = {"momentum": 0.9, "weight_decay": 0.01, "smoothing": 0.2}


@pytest.fixture(scope="module")
def native(backend):
    return importlib.import_module(f"d2l_shim.{backend.framework.module}.experiment")


@pytest.fixture
def learner(native):
    """Give a function that makes a learner with 7 classes and images of 8x8."""

    def make(seed=0, **changed):
        device = native.device("cpu")
        net = native.network(7, 18, (8, 8), seed, device)
        made = native.Learner(net, device, **OPTIONS | changed)
        made.begin()
        return made

    return make


@pytest.fixture
def batch(native):
    """Give a function that draws a batch, and its labels once more."""
    random = np.random.RandomState(0)

    def draw():
        X = random.normal(size=(6, 8, 8, 3)).astype(np.float32)
        y = random.randint(0, 7, 6)
        return *native.batch(X, y.astype(np.int64)), y

    return draw


def test_a_resumed_run_has_the_same_curve(backend, native, data, tmp_path, monkeypatch, capsys):
    def experiment(folder, **how):
        how |= {"device": "cpu", "log_dir": tmp_path / folder}
        return run(backend.name, data, RECIPE, **how), capsys.readouterr().out

    whole, out = experiment("whole")
    assert RESULT.search(out)
    assert "48 images for training and 12 for testing, of 3 classes" in out
    assert [step for step, _ in whole.train_loss] == [20]
    assert [step for step, _ in whole.test_accuracy] == [12, 24]

    train_step, steps = native.Learner.train_step, itertools.count()

    def stopped(*args):
        if next(steps) == STOP:
            signal.raise_signal(signal.SIGINT)
        return train_step(*args)

    with monkeypatch.context() as patch:
        patch.setattr(native.Learner, "train_step", stopped)
        with pytest.raises(KeyboardInterrupt, match=r"^stopped after step 15; .* --resume goes on"):
            experiment("parts")
    parts, _ = experiment("parts", resume=True)
    tolerance = 0 if backend.name == "pytorch" else 1e-3
    for ours, theirs in zip(curve(parts), curve(whole), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)
    weights, _ = checkpoint.read(tmp_path / "whole" / checkpoint.NAME)
    resumed, _ = checkpoint.read(tmp_path / "parts" / checkpoint.NAME)
    assert resumed.keys() == weights.keys()
    assert sum(key.startswith("velocity.") for key in weights) == 62
    assert max(np.abs(resumed[key] - weights[key]).max() for key in weights) <= tolerance
    if backend.name == "pytorch":  # which is the quickest; the others say the same
        again, out = experiment("parts", resume=True)
        assert f"nothing is left to train: loss {again.loss:.3f}, train acc" in out


@pytest.mark.frameworks("pytorch")
def test_without_a_folder_nothing_is_kept(backend, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("pytorch", data, Recipe(epochs=1, batch_size=48), device="cpu")
    assert len(result.test_accuracy) == 1 and list(tmp_path.iterdir()) == []
    with pytest.raises(ExperimentError, match="resume needs the log_dir"):
        run("pytorch", data, resume=True)


def curve(result):
    return (result.loss, result.train_acc), result.train_loss, result.test_accuracy


def test_momentum_and_weight_decay_are_the_same(learner, batch):
    ours, plain = learner(), learner(seed=1, momentum=0.0, weight_decay=0.0)
    nets = [key for key in ours.state() if key.startswith("net.")]
    velocity, expected = dict.fromkeys(nets, 0.0), {}
    for lr in (0.0, 0.1, 0.02, 0.05):
        (X, y, _), before = batch(), ours.state()
        ours.train_step(X, y, lr)
        # without momentum and decay, a step with learning rate 1 takes off the gradient
        plain.load_state({**plain.state(), **{key: before[key] for key in nets}})
        plain.train_step(X, y, 1.0)
        after = plain.state()
        for key in nets:
            gradient = before[key] - after[key] + OPTIONS["weight_decay"] * before[key]
            velocity[key] = OPTIONS["momentum"] * velocity[key] + gradient
            expected[key] = before[key] - lr * velocity[key]
    found = ours.state()
    # what is counted while training is no parameter: it is the same without an optimizer
    learned = [key for key in nets if not np.array_equal(found[key], after[key])]
    assert len(learned) == 62
    error = max(np.abs(found[key] - expected[key]).max() for key in learned)
    moved = min(np.abs(found[key] - before[key]).max() for key in learned)
    assert error < 1e-5 and error < moved / 50


def test_the_loss_has_smoothed_labels(learner, batch):
    """Only the last layer's bias decides."""
    net, (X, y, labels) = learner(), batch()
    state = net.state()
    (bias,) = [key for key in state if key.startswith("net.") and state[key].shape == (7,)]
    last = [key for key in state if key.startswith("net.") and sorted(state[key].shape) == [7, 512]]
    logits = np.random.RandomState(1).normal(size=7).astype(np.float32)
    net.load_state(state | {last[0]: np.zeros_like(state[last[0]]), bias: logits})
    target = np.eye(7)[labels] * (1 - OPTIONS["smoothing"]) + OPTIONS["smoothing"] / 7
    wanted = -(target * (logits - np.log(np.exp(logits).sum()))).sum(1).mean()
    correct = float(net.evaluate(X, y))
    loss, correct_in_step = map(float, net.train_step(X, y, 1e-9))
    assert loss == pytest.approx(wanted, rel=1e-5)
    assert correct == correct_in_step == (labels == logits.argmax()).sum()


def test_the_seed_decides_the_first_weights_which_follow_he(learner, batch):
    net = learner()
    other, again, kept = learner(seed=1).state(), learner().state(), net.state()
    nets = [key for key in kept if key.startswith("net.")]
    (first,) = [key for key in nets if sorted(kept[key].shape) == [3, 3, 3, 64]]
    assert all(np.array_equal(again[key], kept[key]) for key in nets)
    assert not np.array_equal(other[first], kept[first])
    assert 0.98 < np.abs(kept[first]).max() / (6 / 27) ** 0.5 <= 1
    X, y, _ = batch()
    net.train_step(X, y, 0.1)
    np.testing.assert_array_equal(kept[first], again[first], "the state is a copy")


def test_layers_draw_by_the_rules_that_the_chapter_names(backend):
    conv = backend.conv(64, 128, 3)
    backend.infer(
        backend.initialized(backend.sequential(conv)), backend.images(np.zeros((1, 64, 8, 8)))
    )
    W, n_in, n_out = backend.get(conv, "W"), 64 * 9, 128 * 9
    rule = {
        "mxnet": 0.07**2 / 3,  # uniform from -0.07 to 0.07, however large the layer
        "pytorch": 1 / (3 * n_in),
        "tensorflow": 2 / (n_in + n_out),  # Xavier's
        "paddle": 2 / n_in,  # He's
    }
    assert W.var() == pytest.approx(rule[backend.name], rel=0.05)
