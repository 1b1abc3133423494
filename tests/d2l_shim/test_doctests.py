"""The examples in docstrings give what they say; one process a framework."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("doctest_worker.py")
SHARED = [
    "data",
    "experiments",
    "frameworks",
    "layer_table",
    "learner",
    "methods",
    "metrics",
    "names",
    "plotting",
]
SHARED += ["state", "timing", "training"]


def examples(*modules: str) -> int:
    """Run the examples of modules of d2l_shim and return how many lines of them there are."""
    names = [f"d2l_shim.{module}" for module in modules]
    ended = subprocess.run(
        [sys.executable, WORKER, *names],
        env=os.environ | {"PYTHONPATH": str(ROOT), "D2L_QUICK": "1", "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr[-3000:]
    return int(ended.stdout.split()[-1])


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_examples_of_a_framework(framework):
    if importlib.util.find_spec(framework.module) is None:
        pytest.skip(f"{framework.label} is not installed")
    assert examples(framework.module) >= 30


def test_examples_of_what_frameworks_share():
    assert examples(*SHARED) >= 30
