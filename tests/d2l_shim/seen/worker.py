"""Train the networks of one framework plainly and fast; print as JSON what they saw and became."""

import contextlib
import importlib
import io
import json
import sys
from pathlib import Path

import numpy as np

from d2l_shim.frameworks import BY_NAME

sys.path.insert(0, str(Path(__file__).parent))
framework = BY_NAME[sys.argv[1]]
d2l = importlib.import_module(f"d2l_shim.{framework.module}")
old_d2l = importlib.import_module(f"d2l_shim.compat.d2l.{framework.module}")
seen = importlib.import_module(f"{framework.name}_networks")
STEPS, LR = 3, 0.01
SCHEDULES = {"falling": (0.1, 0.01, 0.001), "from nothing": (0.0, 0.1, 0.01)}


def raw():
    rng = np.random.default_rng(0)
    for _ in range(STEPS):
        X = rng.normal(size=(8, 1, seen.SIDE, seen.SIDE)).astype(np.float32)
        X = X if framework.axes == "NCHW" else X.transpose(0, 2, 3, 1)
        yield np.ascontiguousarray(X), rng.integers(0, 10, 8)


def batches():
    return (seen.images(X, y) for X, y in raw())


def train(name, fast=None):
    """Return the trained network's state, what was logged and printed, and what chance is next.

    Without `fast` it is the function that programs of d2l call which trains it.
    """
    seen.LOG.clear()
    seen.seed()
    net, out = seen.NETWORKS[name](), io.StringIO()
    with contextlib.redirect_stdout(out):
        how = {} if fast is None else {"fast": fast}
        run(net, LR, prepare=seen.PREPARE.get(name), old=fast is None, **how)
    # the line with the rate differs each time
    lines = [line for line in out.getvalue().splitlines() if "examples/sec" not in line]
    return seen.state(net), list(seen.LOG), lines, seen.next_random()


def run(net, lr, old=False, **how):
    data = list(batches())
    given = net if framework.name != "tensorflow" else lambda: net
    how |= {"momentum": 0.9, "init": "xavier"}
    with contextlib.redirect_stderr(io.StringIO()):
        (old_d2l if old else d2l).train_ch6(given, data, data[:1], 1, lr, **how)


def momentum(rates):
    """Return the weights after steps with these rates, and with PyTorch's convention by hand."""
    net, W, v = seen.linear(), np.zeros((10, seen.SIDE**2)), 0.0
    with contextlib.redirect_stdout(io.StringIO()):
        run(net, lambda step: rates[step], prepare=seen.set_zero, fast=False)
    bias = np.zeros(10)
    vb = 0.0
    for (X, y), lr in zip(raw(), rates, strict=True):
        X = X.reshape(len(X), -1)
        scores = X @ W.T + bias
        p = np.exp(scores - scores.max(1, keepdims=True))
        p = p / p.sum(1, keepdims=True) - np.eye(10)[y]
        v, vb = 0.9 * v + p.T @ X / len(y), 0.9 * vb + p.mean(0)
        W, bias = W - lr * v, bias - lr * vb
    weights = next(value for value in seen.state(net).values() if value.ndim == 2)
    return [(weights if len(weights) == 10 else weights.T).tolist(), W.tolist()]


def difference(ours, theirs):
    pairs = zip(ours.values(), theirs.values(), strict=True)
    return max(float(abs(a - b).max() / max(1, abs(b).max())) for a, b in pairs)


found = {}
for name in seen.NETWORKS:
    plain, fast, old = train(name, False), train(name, True), train(name)
    found[name] = {
        "calls": [len(plain[1]), len(fast[1])],
        "same log": plain[1] == fast[1],
        "said": [line for line in fast[2] if not line.startswith("loss ")],
        "rounded": name in getattr(seen, "ROUNDED", ()),
        "each call": len(plain[1]) == 4 * len({entry[0] for entry in plain[1]})
        or name not in seen.EACH_CALL,
        "same chance": plain[3] == fast[3],
        "same names": list(plain[0]) == list(fast[0]),
        "state": difference(fast[0], plain[0]),
        "old": difference(old[0], plain[0]),
    }
print(json.dumps([found, {name: momentum(rates) for name, rates in SCHEDULES.items()}]))
