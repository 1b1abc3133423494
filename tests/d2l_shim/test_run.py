"""`python -m d2l_shim run` runs a script or a module as Python itself would."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import d2l, helper_beside_it
print(__name__, sys.argv[1:], d2l.__name__)
if __name__ == "__main__":
    sys.exit(3)
"""


@pytest.fixture
def run(python):
    return lambda *args, cwd: python("-m", "d2l_shim", *args, cwd=cwd)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "helper_beside_it.py").touch()
    return tmp_path


def test_script_from_another_folder(run, folder):
    ended = run("run", str(folder / "program.py"), "--force", "-m", "2", cwd=ROOT)
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
