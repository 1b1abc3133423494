"""Which frameworks are installed, and what is said of the others; pip is asked for nothing here."""

import importlib.util
import subprocess

import pytest

from bookbuild import __main__ as bookbuild
from d2l_shim.frameworks import BY_NAME
from tools import install


@pytest.fixture
def asked(monkeypatch):
    """Returns what pip is asked for, and a set of packages, for a test to fill, with no wheel."""
    asked, no_wheel = [], set()

    def run(command, **told):
        wanted = command[command.index("-c") + 2 :]
        asked.append(wanted)
        for name in no_wheel & {one.partition(">=")[0] for one in wanted}:
            error = f"ERROR: No matching distribution found for {name}>=1 (from d2l_shim)\n"
            return subprocess.CompletedProcess(command, 1, "", error)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(install.subprocess, "run", run)
    return asked, no_wheel


def test_all_frameworks_are_installed_and_nothing_is_said(asked, capsys):
    assert install.main([]) == 0
    assert capsys.readouterr().out == ""
    asked, _ = asked
    assert ["--no-deps", "mxnet"] in asked and ["--no-deps", "tf_keras"] in asked
    assert ["tensorflow-cpu"] in asked and not any("tensorflow>" in one for [one, *_] in asked)
    assert [one for [one, *_] in asked if one.startswith(("torch>=", "paddlepaddle>="))]


def test_a_framework_with_no_wheel_is_left_out_and_the_others_installed(asked, capsys):
    asked, no_wheel = asked
    no_wheel |= {"mxnet", "tensorflow-cpu", "tensorflow"}
    assert install.main([]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Left out, and not tested: MXNet (there is no wheel of mxnet>=1 for Pyt")
    assert "TensorFlow (there is no wheel of tensorflow>=1 for Python" in said
    assert said.count("\n") == 1 and "Paddle" not in said and "PyTorch" not in said
    assert ["--no-deps", "tf_keras"] not in asked
    assert asked[-1][0].startswith("paddlepaddle>=")


def test_where_there_is_no_smaller_package_the_full_one_is_taken(asked, capsys):
    asked, no_wheel = asked
    no_wheel.add("tensorflow-cpu")
    assert install.main([]) == 0
    assert capsys.readouterr().out == ""
    assert any(one.startswith("tensorflow>=") for [one, *_] in asked)
    assert ["--no-deps", "tf_keras"] in asked


def test_what_is_not_wanted_is_left_out(asked, capsys):
    assert install.main(["--without", "pytorch, paddle"]) == 0
    assert capsys.readouterr().out == (
        "Left out, and not tested: PyTorch (as WITHOUT says), Paddle (as WITHOUT says)\n"
    )
    assert not any(one.startswith(("torch", "paddle")) for [one, *_] in asked[0])


def test_a_name_that_is_none_is_said(asked, capsys):
    assert install.main(["--without", "torch"]) == 1
    assert capsys.readouterr().out == (
        f"There is no framework torch; the book has {', '.join(BY_NAME)}\n"
    )


def test_what_pip_itself_says(monkeypatch):
    """A package that an index lacks is not taken for one that no index was asked for."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert install.install("no-such-package>=3") == "no-such-package>=3"
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(RuntimeError, match="Retrying"):
        install.install("no-such-package>=3")


def test_pip_s_other_errors_end_the_installation(monkeypatch, capsys):
    def run(command, **told):
        return subprocess.CompletedProcess(command, 1, "", "No space left on device")

    monkeypatch.setattr(install.subprocess, "run", run)
    assert install.main([]) == 1
    assert capsys.readouterr().out == "No space left on device\n"


def test_notebooks_of_a_framework_that_is_not_installed_are_not_listed(monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(bookbuild, "find_spec", lambda name: name != "torch" and found(name))
    monkeypatch.setattr(
        bookbuild, "BY_NAME", {name: BY_NAME[name] for name in ("mxnet", "pytorch")}
    )
    here = found("mxnet") is not None
    assert bookbuild.main(["list", "--installed", "--chapter", "lenet"]) == int(not here)
    assert capsys.readouterr().out == "chapters/lenet/lenet-mxnet.ipynb\n" * here
    assert bookbuild.main(["list", "--installed", "--framework", "pytorch"]) == 1
    assert capsys.readouterr().err == "pytorch is not installed\n"
    assert bookbuild.main(["list", "--framework", "pytorch", "--chapter", "lenet"]) == 0
    assert capsys.readouterr().out == "chapters/lenet/lenet-pytorch.ipynb\n"
