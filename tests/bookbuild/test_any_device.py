"""What CI compares is the same where a notebook finds a GPU and takes the recipe for it."""

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from bookbuild.notebooks import code_cells, notebook_path
from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import BY_NAME

# the notebook asks for the number of GPUs; the images are as large as on one then, and a batch of
# eight of them is enough here
FORCED = """from d2l_shim import {module} as d2l


def load_data_fashion_mnist(batch_size, *args, usual=d2l.load_data_fashion_mnist, **kwargs):
    return [[next(iter(batches))] for batches in usual(8, *args, **kwargs)]


d2l.num_gpus, d2l.load_data_fashion_mnist = lambda: 1, load_data_fashion_mnist
%reset -f"""


def roles(chapter: Path, name: str) -> list[tuple[bool, bool, bool]]:
    """Returns of each cell whether it asks for GPUs, prints, and is compared."""
    cells = code_cells(nbformat.read(notebook_path(chapter, name), as_version=4))
    ignored = ["nbval-ignore-output" in cell.metadata.get("tags", []) for cell in cells]
    return [
        ("num_gpus" in cell.source, bool(cell.outputs), not out)
        for cell, out in zip(cells, ignored, strict=True)
    ]


ASKING = [path for path in chapters() if "num_gpus" in path.read_text("utf8")]


@pytest.mark.parametrize("chapter", ASKING, ids=lambda path: path.parent.name)
def test_the_recipe_for_a_gpu_is_in_the_same_cell_of_each_framework(chapter):
    first, *others = (roles(chapter, name) for name in BY_NAME)
    assert others == [first] * len(others)
    assert any(asks for asks, _, _ in first)


@pytest.mark.parametrize("name", BY_NAME)
def test_compared_cells_do_not_depend_on_the_device(python, needed, name, tmp_path):
    """All notebooks of a framework share a process, which loads it once, but no names."""
    needed(name)
    shared, unseen = v4.new_notebook(), {"tags": ["nbval-ignore-output"]}
    between = FORCED.format(module=BY_NAME[name].module)
    for chapter in ASKING:
        shared.cells.append(v4.new_code_cell(between, metadata=unseen))
        shared.cells += nbformat.read(notebook_path(chapter, name), as_version=4).cells
        between = "%reset -f"
    for number, cell in enumerate(shared.cells):
        cell.id = f"cell-{number}"
    nbformat.write(shared, tmp_path / "shared.ipynb")
    command = ("-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", "shared.ipynb")
    sanitized = ("--nbval-sanitize-with", ROOT / "tests/nbval.cfg")
    quick = {"D2L_QUICK": "1", "PYTHONWARNINGS": "ignore"}
    done = python(*command, *sanitized, cwd=tmp_path, env=quick)
    assert done.returncode == 0, done.stdout[-3000:]
