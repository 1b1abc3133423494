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


@pytest.fixture(scope="module", params=["0", "1"], ids=lambda switch: f"D2L_BFLOAT16={switch}")
def trained(request, backend, seen):
    """Return whether bfloat16 is wanted, and each network trained plainly, fast and by d2l's."""

    def one(name, **how):
        seen.log.clear()
        backend.seed(0)
        net = seen.networks[name]()
        lines = train(backend, net, LR, prepare=seen.prepare.get(name), **how)
        pyplot.close("all")
        return Trained(seen.state(net), list(seen.log), lines, seen.next_random())

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("D2L_BFLOAT16", request.param)
        ways = ({"fast": False}, {"fast": True}, {"old": True})
        made = {name: [one(name, **way) for way in ways] for name in seen.networks}
    assert len(made) >= AT_LEAST
    return request.param == "1", made


def difference(ours, theirs):
    assert ours.state.keys() == theirs.state.keys()
    pairs = zip(ours.state.values(), theirs.state.values(), strict=True)
    return max(abs(a - b).max() / max(1, abs(b).max()) for a, b in pairs)


def test_networks_see_and_become_the_same(seen, trained):
    rounded, made = trained
    for name, (plain, fast, old) in made.items():
        assert fast.log == plain.log, name
        assert fast.chance == plain.chance, name
        assert list(fast.state) == list(plain.state), name
        limit = ROUNDED if rounded and name in seen.rounded else SAME
        assert difference(fast, plain) < limit, name
        # programs of d2l stay with float32
        assert difference(old, plain) < SAME, name


def test_what_looks_is_called(seen, trained):
    logs = {name: plain.log for name, (plain, *_) in trained[1].items()}
    assert sum(map(bool, logs.values())) >= 2
    for name in seen.each_call:
        assert len(logs[name]) == (STEPS + 1) * len({entry[0] for entry in logs[name]}), name


def test_bfloat16_is_used_where_it_cannot_be_seen_and_elsewhere_a_line_says_why(
    backend, seen, trained
):
    wanted, made = trained
    wanted = wanted and "bfloat16" in backend.framework.means
    for name, (plain, fast, _) in made.items():
        said = [line for line in fast.lines if not line.startswith("loss ")]
        if wanted and name in seen.rounded:
            assert difference(fast, plain) > 1e-7, name
        if wanted and name not in seen.rounded:
            (line,) = said
            assert line.startswith("computes in float32, not bfloat16: "), name
        else:
            assert said == [], name
