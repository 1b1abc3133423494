"""d2l_shim, built and installed as readers do it, works in environments made for the purpose.

Not found by a plain `pytest`, because each environment is made anew from a package index:
`make environments` runs this file. An interpreter, an index or a wheel that is not at hand is a
skip with its reason.
"""

import json
import os
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("worker.py")
MODULES = [framework.module for framework in FRAMEWORKS]
MXNET = [
    ("3.11", "1.26.4"),
    ("3.11", "2.1.3"),
    ("3.11", "2.*"),
    ("3.12", "1.26.4"),
    ("3.12", "2.1.3"),
    ("3.12", "2.*"),
    # NumPy 1.26 has no wheel for 3.13
    ("3.13", "2.1.3"),
    ("3.13", "2.*"),
]
# what Colab has beside its framework
COLAB = ("numpy==2.1.3", "matplotlib==3.10.*")


def run(*command, cwd, **env):
    """Run a command that can import only what is installed."""
    inherited = os.environ.keys() - {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    env = {key: os.environ[key] for key in inherited} | env
    command = [str(part) for part in command]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)


def interpreter(version, folder):
    """Return the path of a Python of this version."""
    name, code = f"python{version}", "import ensurepip, sys; print(sys.executable)"
    if shutil.which(name):
        # where that is pyenv's, it asks which one is meant
        asked = run(name, "-c", code, cwd=folder, PYENV_VERSION=version)
        if asked.returncode == 0:
            return asked.stdout.strip()
    return pytest.skip(f"there is no Python {version} that can make an environment")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build a wheel from a copy of what a source distribution would hold."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "d2l_shim", folder / "d2l_shim", ignore=ignored)
    pip = (interpreter("3.11", folder), "-m", "pip")
    if run(*pip, "download", "--no-deps", "tqdm", cwd=folder).returncode:
        pytest.skip("no package index answers")
    built = run(*pip, "wheel", "--no-deps", "--wheel-dir", "dist", ".", cwd=folder)
    assert built.returncode == 0, built.stderr[-3000:]
    return next((folder / "dist").glob("d2l_shim-*.whl"))


@pytest.fixture
def environment(wheel, tmp_path):
    """Return a function that makes an environment and returns its Python; it is removed again."""

    def make(version, *installs):
        made = run(interpreter(version, tmp_path), "-m", "venv", tmp_path / "venv", cwd=tmp_path)
        assert made.returncode == 0, made.stderr
        python = tmp_path / "venv" / "bin" / "python"
        for install in installs:
            done = run(python, "-m", "pip", "install", "--quiet", *install, cwd=tmp_path)
            assert done.returncode == 0, done.stderr[-3000:]
        return python

    yield make
    shutil.rmtree(tmp_path / "venv", ignore_errors=True)


def work(python, framework, cwd):
    """Run the worker and return the versions it saw; nothing else is asked of any environment."""
    ended = run(python, WORKER, framework, cwd=cwd, D2L_QUICK="1")
    assert ended.returncode == 0, ended.stderr[-3000:]
    seen = json.loads(ended.stdout.splitlines()[-1])
    assert Path(seen["folder"]).is_relative_to(cwd)
    assert seen["missing"].keys() == BY_NAME.keys() - {framework}
    for name, sentence in seen["missing"].items():
        assert sentence.endswith(f"install it with: {BY_NAME[name].install}")
        assert "\n" not in sentence
    code = f"import d2l_shim, sys; print([name for name in {MODULES} if name in sys.modules])"
    assert run(python, "-c", code, cwd=cwd).stdout == "[]\n"
    print(*(f"{name} {version}" for name, version in seen["versions"].items()), sep=", ")
    return seen["versions"]


@pytest.mark.parametrize(("python", "numpy"), MXNET)
def test_mxnet(environment, wheel, tmp_path, python, numpy):
    here = environment(
        python,
        ["--no-deps", "mxnet==1.9.1"],
        [f"{wheel}[mxnet]", f"numpy=={numpy}", "scipy", "pandas"],
    )
    versions = work(here, "mxnet", tmp_path)
    assert versions["numpy"].startswith(numpy.rstrip("*"))
    assert {"scipy", "pandas"} <= versions.keys()


def test_the_floors(environment, wheel, tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    floors = project["dependencies"] + project["optional-dependencies"]["mxnet"]
    lowest = [requirement.replace(">=", "==") for requirement in floors]
    here = environment("3.11", ["--no-deps", "mxnet==1.9.1"], [f"{wheel}[mxnet]", *lowest])
    work(here, "mxnet", tmp_path)


def test_tensorflow_as_on_colab(environment, wheel, tmp_path):
    here = environment("3.13", [wheel, "tensorflow-cpu==2.20.0", "keras==3.13.*", *COLAB])
    assert work(here, "tensorflow", tmp_path)["tensorflow"] == "2.20.0"


def test_paddle(environment, wheel, tmp_path):
    here = environment("3.13", [f"{wheel}[paddle]", *COLAB])
    assert work(here, "paddle", tmp_path)["paddle"].startswith("3.")


@pytest.mark.parametrize(("python", "torch"), [("3.13", "2.11.0"), ("3.11", "2.13.0")])
def test_pytorch(environment, wheel, tmp_path, python, torch):
    local = ("--dry-run", "--no-index", "--no-deps", f"torch=={torch}")
    if run(interpreter(python, tmp_path), "-m", "pip", "install", *local, cwd=tmp_path).returncode:
        pytest.skip(f"no wheel of torch {torch} for Python {python} at hand; PyPI's brings CUDA")
    here = environment(python, [f"{wheel}[pytorch]", f"torch=={torch}", *COLAB])
    assert work(here, "pytorch", tmp_path)["pytorch"].startswith(torch)


def test_the_wheel_holds_the_package(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    folder = ROOT / "d2l_shim"
    files = {*folder.rglob("*.py"), *(folder / "data" / "fashion-mnist-subset").iterdir()}
    assert {str(file.relative_to(ROOT)) for file in files} <= held
