"""The old packages' names lead here, unless the originals are installed; a process each."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OLD_NAMES = ("d2l", "d2lzh", "d2lzh_pytorch", "d2lzh_tensorflow2")
CLASSIC = """
import functools, sys
import d2l_shim
d2l_shim.install_aliases()
import d2l.torch
from d2l import torch as d2l
from d2l.torch import Residual
assert d2l is sys.modules["d2l.torch"] and Residual is d2l.Residual
import d2l_shim.torch as shim, torch
assert d2l.train_ch6 is not shim.train_ch6 and d2l.corr2d is shim.corr2d
assert d2l.plt.__name__ == "matplotlib.pyplot" and d2l.nn is torch.nn
star = {}
exec("from d2l.torch import *", star)
assert set(shim.__all__) <= set(star) and star["resnet18"] is d2l.resnet18
assert not hasattr(d2l, "no_such_name") and not hasattr(d2l, "__wrapped__")

import d2lzh_pytorch as first
from d2l_shim.compat import outside
listed = {*outside.INSTEAD, *outside.CLASS_API}
print("listed as missing:", sorted(listed & {*d2l.__all__, *first.__all__}))

for module in (d2l, first):
    names = [name for name in module.__all__ if not hasattr(module, name)]
    print("not there:", names)
for text in (
    "d2l.load_data_time_machine", "d2l.LeNet", "d2l.tokenize",
    "exec('from d2l.torch import LeNet')", "exec('from d2l import Module')",
    "exec('from d2l import jax as d2l')", "exec('import d2l.jax')",
):
    try:
        eval(text)
    except (AttributeError, ImportError) as error:
        print(type(error).__name__, error)
"""


@pytest.fixture
def run(python):
    """Give a function that runs code in a folder, which may hold packages."""

    def run(code, path=ROOT):
        env = {"PYTHONPATH": f"{path}{os.pathsep}{ROOT}"}
        return python("-c", code, cwd=path, env=env)

    return run


def test_names_resolve_and_missing_ones_are_explained(run):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    ended = run(CLASSIC)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[:3] == ["listed as missing: []", "not there: []", "not there: []"]
    assert lines[3].startswith("AttributeError d2l.torch has no load_data_time_machine; `print(")
    assert lines[4].startswith("AttributeError d2l.torch has no LeNet: the class API of d2l 1.0.3")
    assert "out of d2l_shim's scope" in lines[4] and "Sequential" in lines[4]
    assert lines[5].endswith("write `str.split`, or `list` for single characters")
    assert lines[6] == lines[4].replace("AttributeError", "ImportError")
    assert lines[7].startswith("ImportError d2l has no Module; say `from d2l import torch as d2l`")
    assert lines[8] == lines[9]
    assert lines[8].startswith("ImportError d2l has no helpers for JAX; say")


def test_nothing_is_loaded_before_it_is_asked_for(run):
    code = "import sys, d2l_shim\nd2l_shim.install_aliases()\nd2l_shim.install_aliases()\n"
    code += "import d2l\nassert d2l.__version__ == d2l_shim.__version__\n"
    code += "print({'mxnet', 'torch', 'tensorflow', 'paddle', 'matplotlib'} & {*sys.modules})\n"
    code += "print(len([f for f in sys.meta_path if type(f).__module__.startswith('d2l_shim')]))"
    ended = run(code)
    assert ended.stderr == "" and ended.stdout.split("\n")[:2] == ["set()", "3"]


def test_without_aliases_the_old_names_are_unknown(run, tmp_path):
    assert "No module named 'd2l'" in run("import d2l_shim, d2l", path=tmp_path).stderr


@pytest.fixture
def originals(tmp_path):
    for name in OLD_NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("original = True\n")
    (tmp_path / "d2l" / "torch.py").write_text("original = True\n")
    return tmp_path


def test_an_original_stays_and_that_is_said(run, originals):
    code = "import d2l_shim\nd2l_shim.install_aliases()\nimport d2l.torch, d2lzh, d2lzh_pytorch\n"
    code += "print(d2l.original, d2l.torch.original, d2lzh.original, d2lzh_pytorch.original)"
    ended = run(code, path=originals)
    assert ended.stdout == "True True True True\n"
    said = sorted(ended.stderr.splitlines())
    assert len(said) == 4
    for name, line in zip(OLD_NAMES, said, strict=True):
        assert line.startswith(f"d2l_shim: the original package {name} is installed (")
        assert "force=True" in line


def test_force_replaces_an_original_even_when_it_is_loaded(run, originals):
    code = "import sys, d2l_shim, d2l.torch\nd2l_shim.install_aliases(force=True)\nimport d2l\n"
    code += "print(d2l.__name__, 'd2l.torch' in sys.modules)"
    ended = run(code, path=originals)
    assert (ended.stdout, ended.stderr) == ("d2l_shim.compat.d2l False\n", "")
    for name in ("torch.py", "__init__.py"):
        (originals / "d2l" / name).unlink()
    code = "import d2l_shim\nd2l_shim.install_aliases()\nimport d2l, d2lzh\n"
    ended = run(code + "print(d2l.__name__, d2lzh.original)", path=originals)
    assert ended.stdout == "d2l_shim.compat.d2l True\n", "a folder d2l is no package"


def test_a_module_that_is_not_installed_says_so_when_it_is_used(run):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    code = """
import sys
sys.modules["pandas"] = None
import d2l_shim
d2l_shim.install_aliases()
from d2l.torch import *
from d2l import torch as d2l
assert pd.__name__ == "pandas" and not hasattr(pd, "__wrapped__") and d2l.os is os
try:
    pd.read_csv
except ImportError as error:
    print(error)
print({"pandas", "torchvision"} & {name for name in sys.modules if sys.modules[name]})
"""
    ended = run(code)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "the program uses pandas, which is not installed here; install it with: pip install pandas",
        "set()",
    ]
