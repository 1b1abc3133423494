"""Which frameworks are installed, and what is said of the others: by pip, from wheels made here."""

import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pip
import pytest

from bookbuild import command, install
from d2l_shim.frameworks import BY_NAME

PINS = dict(re.findall(r"^([\w.-]+)==([^;\s]+)", install.PINS.read_text("utf8"), re.MULTILINE))
PACKAGES = {"mxnet", "torch", "tensorflow_cpu", "tensorflow", "tf_keras", "paddlepaddle"}
OTHERS = {"graphviz", "packaging", "requests", "sympy"}
# NumPy, which is not there, must not be asked for, nor the full TensorFlow
NEEDS = {"mxnet": "numpy<1", "tf_keras": "tensorflow", "torch": "sympy"}


@pytest.fixture
def run(tmp_path):
    """Returns a function that installs in a new environment; it tells what is said, what there."""

    def make_wheel(name):
        stem = f"{name}-{PINS[name]}"
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {PINS[name]}\n"
        if name in NEEDS:
            about += f"Requires-Dist: {NEEDS[name]}\n"
        with zipfile.ZipFile(tmp_path / f"{stem}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{stem}.dist-info/METADATA", about)
            wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{stem}.dist-info/RECORD", "")

    def run(*arguments, no_wheel=()):
        for name in (PACKAGES | OTHERS) - set(no_wheel):
            make_wheel(name)
        # a pip of its own would take it as long to make as all the rest
        venv = [sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"]
        subprocess.run(venv, check=True)
        (tmp_path / "pip").symlink_to(Path(pip.__file__).parent)
        folder = "Scripts" if os.name == "nt" else "bin"
        python = [tmp_path / "venv" / folder / "python", "-m"]
        env = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
        env["PIP_FIND_LINKS"] = env["PYTHONPATH"] = str(tmp_path)
        told = {"env": env, "cwd": install.ROOT, "text": True}
        done = subprocess.run(
            [*python, "bookbuild", "install", *arguments], capture_output=True, **told
        )
        assert done.returncode == 0, done.stdout + done.stderr
        listed = subprocess.check_output([*python, "pip", "list", "--format", "json"], **told)
        return done.stdout, {one["name"] for one in json.loads(listed)} & (PACKAGES | OTHERS)

    return run


def test_all_frameworks_are_installed_with_what_they_need_and_nothing_is_said(run):
    said, there = run()
    assert said == ""
    assert there == (PACKAGES | OTHERS) - {"tensorflow"}


def test_a_framework_with_no_wheel_is_left_out_and_the_others_installed(run):
    said, there = run(no_wheel=["mxnet", "tensorflow_cpu", "tensorflow"])
    here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    assert said == (
        "Left out, and not tested: "
        f"MXNet (there is no wheel of mxnet=={PINS['mxnet']} for {here}), "
        f"TensorFlow (there is no wheel of tensorflow=={PINS['tensorflow']} for {here})\n"
    )
    assert there == {"torch", "sympy", "paddlepaddle"}


def test_where_there_is_no_smaller_package_the_full_one_is_taken(run):
    said, there = run("--without", "mxnet, pytorch", no_wheel=["tensorflow_cpu"])
    left_out = "MXNet (as WITHOUT says), PyTorch (as WITHOUT says)"
    assert said == f"Left out, and not tested: {left_out}\n"
    assert there == {"tensorflow", "tf_keras", "paddlepaddle"}


def test_a_name_that_is_none_is_said(capsys):
    assert install.main(["--without", "torch"]) == 1
    assert capsys.readouterr().out == (
        f"There is no framework torch; the book has {', '.join(BY_NAME)}\n"
    )


def test_an_index_that_does_not_answer_ends_the_installation(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setattr(install, "PINS", tmp_path / "requirements.txt")
    install.PINS.write_text("mxnet==0\n")  # which is installed nowhere
    assert install.main([]) == 1
    assert "Retrying (" in capsys.readouterr().out
    install.PINS.write_text("mxnet_cu==0\n")
    assert install.main([]) == 1
    said = "requirements.txt has no version of mxnet; say make lock\n"
    assert capsys.readouterr().out == said


def test_notebooks_of_a_framework_that_is_not_installed_are_not_listed(monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(command, "find_spec", lambda name: found("sys" if name == "mxnet" else "-"))
    assert command.main(["list", "--installed", "--chapter", "lenet"]) == 0
    assert capsys.readouterr().out == "chapters/lenet/lenet-mxnet.ipynb\n"
    assert command.main(["list", "--installed", "--framework", "pytorch"]) == 1
    assert capsys.readouterr().err == "pytorch is not installed\n"
    assert command.main(["list", "--framework", "pytorch", "--chapter", "lenet"]) == 0
    assert capsys.readouterr().out == "chapters/lenet/lenet-pytorch.ipynb\n"
