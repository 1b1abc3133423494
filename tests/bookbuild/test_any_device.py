"""What CI compares is the same where a notebook finds a GPU and takes the recipe for it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from bookbuild.notebooks import code_cells, notebook_path
from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import BY_NAME

# the notebook asks for the number of GPUs; what it trains then is as large as on one, and one batch
# of it is enough here
FORCED = """import itertools
from d2l_shim import {module} as d2l

d2l.num_gpus = lambda: 1
usual = d2l.train_ch6


def train_ch6(net, train_iter, test_iter, num_epochs, *args, **kwargs):
    first = [[(X[:8], y[:8]) for X, y in itertools.islice(batches, 1)]
             for batches in (train_iter, test_iter)]
    return usual(net, *first, 1, *args, **kwargs)


d2l.train_ch6 = train_ch6"""


def roles(chapter: Path, name: str) -> list[tuple[bool, bool, bool]]:
    """Returns of each cell whether it asks for GPUs, prints, and is compared."""
    cells = code_cells(nbformat.read(notebook_path(chapter, name), as_version=4))
    return [
        (
            "num_gpus" in cell.source,
            bool(cell.outputs),
            "nbval-ignore-output" not in cell.metadata.get("tags", []),
        )
        for cell in cells
    ]


ASKING = [path for path in chapters() if "num_gpus" in path.read_text("utf8")]


@pytest.mark.parametrize("chapter", ASKING, ids=lambda path: path.parent.name)
def test_the_recipe_for_a_gpu_is_in_the_same_cell_of_each_framework(chapter):
    first, *others = (roles(chapter, name) for name in BY_NAME)
    assert others == [first] * len(others)
    assert any(asks for asks, _, _ in first)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("chapter", ASKING, ids=lambda path: path.parent.name)
def test_compared_cells_do_not_depend_on_the_device(chapter, name, tmp_path):
    framework = BY_NAME[name]
    if importlib.util.find_spec(framework.module) is None:
        pytest.skip(f"{framework.label} is not installed")
    notebook = nbformat.read(notebook_path(chapter, name), as_version=4)
    forced = v4.new_code_cell(
        FORCED.format(module=framework.module), metadata={"tags": ["nbval-ignore-output"]}
    )
    notebook.cells.insert(0, forced)
    copy = tmp_path / f"{chapter.parent.name}.ipynb"
    nbformat.write(notebook, copy)
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider"]
    command += ["--nbval-sanitize-with", str(ROOT / "tests/nbval.cfg"), copy.name]
    quick = {"D2L_QUICK": "1", "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | quick, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]
