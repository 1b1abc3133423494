import nbformat
import pytest

from bookbuild import notebooks
from bookbuild.notebooks import notebook_path, problem, record, write

REMEDY = "run `make record CHAPTER=mini FRAMEWORK=pytorch`"


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Keeps one recording for all tests of this module, since a kernel takes seconds."""
    return {}


@pytest.fixture
def recorded(book, chapter, recording):
    """Returns the path of the PyTorch notebook, recorded from the small chapter."""
    path = notebook_path(chapter, "pytorch")
    if not recording:
        assert record(chapter, "pytorch", root=book) == "run"
        recording["text"] = path.read_text()
    path.write_text(recording["text"])
    return path


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def forbid_running(monkeypatch):
    def run(*arguments):
        raise AssertionError("a cell was run")

    monkeypatch.setattr(notebooks, "_run", run)


def test_a_notebook_holds_its_framework_alone(book, chapter):
    notebook = write(chapter, "paddle", book)
    nbformat.validate(notebook)
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds == ["code", "markdown", "code", "markdown"]
    assert notebook.cells[0].metadata.tags == ["install"]
    assert notebook.cells[3].source.startswith("Only for Paddle.\n\n## Second\n\nAfter Figure 1.1")
    assert "Only for Paddle" not in str(write(chapter, "pytorch", book))
    assert [cell.id for cell in notebook.cells] == ["cell-00", "cell-01", "cell-02", "cell-03"]


def test_the_install_cell_knows_the_repository_once_it_is_set(book, chapter, monkeypatch):
    edit(book / "_config.yml", "OWNER/REPOSITORY", "some/book")
    notebooks.settings.cache_clear()
    code = write(chapter, "mxnet", book).cells[0].source
    assert '!pip install -q "d2l_shim @ git+https://github.com/some/book@main"' in code
    assert '!pip install --no-deps "mxnet==1.9.1"' in code


def test_a_recording_keeps_outputs_and_says_where_they_come_from(recorded, book, chapter):
    notebook = nbformat.read(recorded, 4)
    assert notebook.cells[2].outputs[0].text == "(4, 3)\n"
    provenance = notebook.metadata.book
    assert provenance.seconds > 0 and provenance.cores >= 1 and provenance.processor
    assert set(provenance.versions) == {"torch", "numpy"}
    assert problem(chapter, "pytorch", book) == ""
    assert record(chapter, "pytorch", root=book) == "kept"


def test_a_comment_or_prose_makes_nothing_run(recorded, book, chapter, monkeypatch):
    forbid_running(monkeypatch)
    edit(chapter, "# four is enough", "# four will do")
    edit(chapter, "After {numref}", "Behind {numref}")
    assert "prose or comments differ" in problem(chapter, "pytorch", book)
    assert record(chapter, "pytorch", root=book) == "written"
    assert problem(chapter, "pytorch", book) == ""
    notebook = nbformat.read(recorded, 4)
    assert "# four will do" in notebook.cells[2].source
    assert notebook.cells[2].outputs[0].text == "(4, 3)\n"


def test_the_install_cell_makes_nothing_stale(recorded, book, chapter):
    edit(recorded, "On Colab, install what is missing", "On Colab, install a lot")
    assert problem(chapter, "pytorch", book) == ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"(4, 3)\\n"', '"(4, 5)\\n"', "its outputs are not those that were recorded"),
        ("print(shape)", "print(4, 3)", "a code cell differs from its source"),
        ("After Figure 1.1", "Before Figure 1.1", "prose or comments differ from its source"),
        ("iVBORw0KGgo", "iVBORw0KGgo)", "prose or comments differ from its source"),
        ('"cells": [', '"cells": [,', "is not a notebook"),
    ],
)
def test_a_notebook_edited_by_hand_is_found(recorded, book, chapter, old, new, sentence):
    edit(recorded, old, new)
    assert sentence in problem(chapter, "pytorch", book)
    assert REMEDY in problem(chapter, "pytorch", book)


def test_a_changed_source_is_found(recorded, book, chapter):
    edit(chapter, "(4, 3)", "(4, 5)")
    assert "a code cell differs from its source" in problem(chapter, "pytorch", book)


def test_another_number_of_cells_is_found(recorded, book, chapter):
    extra = "```{code-cell} ipython3\n:tags: [pytorch]\n1\n```\n"
    edit(chapter, ":::{container}", extra + "\n:::{container}")
    assert "its source has 2 code cells, it has 1" in problem(chapter, "pytorch", book)


def test_a_missing_notebook_is_named(book, chapter):
    assert problem(chapter, "mxnet", book).startswith("mini-mxnet.ipynb is missing; run `make rec")


def test_a_failing_cell_is_named_and_the_recording_stays(recorded, book, chapter):
    before = recorded.read_bytes()
    edit(chapter, "print(shape)", "print(shap)")
    with pytest.raises(RuntimeError) as caught:
        record(chapter, "pytorch", root=book)
    assert str(caught.value) == (
        "mini, pytorch: cell 2 of 2 failed with NameError: name 'shap' is not defined; "
        "the old recording is untouched"
    )
    assert recorded.read_bytes() == before
    assert [path.suffix for path in recorded.parent.iterdir() if "mini" in path.name] == [".ipynb"]


def test_a_path_of_this_machine_is_not_recorded(recorded, book, chapter):
    before = recorded.read_bytes()
    edit(chapter, "print(shape)", "import os; print(os.getcwd())")
    with pytest.raises(RuntimeError, match="an output names a path of this machine"):
        record(chapter, "pytorch", root=book)
    assert recorded.read_bytes() == before
