"""`python -m d2l_shim run` runs a script or a module as Python would, under the old names.

Programs in the style of the two editions run unchanged, on a few images.
"""

from pathlib import Path

import pytest

FOLDER = Path(__file__).with_name("programs")
PROGRAM = """
import sys
import d2l, helper_beside_it
print(__name__, sys.argv[1:], d2l.__name__)
if __name__ == "__main__":
    sys.exit(3)
"""


@pytest.fixture
def run(python):
    env = {"D2L_QUICK": "1", "MPLBACKEND": "agg"}
    return lambda *args, cwd=None: python("-W", "ignore", "-m", "d2l_shim", *args, cwd=cwd, env=env)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "helper_beside_it.py").touch()
    return tmp_path


def test_script_from_another_folder(run, folder):
    ended = run("run", str(folder / "program.py"), "--force", "-m", "2", cwd=FOLDER)
    assert (ended.returncode, ended.stderr) == (3, "")
    assert ended.stdout == "__main__ ['--force', '-m', '2'] d2l_shim.compat.d2l\n"


def test_module(run, folder):
    ended = run("run", "-m", "program", "--lr", "0.1", cwd=folder)
    assert (ended.returncode, ended.stderr) == (3, "")
    assert ended.stdout == "__main__ ['--lr', '0.1'] d2l_shim.compat.d2l\n"


def test_force(run, folder):
    (folder / "d2l.py").touch()
    ended = run("run", "program.py", cwd=folder)
    assert ended.stdout == "__main__ [] d2l\n"
    assert "the original package d2l is installed" in ended.stderr
    ended = run("run", "--force", "program.py", cwd=folder)
    assert ended.stdout == "__main__ [] d2l_shim.compat.d2l\n" and ended.stderr == ""


def test_what_cannot_be_run_is_said(run, tmp_path):
    for args, sentence in (
        (("run",), "name a script to run"),
        (("run", "-m"), "name a script to run"),
        (("run", "no_such_file.py"), "there is no no_such_file.py"),
    ):
        ended = run(*args, cwd=tmp_path)
        assert ended.returncode == 2 and sentence in ended.stderr
    assert "script.py | -m module" in run("run", "--help", cwd=tmp_path).stdout


@pytest.mark.parametrize("program", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_program(run, needed, program):
    needed(program.partition("_")[2])
    ended = run("run", FOLDER / f"{program}.py")
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "train acc" in ended.stdout
    if program == "second_paddle":
        assert ended.stderr.count("Paddle sees no GPU here") == 1


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
    ended = run("run", "program.py", cwd=tmp_path)
    assert (ended.stdout, ended.stderr) == ("(3, 2) []\n", "")


def test_missing_legacy_keras_is_said_when_tensorflow_loads(run, needed, tmp_path):
    needed("tensorflow")
    (tmp_path / "program.py").write_text(
        "import os, sys\nsys.modules['tf_keras'] = None\n"
        "import tensorflow as tf\nprint(tf.keras.__version__[0])\n"
    )
    ended = run("run", "program.py", cwd=tmp_path)
    assert ended.stdout == "3\n", ended.stderr
    assert ended.stderr.count('pip install --no-deps "tf_keras~=') == 1
