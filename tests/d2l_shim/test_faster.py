"""What makes a training faster does not change what is learned."""

import ast
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
WORKER = Path(__file__).with_name("faster_worker.py")
SAME, ROUNDED = 1e-3, 0.2


@pytest.fixture(scope="module", params=FRAMEWORKS, ids=lambda framework: framework.name)
def seen(request):
    framework = request.param
    if importlib.util.find_spec(framework.module) is None:
        pytest.skip(f"{framework.label} is not installed")
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", str(WORKER), framework.name],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout.splitlines()[-1])


def test_same_steps_lead_to_the_same_network(seen):
    for name, found in seen.items():
        print(name, found)
        if name.startswith("by hand") or "used" not in found:
            continue
        rounded = name.endswith("bfloat16")
        # PyTorch has no graph to make where a network is not known on blocks
        is_pytorch = "lenet, channels-last" in seen
        unknown = name in ("googlenet, blocks", "resnet18, blocks") and is_pytorch
        assert found["used"] == [False, not unknown], name
        assert found["moved"] > 1e-3, name
        assert found["logits"] < (ROUNDED if rounded else SAME), name
        assert found["values"] < (ROUNDED if rounded else SAME), name
        # with other numbers than float32 something must be rounded
        assert found["logits"] > 1e-4 or not rounded, name


def test_a_layer_that_changes_itself_is_left_as_it_is(seen):
    for name, found in seen.items():
        if name.startswith("by hand"):
            assert found["used"] == [False, False]
            assert found["logits"] == found["values"] == 0


def test_a_graph_does_not_freeze_the_mode_and_one_network_is_no_twin(seen):
    assert seen.get("asks for the mode", [[2, 2]]) == [[2, 2]]
    said, same = seen.get("only one", ["there is only one of it", True])
    assert said.endswith("there is only one of it") and same


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_the_benchmark_knows_all_means(framework):
    module = "graph" if framework.name in ("mxnet", "paddle") else "forward"
    path = ROOT / "d2l_shim" / framework.module / f"{module}.py"
    line = next(line for line in path.read_text("utf8").splitlines() if line.startswith("MEANS = "))
    assert ast.literal_eval(line.removeprefix("MEANS = ")) == MEANS[framework.name]
