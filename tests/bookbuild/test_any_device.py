"""What CI compares is the same where a notebook finds a GPU and takes the recipe for it."""

from pathlib import Path

import nbformat
import pytest

from bookbuild.notebooks import code_cells, notebook_path
from bookbuild.source import chapters
from d2l_shim.frameworks import BY_NAME

ASKING = [path for path in chapters() if "num_gpus" in path.read_text("utf8")]


def roles(chapter: Path, name: str) -> list[tuple[bool, bool, bool]]:
    """Returns of each cell whether it asks for GPUs, prints, and is compared."""
    cells = code_cells(nbformat.read(notebook_path(chapter, name), as_version=4))
    found = []
    for cell in cells:
        compared = "nbval-ignore-output" not in cell.metadata.get("tags", [])
        assert not (compared and "train_ch6(" in cell.source), "a result depends on the device"
        found.append(("num_gpus" in cell.source, bool(cell.outputs), compared))
    return found


@pytest.mark.parametrize("chapter", ASKING, ids=lambda path: path.parent.name)
def test_the_recipe_for_a_gpu_is_in_the_same_cell_of_each_framework(chapter):
    first, *others = (roles(chapter, name) for name in BY_NAME)
    assert others == [first] * len(others)
    assert any(asks for asks, _, _ in first)
