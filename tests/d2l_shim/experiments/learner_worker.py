"""Train one framework's learner, disturbed and undisturbed, and print what was seen as JSON."""

import contextlib
import hashlib
import importlib
import io
import json
import signal
import sys
from pathlib import Path

import numpy as np

from d2l_shim.experiments import ExperimentError, Recipe, checkpoint, run
from d2l_shim.frameworks import BY_NAME

name, data, logs = sys.argv[1], sys.argv[2], Path(sys.argv[3])
RECIPE = Recipe(epochs=2, batch_size=4, lr=0.02)  # 12 steps an epoch
STOP = 14  # the step in which Ctrl-C comes, counted from 0
native = importlib.import_module(f"d2l_shim.{BY_NAME[name].module}.experiment")
train_step, evaluate = native.Learner.train_step, native.Learner.evaluate
random = np.random.RandomState(0)
seen = {}


def printed(function, *args, **kwargs):
    """Return what a call returns, or the text of the error that it raises, and what it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            value = function(*args, **kwargs)
        except (ExperimentError, KeyboardInterrupt) as error:
            value = f"{type(error).__name__}: {error}"
    return value, out.getvalue()


def experiment(**kwargs):
    return printed(run, name, data, RECIPE, device="cpu", **kwargs)


def numbers(result):
    return [result.loss, result.train_acc, result.train_loss, result.test_accuracy]


def weights(folder):
    """Return the arrays of a folder's checkpoint, its numbers, and how many files are with it."""
    arrays, about = checkpoint.read(folder / checkpoint.NAME)
    others = [path for path in folder.iterdir() if "tfevents" not in path.name]
    return arrays, about, len(others)


# without a folder

result, _ = printed(run, name, data, Recipe(epochs=1, batch_size=48), device="cpu")
seen["without"] = [len(result.test_accuracy), "tensorboardX" in sys.modules]

# what learns, sees

digest, shapes = hashlib.sha256(), []


make_batch = native.batch


def watched(X, y):
    digest.update(np.ascontiguousarray(X).tobytes() + y.tobytes())
    shapes.append([list(X.shape), str(X.dtype), str(y.dtype)])
    return make_batch(X, y)


native.batch = watched
result, out = experiment(log_dir=logs / "whole")
native.batch = make_batch
seen["whole"] = [numbers(result), out]
seen["order"], seen["shape"] = digest.hexdigest(), shapes[0]
whole, _, seen["whole files"] = weights(logs / "whole")

# stopped in a step and again in an evaluation, and resumed each time

steps = 0


def stopped_in_step(self, X, y, lr):
    global steps
    if steps == STOP:
        signal.raise_signal(signal.SIGINT)
    steps += 1
    return train_step(self, X, y, lr)


def stopped_in_evaluation(self, X, y):
    signal.raise_signal(signal.SIGINT)
    return evaluate(self, X, y)


native.Learner.train_step = stopped_in_step
seen["stopped"] = experiment(log_dir=logs / "parts")
native.Learner.train_step = train_step
seen["stopped files"] = weights(logs / "parts")[2]
native.Learner.evaluate = stopped_in_evaluation
seen["stopped again"] = experiment(log_dir=logs / "parts", resume=True)
native.Learner.evaluate = evaluate
result, out = experiment(log_dir=logs / "parts", resume=True)
seen["parts"] = [numbers(result), out]
result, out = experiment(log_dir=logs / "parts", resume=True)
seen["again"] = [numbers(result), out]
parts, _, seen["parts files"] = weights(logs / "parts")
assert parts.keys() == whole.keys()
differences = [float(np.abs(parts[key] - whole[key]).max()) for key in whole]
seen["difference"] = max(differences)
seen["velocities"] = sum(key.startswith("velocity.") for key in whole)
seen["no_such_gpu"] = printed(run, name, data, RECIPE, device="gpu:99")[0]

# what an update does, by learners of their own

OPTIONS = {"momentum": 0.9, "weight_decay": 0.01, "smoothing": 0.2}


def learner(seed=0, **changed):
    device = native.device("cpu")
    made = native.Learner(native.network(7, 18, (8, 8), seed, device), device, **OPTIONS | changed)
    made.begin()
    return made


def batch():
    X = random.normal(size=(6, 8, 8, 3)).astype(np.float32)
    return *native.batch(X, y := random.randint(0, 7, 6).astype(np.int64)), y


batches, rates = [batch() for _ in range(3)], (0.1, 0.02, 0.05)
ours, plain = learner(), learner(seed=1, momentum=0.0, weight_decay=0.0)
state = ours.state()
nets = [key for key in state if key.startswith("net.")]
velocity, expected = dict.fromkeys(nets, 0.0), {}
for (X, y, _), lr in zip(batches, rates, strict=True):
    before = ours.state()
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
errors, moved = {}, {}
for key in nets:
    # what is counted while training is no parameter: it is the same without an optimizer
    counted = np.array_equal(found[key], after[key])
    if not counted:
        moved[key] = float(np.abs(found[key] - before[key]).max())
        errors[key] = float(np.abs(found[key] - expected[key]).max())
seen["update"] = [len(errors), max(errors.values()), min(moved.values())]

# the loss, where only the last layer's bias decides

net = learner()
state = net.state()
(bias,) = [key for key in nets if state[key].shape == (7,)]
(last,) = [key for key in nets if state[key].shape in ((7, 512), (512, 7))]
logits = random.normal(size=7).astype(np.float32)
state |= {last: np.zeros_like(state[last]), bias: logits}
net.load_state(state)
X, y, labels = batch()
target = np.eye(7)[labels] * (1 - OPTIONS["smoothing"]) + OPTIONS["smoothing"] / 7
wanted = float(-(target * (logits - np.log(np.exp(logits).sum()))).sum(1).mean())
right = int((labels == logits.argmax()).sum())
correct = float(net.evaluate(X, y))
loss, correct_in_step = map(float, net.train_step(X, y, 1e-9))
seen["loss"], seen["correct"] = [loss, wanted], [correct, correct_in_step, right]

# the same seed, the same weights; He's rule

other, again, same = (learner(seed).state() for seed in (1, 0, 0))
(first,) = [key for key in nets if again[key].shape in ((64, 3, 3, 3), (3, 3, 3, 64))]
seen["seeds"] = [
    all(np.array_equal(again[key], same[key]) for key in nets),
    np.array_equal(again[first], other[first]),
]
seen["largest"] = float(np.abs(again[first]).max() / (6 / 27) ** 0.5)
kept = net.state()
copy = kept[first].copy()
net.train_step(X, y, 0.1)
seen["state is a copy"] = bool(np.array_equal(kept[first], copy))

print(json.dumps(seen))
