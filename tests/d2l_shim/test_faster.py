"""What makes a training faster does not change what a program can see."""

import importlib
from typing import NamedTuple

import numpy as np
import pytest
from backend import printed
from matplotlib import pyplot
from seen.networks import SIDE

SAME, ROUNDED = 1e-5, 0.2
AT_LEAST = 12
STEPS, LR = 3, 0.01


class Trained(NamedTuple):
    """What a network has become and noted, what was printed, and what chance is next."""

    state: dict
    log: list
    lines: list
    chance: float


def batches():
    rng = np.random.default_rng(0)
    for _ in range(STEPS):
        yield rng.normal(size=(8, 1, SIDE, SIDE)).astype(np.float32), rng.integers(0, 10, 8)


def train(b, net, lr, old=False, **how):
    """Train for a few steps; return what was printed, without the rate, which always differs."""
    d2l = importlib.import_module(f"d2l_shim.compat.d2l.{b.framework.module}") if old else b.d2l
    data = [(b.images(X), b.tensor(y)) for X, y in batches()]
    how |= {"momentum": 0.9, "init": "xavier"}
    out = printed(d2l.train_ch6, b.given(net), data, data[:1], 1, lr, **how)
    return [line for line in out.splitlines() if "examples/sec" not in line]


@pytest.fixture(scope="module")
def seen(backend):
    return importlib.import_module(f"seen.in_{backend.name}").Seen(backend)


@pytest.fixture(scope="module")
def made(backend, seen):
    """Return each network trained plainly, by d2l's helper, and fast without and with bfloat16."""

    def one(name, switch, **how):
        seen.log.clear()
        backend.seed(0)
        net = seen.networks[name]()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("D2L_BFLOAT16", switch)
            lines = train(backend, net, LR, prepare=seen.prepare.get(name), **how)
        pyplot.close("all")
        return Trained(seen.state(net), list(seen.log), lines, seen.next_random())

    made = {
        name: (
            *(one(name, "1", fast=False), one(name, "1", old=True)),
            {switch: one(name, switch, fast=True) for switch in "01"},
        )
        for name in seen.networks
    }
    assert len(made) >= AT_LEAST
    return made


def difference(ours, theirs):
    assert ours.state.keys() == theirs.state.keys()
    pairs = zip(ours.state.values(), theirs.state.values(), strict=True)
    return max(abs(a - b).max() / max(1, abs(b).max()) for a, b in pairs)


@pytest.mark.parametrize("switch", ["0", "1"], ids=lambda switch: f"D2L_BFLOAT16={switch}")
def test_networks_see_and_become_the_same(seen, made, switch):
    for name, (plain, old, fast) in made.items():
        assert fast[switch].log == plain.log, name
        assert fast[switch].chance == plain.chance, name
        assert list(fast[switch].state) == list(plain.state), name
        limit = ROUNDED if switch == "1" and name in seen.rounded else SAME
        assert difference(fast[switch], plain) < limit, name
        # programs of d2l stay with float32
        assert difference(old, plain) < SAME, name


def test_what_looks_is_called(seen, made):
    logs = {name: plain.log for name, (plain, *_) in made.items()}
    assert sum(map(bool, logs.values())) >= 2
    for name in seen.each_call:
        assert len(logs[name]) == (STEPS + 1) * len({entry[0] for entry in logs[name]}), name


@pytest.mark.parametrize("switch", ["0", "1"], ids=lambda switch: f"D2L_BFLOAT16={switch}")
def test_bfloat16_is_used_where_it_is_unseen_or_a_line_says_why(backend, seen, made, switch):
    wanted = switch == "1" and "bfloat16" in backend.framework.means
    for name, (plain, _, fast) in made.items():
        said = [line for line in fast[switch].lines if not line.startswith("loss ")]
        if wanted and name in seen.rounded:
            assert difference(fast[switch], plain) > 1e-7, name
        if wanted and name not in seen.rounded:
            (line,) = said
            assert line.startswith("computes in float32, not bfloat16: "), name
        else:
            assert said == [], name
