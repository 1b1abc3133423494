"""A translated notebook has the code and outputs of the English one, and Chinese prose."""

import nbformat
import pytest
from small_book import edit

from bookbuild.notebooks import code_cells, notebook_path
from bookbuild.translation.notebooks import problem, record


@pytest.fixture
def notebook(edition, chapter):
    assert record(edition, chapter, "paddle") == "written"
    return notebook_path(chapter, "paddle", "zh")


def prose(path):
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_code_and_outputs_are_the_same_and_prose_is_chinese(edition, chapter, notebook):
    assert problem(edition, chapter, "paddle") == ""
    assert record(edition, chapter, "paddle") == "kept"
    chinese = nbformat.read(notebook, as_version=4)
    english = nbformat.read(notebook_path(chapter, "paddle"), as_version=4)
    assert code_cells(chinese) == code_cells(english)
    assert chinese.metadata == english.metadata
    assert chinese.cells[0] == english.cells[0] | {"execution_count": 1}
    for text in (
        "# 小章\n\n带有 $x^2$ 和 `{code}` 的文字。",
        "![一个点](data:image/png;base64,",
        "**图 1.1.** 一个*点*，见 (1.1)。",
        "**表 1.1.** 大小一览。\n\n| 名称 | 大小 |\n|---|---|\n| 左 | 3 |",
        "只用于 Paddle。\n\n## 第二\n\n看过图 1.1、小章",
        "和 ([One, 2020](https://example.org/)) 之后。",
        "> **备注。** 卷积核，见第 1 章。",
    ):
        assert text in prose(notebook)


def place(name, edition, chapter):
    return chapter.parent / name if "." in name else edition.catalogue(name)


MINI = "chapters/mini/index"


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("zh/mini-paddle.ipynb", "的文字", "的字", "its text is not that of source and catalogues"),
        (MINI, "的文字", "的字", "its text is not that of source and catalogues"),
        ("index.md", "Text", "Words", "its text is not that of source and catalogues"),
        ("index.md", "shape = (4, 3)", "shape = 5", "does not match its source; record it first"),
        ("zh/mini-paddle.ipynb", '"(4, 3)\\n"', '""', "its outputs are not those of the English"),
        ("mini-paddle.ipynb", '"(4, 3)\\n"', '""', "its outputs are not those of the English"),
        ("zh/mini-paddle.ipynb", '"cells": [', '"cells": [,', "zh/mini-paddle.ipynb: "),
    ],
)
def test_what_is_stale_is_named(edition, chapter, notebook, name, old, new, sentence):
    edit(place(name, edition, chapter), (old, new))
    assert sentence in problem(edition, chapter, "paddle")


@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        # the source has changed and the catalogue knows nothing of it
        ("index.md", "Text", "Words", "Words with $x^2$ and `{code}`.（待译）"),
        ("index.md", "One *dot*", "A *dot*", "**图 1.1.** A *dot*, see (1.1).（待译）"),
        ("index.md", ":alt: A dot", ":alt: A spot", "![A spot（待译）](data:image/png;base64,"),
        ("index.md", "Of sizes", "About sizes", "**表 1.1.** About sizes.（待译）"),
        ("index.md", "| left |", "| right |", "| right（待译） | 3 |"),
        ("index.md", "## Second", "## Another", "## Another（待译）"),
        (
            "index.md",
            "A kernel",
            "A\nbig kernel",
            "> **备注。** A big kernel, see 第 1 章.（待译）",
        ),
        ("index.md", "# Mini", "# Small", "见第 1 章"),
        ("index.md", "# Mini", "# Small", "、Small（待译）和"),
        # the catalogue has been brought up to date and waits for a translator
        (MINI, "大小一览。", "", "**表 1.1.** Of sizes.（待译）"),
        (MINI, 'msgid "A k', '#, fuzzy\nmsgid "A k', "> **备注。** A kernel, see 第 1 章.（待译）"),
        ("book", "备注。", "", "> **Note.（待译）** 卷积核"),
        ("book", "（待译）", "", "> **备注。** 卷积核"),
    ],
)
def test_what_is_behind_is_english_and_says_so(edition, chapter, name, old, new, shown):
    edit(place(name, edition, chapter), (old, new))
    assert record(edition, chapter, "paddle") == "written"
    assert problem(edition, chapter, "paddle") == ""
    assert shown in prose(notebook_path(chapter, "paddle", "zh"))


def test_an_update_of_the_catalogue_changes_no_notebook(edition, chapter, notebook):
    """Whether it is brought up to date before or after it is recorded makes no difference."""
    edit(chapter, ("Only for", "Made for"))
    record(edition, chapter, "paddle")
    before, path = notebook.read_bytes(), edition.catalogue(MINI)
    edit(path, ('msgid "Only for', '#, fuzzy\nmsgid "Made for'))
    assert record(edition, chapter, "paddle") == "kept" and notebook.read_bytes() == before
    path.unlink()
    assert record(edition, chapter, "paddle") == "written"
    marked = [line for line in prose(notebook).splitlines() if line.endswith("（待译）")]
    assert marked[:2] == ["# Mini（待译）", "Text with $x^2$ and `{code}`.（待译）"]
