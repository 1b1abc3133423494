"""What must hold for every chapter of the book, whatever it teaches."""

from pathlib import Path

import nbformat
import pytest

from bookbuild.notebooks import code_cells, notebook_path, problem
from bookbuild.recorded import RESULT
from bookbuild.source import ROOT, blocks, chapters, read
from d2l_shim.frameworks import BY_NAME

CHAPTERS = chapters()
NOTEBOOKS = [
    pytest.param(chapter, framework, id=notebook_path(chapter, framework).stem)
    for chapter in CHAPTERS
    for framework in BY_NAME
]


def code(chapter: Path) -> list[nbformat.NotebookNode]:
    cells = read(chapter.read_text("utf8"), chapter).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.parent.name)
def test_cells_fit_on_a_laptop(chapter):
    for cell in code(chapter):
        lines = cell.source.splitlines()
        assert len(lines) <= 30, lines[0]
        assert [line for line in lines if len(line) > 78] == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.parent.name)
def test_figures_are_ours_and_can_be_read_aloud(chapter):
    for block in blocks(chapter.read_text("utf8")):
        if block.name == "figure":
            path = (chapter.parent / block.argument).resolve()
            assert path.parent == ROOT / "img" and path.suffix == ".svg" and path.exists()
            assert block.options["name"].startswith("fig-") and len(block.options["alt"]) > 20


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.parent.name)
def test_nothing_of_the_skeleton_is_left(chapter):
    text = chapter.read_text("utf8")
    unfinished = [line for line in text.splitlines() if "TODO" in line or line == "def twice(X):"]
    assert unfinished == []


@pytest.mark.parametrize(("chapter", "framework"), NOTEBOOKS)
def test_notebooks_are_current(chapter, framework):
    assert problem(chapter, framework) == ""


@pytest.mark.parametrize(("chapter", "framework"), NOTEBOOKS)
def test_the_result_is_what_the_chapter_promises(chapter, framework):
    """The chapter's front matter names the least accuracy and the most minutes.

    Minutes of their own may stand there for a framework that is slow on a CPU.
    """
    promise = read(chapter.read_text("utf8"), chapter).metadata.get("promise")
    notebook = nbformat.read(notebook_path(chapter, framework), as_version=4)
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    printed = [output.text for output in outputs if output.output_type == "stream"]
    results = [found for text in printed for found in RESULT.finditer(text)]
    sources = "\n".join(cell.source for cell in code_cells(notebook))
    trains = "train_ch6(" in sources or "Recipe(" in sources
    assert trains == bool(promise) == bool(results)
    if promise:
        assert float(results[-1]["accuracy"]) >= promise["test_acc"]
        minutes = promise.get(f"minutes_{framework}", promise["minutes"])
        assert notebook.metadata.book.seconds <= 60 * minutes


@pytest.mark.parametrize("framework", BY_NAME)
def test_lenet_looks_at_the_test_images_once(framework):
    """Its choices are made on validation images, the test images are for the last cell."""
    cells = code(ROOT / "chapters/lenet/index.md")
    sources = [cell.source for cell in cells if cell.metadata.framework == framework]
    looks = ["test_iter" in source or "train=False" in source for source in sources]
    assert looks == [False] * (len(looks) - 1) + [True]
