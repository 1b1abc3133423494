"""Numbers that prose takes from recordings and measurements."""

import json

import nbformat
import pytest

from bookbuild.notebooks import notebook_path, problem, record
from bookbuild.recorded import value
from bookbuild.source import SourceError
from d2l_shim.frameworks import BY_NAME


@pytest.fixture
def told(tmp_path):
    """A book whose notebooks print numbers, and that has measured some."""
    for i, name in enumerate(BY_NAME):
        text = f"loss 0.5, test acc 0.7{i}\nloss 1,234.5, test acc 0.80{i}\nrate: 1e-{i + 4}\n"
        output = nbformat.v4.new_output("stream", name="stdout", text=text)
        cells = [nbformat.v4.new_code_cell("", outputs=[output])]
        path = notebook_path(tmp_path / "chapters/mini/index.md", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (path.parent / "measured.json").write_text(json.dumps({"seeds": {"mxnet": {"0": 0.8}}}))
    return tmp_path


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("mxnet/test acc", "0.800"),
        ("mxnet/test acc/1", "0.70"),
        ("pytorch/loss", "1,234.5"),
        ("paddle/rate", "1e-7"),
        ("min/test acc", "0.800"),
        ("max/test acc", "0.803"),
        ("max/test acc/1", "0.73"),
        ("measured/seeds/mxnet/0", "0.8"),
    ],
)
def test_a_number_stands_after_its_words(told, key, number):
    assert value(f"mini/{key}", told) == number


@pytest.mark.parametrize(
    "key",
    [
        *("mini", "mini/mxnet/no such words", "mini/mxnet/loss/3", "none/mxnet/loss"),
        *("mini/jax/loss", "mini/measured/none", "none/measured/seeds"),
    ],
)
def test_what_is_not_recorded_is_an_error(told, key):
    with pytest.raises(SourceError, match=f"there is no recorded number '{key}'"):
        value(key, told)


def test_prose_tells_what_its_own_notebook_has_just_printed(book, chapter, needed):
    needed("pytorch")
    text = chapter.read_text("utf8")
    chapter.write_text(f"{text}\nIt is {{value}}`mini/pytorch/(4,`.\n", "utf8")
    assert record(chapter, "pytorch", root=book) == "run"
    assert problem(chapter, "pytorch", book) == ""
    path = notebook_path(chapter, "pytorch")
    assert nbformat.read(path, 4).cells[-1].source.endswith("\nIt is 3.")
    chapter.write_text(chapter.read_text("utf8").replace("(4, 3)", "(4, 5)"), "utf8")
    assert record(chapter, "pytorch", root=book) == "run"
    assert nbformat.read(path, 4).cells[-1].source.endswith("\nIt is 5.")
    assert record(chapter, "pytorch", root=book) == "kept"
    # as long as other frameworks have not printed it, the notebook says so when it is checked
    chapter.write_text(f"{text}\nAt least {{value}}`mini/min/(4,`.\n", "utf8")
    assert record(chapter, "pytorch", force=True, root=book) == "run"
    assert "there is no recorded number" in problem(chapter, "pytorch", book)
