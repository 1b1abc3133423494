"""Programs in the style of the two editions run unchanged under the old names, on a few images."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("programs")
NEEDS = {
    "first_mxnet.py": "mxnet",
    "first_pytorch.py": "pytorch",
    "first_tensorflow.py": "tensorflow",
    "second_mxnet.py": "mxnet",
    "second_paddle.py": "paddle",
    "second_tensorflow.py": "tensorflow",
    "second_keras2.py": "keras2",
    "second_torch.py": "pytorch",
}
SAID_ONCE = {"second_paddle.py": "Paddle sees no GPU here"}


@pytest.fixture
def run(python):
    """Give a function that runs a program under the old names."""
    env = {"D2L_QUICK": "1", "MPLBACKEND": "agg"}
    return lambda program, **told: python(
        "-W", "ignore", "-m", "d2l_shim", "run", program, env=env, **told
    )


def test_each_program_is_tested():
    found = sorted(path.name for path in FOLDER.glob("*.py"))
    assert found == sorted(NEEDS)


@pytest.mark.parametrize("program", NEEDS)
def test_program(run, needed, program):
    needed(NEEDS[program])
    ended = run(str(FOLDER / program))
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "train acc" in ended.stdout
    if program in SAID_ONCE:
        assert ended.stderr.count(SAID_ONCE[program]) == 1


def test_mxnet_without_a_helper(run, needed, tmp_path):
    needed("mxnet")
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


def test_missing_legacy_keras_is_said_when_tensorflow_loads(run, needed, tmp_path):
    needed("tensorflow")
    (tmp_path / "program.py").write_text(
        "import os, sys\nsys.modules['tf_keras'] = None\n"
        "import tensorflow as tf\nprint(tf.keras.__version__[0])\n"
    )
    ended = run("program.py", cwd=tmp_path)
    assert ended.stdout == "3\n", ended.stderr
    assert ended.stderr.count('pip install --no-deps "tf_keras~=') == 1
