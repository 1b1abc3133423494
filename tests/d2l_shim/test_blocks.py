"""The start of a network on blocks of pixels computes what the network computes."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from d2l_shim.bench.__main__ import MEANS
from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def run(worker, *arguments):
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / worker), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "framework", [f for f in FRAMEWORKS if "blocks" in MEANS[f.name]], ids=lambda f: f.name
)
def test_outputs_and_gradients_are_the_same(framework):
    if importlib.util.find_spec(framework.module) is None:
        pytest.skip(f"{framework.label} is not installed")
    for name, found in run("blocks_worker.py", framework.name).items():
        print(name, found)
        assert found["used"] == found["known"], name
        assert found["moved"] > 0.01, name
        assert found["output"] < 1e-5, name
        assert found["gradients"] < 1e-5, name
        assert not found["used"] or found["gradients"] > 0, name


def test_paddle_makes_no_graph_that_computes_wrong_gradients():
    if importlib.util.find_spec("paddle") is None:
        pytest.skip("Paddle is not installed")
    seen = run("paddle_graph_worker.py")
    for name, found in seen.items():
        print(name, found)
        assert found["gradients"] < 1e-5 and found["trains"], name
    assert sum(found["graph"] for found in seen.values()) == 7
    assert seen["pooling"]["graph"] and not seen["ReLU, flatten"]["graph"]
