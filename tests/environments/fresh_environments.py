"""The package with MXNet, and every notebook as on Colab, in environments made anew.

Not found by a plain `pytest`, because each environment is made anew from a package index:
`make environments` runs this file. An interpreter, an index or a wheel that is not at hand is a
skip with its reason. That the book is built on each Python is what CI's own fresh clones show.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bookbuild.notebooks import install_cell, notebook_path
from bookbuild.site.archives import build_wheel
from bookbuild.source import chapters, settings
from d2l_shim.frameworks import BY_NAME

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("mxnet_worker.py")
NUMPYS = ("numpy==1.26.4", "numpy==2.1.3", "numpy==2.*")
# NumPy 1.26 has no wheel for 3.13
MXNET = [(python, [numpy]) for python in ("3.11", "3.12") for numpy in NUMPYS]
MXNET += [("3.13", [numpy]) for numpy in NUMPYS[1:]]
ALONE = ("--no-deps", "mxnet==1.9.1")
# what Colab has beside its framework
COLAB = ("numpy==2.1.3", "matplotlib==3.10.*")
TENSORFLOW = ("tensorflow-cpu==2.20.0", "keras==3.13.*")
AS_COLAB = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')\n"


def run(*command, cwd, **env):
    """Run a command that can import only what is installed."""
    inherited = os.environ.keys() - {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    env = {key: os.environ[key] for key in inherited} | env
    command = [str(part) for part in command]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=3600)


def interpreter(version, folder):
    name, code = f"python{version}", "import ensurepip, sys; print(sys.executable)"
    if shutil.which(name):
        # where that is pyenv's, it asks which one is meant
        asked = run(name, "-c", code, cwd=folder, PYENV_VERSION=version)
        if asked.returncode == 0:
            return asked.stdout.strip()
    return pytest.skip(f"there is no Python {version} that can make an environment")


@pytest.fixture(scope="session")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    pip = (interpreter("3.11", folder), "-m", "pip")
    if run(*pip, "download", "--no-deps", "tqdm", cwd=folder).returncode:
        pytest.skip("no package index answers")


@pytest.fixture
def environment(index, tmp_path):
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


def skip_unless_at_hand(python, torch, folder):
    """Skip where PyTorch would come from an index, with gigabytes of CUDA."""
    local = ("--dry-run", "--no-index", "--no-deps", f"torch=={torch}")
    if run(interpreter(python, folder), "-m", "pip", "install", *local, cwd=folder).returncode:
        pytest.skip(f"no wheel of torch {torch} for Python {python} at hand; PyPI's brings CUDA")


def floors():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["mxnet"]
    return [requirement.replace(">=", "==") for requirement in asked]


@pytest.mark.parametrize(("python", "needed"), [*MXNET, ("3.11", floors())], ids=str)
def test_mxnet(environment, tmp_path, python, needed):
    here = environment(python, ALONE, [f"{build_wheel()}[mxnet]", *needed])
    ended = run(here, WORKER, cwd=tmp_path, D2L_QUICK="1")
    assert ended.returncode == 0, ended.stderr[-3000:]
    numpy, folder = ended.stdout.splitlines()[-1].split()
    assert any(numpy.startswith(one.removeprefix("numpy==").rstrip("*")) for one in needed)
    assert Path(folder).is_relative_to(tmp_path)


@pytest.fixture(scope="session")
def repository(tmp_path_factory):
    """Commit a copy of the working tree, whose _config.yml says that the book lives there."""
    folder = tmp_path_factory.mktemp("repository") / "book"
    listed = run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT)
    if listed.returncode:
        pytest.skip("the book is not in a git repository")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    config = folder / "_config.yml"
    config.write_text(re.sub("(?m)^  url: .*", f"  url: {folder.as_uri()}", config.read_text()))
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for command in (f"init -qb {settings(folder).branch}", "add -A", "commit -qm A"):
        done = run("git", *author, *command.split(), cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def colab(repository, tmp_path, monkeypatch):
    """Return a function that makes a kernel of an environment, which takes itself for Colab's."""

    def make(python):
        startup = tmp_path / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "00-colab.py").write_text(AS_COLAB)
        kernel = ("-m", "ipykernel", "install", "--prefix", tmp_path, "--name", "colab")
        assert run(python, *kernel, cwd=tmp_path).returncode == 0
        for key in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
            monkeypatch.delenv(key, raising=False)
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
        monkeypatch.setenv("PATH", f"{python.parent}{os.pathsep}{os.environ['PATH']}")

    return make


def versions(python, cwd):
    listed = run(python, "-m", "pip", "list", "--format", "json", cwd=cwd)
    return {package["name"]: package["version"] for package in json.loads(listed.stdout)}


def said_by(code, cwd):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    place = {"metadata": {"path": str(cwd)}}
    NotebookClient(notebook, kernel_name="colab", resources=place).execute()
    return "".join(output.text for output in notebook.cells[0].outputs)


@pytest.mark.parametrize(
    ("name", "python", "there", "installed"),
    [
        ("mxnet", "3.13", TENSORFLOW, "d2l_shim, mxnet"),
        ("tensorflow", "3.13", TENSORFLOW, "d2l_shim"),
        ("paddle", "3.13", TENSORFLOW, "d2l_shim, paddle"),
        ("pytorch", "3.13", ["torch==2.11.0"], "d2l_shim"),
        ("pytorch", "3.11", ["torch==2.13.0"], "d2l_shim"),
    ],
)
def test_notebooks_as_on_colab(
    environment, repository, colab, tmp_path, name, python, there, installed
):
    if name == "pytorch":
        skip_unless_at_hand(python, there[0].partition("==")[2], tmp_path)
    here = environment(python, ["pip>=24.1", "ipykernel", *COLAB, *there])
    colab(here)
    before, code = versions(here, tmp_path), install_cell(BY_NAME[name], repository)
    assert said_by(code, tmp_path) == f"Installed: {installed}\n"
    assert said_by(code, tmp_path) == "Installed: nothing\n"
    after = versions(here, tmp_path)
    # Paddle asks for one version of it, which TensorFlow takes too
    assert {key for key in before if after.get(key) != before[key]} <= {"opt_einsum"}

    for chapter in chapters():
        path = notebook_path(chapter, name)
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].source = code
        for cell in notebook.cells:
            outputs = cell.get("outputs", [])
            pictures = outputs and all("image/svg+xml" in one.get("data", {}) for one in outputs)
            # another Matplotlib draws other paths; what the first cell says was looked at
            if pictures or cell is notebook.cells[0]:
                cell.metadata.tags = ["nbval-ignore-output"]
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True)
        nbformat.write(notebook, copy)
    nbval = ("--nbval", "--nbval-kernel-name", "colab", "--nbval-sanitize-with")
    share = ("-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider")
    done = run(
        *(sys.executable, "-m", "pytest", *nbval, ROOT / "tests" / "nbval.cfg", *share, "chapters"),
        cwd=tmp_path,
        D2L_QUICK="1",
        PYTHONWARNINGS="ignore",
        OMP_WAIT_POLICY="PASSIVE",
    )
    assert done.returncode == 0, done.stdout[-5000:]
    print(f"{name}, Python {python}: {done.stdout.splitlines()[-1]}")
