"""Programs in the style of the two editions run unchanged under the old names, on a few images."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).with_name("programs")
NEEDS = {
    "first_mxnet.py": ["mxnet"],
    "first_pytorch.py": ["torch"],
    "first_tensorflow.py": ["tensorflow"],
    "second_mxnet.py": ["mxnet"],
    "second_paddle.py": ["paddle"],
    "second_tensorflow.py": ["tensorflow"],
    "second_keras2.py": ["tensorflow", "tf_keras"],
    "second_torch.py": ["torch"],
}
SAID_ONCE = {"second_paddle.py": "Paddle sees no GPU here"}


def run(program, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "d2l_shim", "run", program],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT), "D2L_QUICK": "1", "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )


def skip_unless_installed(*modules):
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")


def test_each_program_is_tested():
    found = sorted(path.name for path in FOLDER.glob("*.py"))
    assert found == sorted(NEEDS)


@pytest.mark.parametrize("program", NEEDS)
def test_program(program):
    skip_unless_installed(*NEEDS[program])
    ended = run(str(FOLDER / program))
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "train acc" in ended.stdout
    if program in SAID_ONCE:
        assert ended.stderr.count(SAID_ONCE[program]) == 1


def test_mxnet_without_a_helper(tmp_path):
    skip_unless_installed("mxnet")
    (tmp_path / "program.py").write_text(
        "import types, numpy\nbefore = set(vars(numpy))\n"
        "from mxnet import nd\nfrom mxnet.gluon import nn\n"
        "net = nn.Dense(2)\nnet.initialize()\n"
        "added = set(vars(numpy)) - before\n"
        "added = [name for name in added if type(vars(numpy)[name]) is not types.ModuleType]\n"
        "print(net(nd.ones((3, 4))).shape, added)\n"
    )
    ended = run("program.py", cwd=tmp_path)
    assert (ended.stdout, ended.stderr) == ("(3, 2) []\n", "")


def test_missing_legacy_keras_is_said_when_tensorflow_loads(tmp_path):
    skip_unless_installed("tensorflow")
    (tmp_path / "program.py").write_text(
        "import os, sys\nsys.modules['tf_keras'] = None\n"
        "import tensorflow as tf\nprint(tf.keras.__version__[0])\n"
    )
    ended = run("program.py", cwd=tmp_path)
    assert ended.stdout == "3\n", ended.stderr
    assert ended.stderr.count('pip install --no-deps "tf_keras~=') == 1
