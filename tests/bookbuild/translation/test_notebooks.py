"""A translated notebook has the code and outputs of the English one, and Chinese prose."""

import nbformat
import pytest

from bookbuild.notebooks import code_cells, notebook_path
from bookbuild.plain_markdown import lower
from bookbuild.translation.notebooks import language, problem, record
from d2l_shim.frameworks import BY_NAME


@pytest.fixture
def notebook(edition, chapter):
    """Returns the path of a recorded Chinese notebook."""
    assert record(edition, chapter, "paddle") == "written"
    return notebook_path(chapter, "paddle", "zh")


def test_code_and_outputs_are_the_same_and_prose_is_chinese(edition, chapter, notebook):
    assert problem(edition, chapter, "paddle") == ""
    assert record(edition, chapter, "paddle") == "kept"
    chinese = nbformat.read(notebook, as_version=4)
    english = nbformat.read(notebook_path(chapter, "paddle"), as_version=4)
    assert code_cells(chinese) == code_cells(english)
    assert chinese.metadata == english.metadata
    assert chinese.cells[0] == english.cells[0] | {"execution_count": 1}
    for text in (
        "# 小章\n\n带有 $x^2$ 和 `code` 的卷积核。",
        "![一个点](data:image/png;base64,",
        "**图 1.1.** 一个*点*。",
        "**表 1.1.** 大小一览。\n\n| 名称 | 大小 |\n|---|---|\n| 左 | 3 |",
        "## 第二\n\n看过图 1.1 和小章之后，见第 1 章。",
        "> **备注。** 注意它。",
    ):
        assert text in prose(notebook)


def test_links_lead_to_chinese_notebooks(edition, book, other):
    text = "[这里](../other/index.md)"
    said = lower(text, "chapters/mini/index", "paddle", {}, book, language(edition))
    assert said == "[这里](../../other/zh/other-paddle.ipynb)"


@pytest.mark.parametrize(
    ("where", "old", "new", "sentence"),
    [
        ("zh", "的卷积核", "的核", "its text is not that of source and catalogues"),
        ("zh", '"(4, 3)\\n"', '"(4, 5)\\n"', "its outputs are not those of the English notebook"),
        ("en", '"(4, 3)\\n"', '"(4, 5)\\n"', "its outputs are not those of the English notebook"),
        ("source", "A kernel", "One kernel", "its text is not that of source and catalogues"),
        ("catalogue", "的卷积核", "的核", "its text is not that of source and catalogues"),
        (
            "source",
            "shape = (4, 3)",
            "shape = (4, 5)",
            "does not match its source; record it first",
        ),
        ("zh", '"cells": [', '"cells": [,', "zh/mini-paddle.ipynb: "),
    ],
)
def test_what_is_stale_is_named(edition, chapter, notebook, where, old, new, sentence):
    paths = {
        "zh": notebook,
        "en": notebook_path(chapter, "paddle"),
        "source": chapter,
        "catalogue": edition.catalogue("chapters/mini/index"),
    }
    text = paths[where].read_text("utf8")
    assert old in text
    paths[where].write_text(text.replace(old, new), "utf8")
    assert sentence in problem(edition, chapter, "paddle")


def test_a_missing_notebook_is_named(edition, chapter):
    assert problem(edition, chapter, "mxnet").startswith(
        "zh/mini-mxnet.ipynb is missing; run `make"
    )


def prose(path):
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize(
    ("file", "old", "new", "shown"),
    [
        # the source has changed and the catalogue knows nothing of it
        ("source", "A kernel", "One kernel", "One kernel with $x^2$ and `code`.（待译）"),
        ("source", "One *dot*", "A *dot*", "**图 1.1.** A *dot*.（待译）"),
        ("source", ":alt: A dot", ":alt: A spot", "![A spot（待译）](data:image/png;base64,"),
        ("source", "Of sizes", "About sizes", "**表 1.1.** About sizes.（待译）"),
        ("source", "| left |", "| right |", "| right（待译） | 3 |"),
        ("source", "## Second", "## Another", "## Another（待译）"),
        ("source", "Mind it.", "Mind\nthat.", "> **备注。** Mind that.（待译）"),
        ("source", "# Mini", "# Small", "见第 1 章"),
        ("source", "# Mini", "# Small", "Small（待译）之后"),
        # the catalogue has been brought up to date and waits for a translator
        ("catalogue", "大小一览。", "", "**表 1.1.** Of sizes.（待译）"),
        ("catalogue", 'msgid "Mind', '#, fuzzy\nmsgid "Mind', "> **备注。** Mind it.（待译）"),
        ("words", "备注。", "", "> **Note.（待译）** 注意它。"),
        ("words", "（待译）", "", "> **备注。** 注意它。"),
    ],
)
def test_what_is_behind_is_english_and_says_so(edition, chapter, file, old, new, shown):
    path = {
        "source": chapter,
        "catalogue": edition.catalogue("chapters/mini/index"),
        "words": edition.catalogue("book"),
    }[file]
    text = path.read_text("utf8")
    assert old in text
    path.write_text(text.replace(old, new), "utf8")
    assert record(edition, chapter, "paddle") == "written"
    assert problem(edition, chapter, "paddle") == ""
    assert shown in prose(notebook_path(chapter, "paddle", "zh"))


def test_an_update_of_the_catalogue_changes_no_notebook(edition, chapter, notebook):
    """Whether it is brought up to date before or after it is recorded makes no difference."""
    chapter.write_text(chapter.read_text("utf8").replace("Mind it.", "Mind that."), "utf8")
    record(edition, chapter, "paddle")
    before = notebook.read_bytes()
    path = edition.catalogue("chapters/mini/index")
    path.write_text(path.read_text("utf8").replace("Mind it.", "Mind that.", 1), "utf8")
    path.write_text(path.read_text("utf8").replace('msgid "Mind', '#, fuzzy\nmsgid "Mind'), "utf8")
    assert record(edition, chapter, "paddle") == "kept" and notebook.read_bytes() == before
    path.unlink()
    assert record(edition, chapter, "paddle") == "written"
    marked = [line for line in prose(notebook).splitlines() if line.endswith("（待译）")]
    assert marked[:2] == ["# Mini（待译）", "A kernel with $x^2$ and `code`.（待译）"]


def test_every_framework_is_written(edition, chapter):
    for framework in BY_NAME:
        record(edition, chapter, framework)
        assert problem(edition, chapter, framework) == ""
