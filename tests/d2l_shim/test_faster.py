"""What makes a training faster does not change what a program can see."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).parent / "seen/worker.py"
SAME, ROUNDED = 1e-5, 0.2
AT_LEAST = 12


@pytest.fixture(scope="module", params=FRAMEWORKS, ids=lambda framework: framework.name)
def framework(request):
    if importlib.util.find_spec(request.param.module) is None:
        pytest.skip(f"{request.param.label} is not installed")
    return request.param


@pytest.fixture(scope="module", params=["0", "1"], ids=lambda switch: f"D2L_BFLOAT16={switch}")
def seen(request, framework):
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", str(WORKER), framework.name],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "D2L_BFLOAT16": request.param},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found, momentum = json.loads(ended.stdout.splitlines()[-1])
    return request.param == "1", framework.name, found, momentum


def test_networks_see_and_become_the_same(seen):
    rounded, _, found, _ = seen
    assert len(found) >= AT_LEAST
    for name, one in found.items():
        print(name, one)
        assert one["same log"], (name, one)
        assert one["each call"], (name, one["calls"])
        assert one["same chance"] and one["same names"], name
        limit = ROUNDED if rounded and one["rounded"] else SAME
        assert one["state"] < limit, (name, one)
        # programs of d2l stay with float32
        assert one["old"] < SAME, (name, one)


def test_what_looks_is_called(seen):
    logged = {name for name, one in seen[2].items() if one["calls"][0] > 0}
    assert len(logged) >= 2


def test_bfloat16_is_used_where_it_cannot_be_seen_and_elsewhere_a_line_says_why(seen):
    rounded, name, found, _ = seen
    for network, one in found.items():
        can_round = rounded and name in ("pytorch", "tensorflow")
        if can_round and one["rounded"]:
            assert one["state"] > 1e-7, (network, one)
        # in TensorFlow nothing can see it
        refused = can_round and not one["rounded"] and name == "pytorch"
        assert len(one["said"]) == refused, (network, one)
        assert not refused or one["said"][0].startswith("computes in float32, not bfloat16: ")


@pytest.mark.parametrize("schedule", ["falling", "from nothing"])
def test_momentum_is_the_same_under_a_schedule(seen, schedule):
    ours, by_hand = map(np.array, seen[3][schedule])
    assert abs(by_hand).max() > 0.01
    assert abs(ours - by_hand).max() < 1e-6
