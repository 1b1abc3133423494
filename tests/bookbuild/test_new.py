"""A new chapter: its place in the book, and code that runs as it is."""

import nbformat
import pytest

from bookbuild.__main__ import main
from bookbuild.new import new
from bookbuild.notebooks import code_cells, write
from bookbuild.source import SourceError, blocks, chapters, labels


@pytest.fixture
def added(book):
    (book / "last.md").write_text("# No code\n")
    with (book / "_toc.yml").open("a") as toc:
        toc.write("      - file: last\n")
    new("dense-blocks", "Dense blocks", "Part", book)
    return book / "chapters/dense-blocks/index.md"


def test_it_is_the_last_chapter_of_its_part_and_has_the_order_of_all(book, chapter, added):
    lines = (book / "_toc.yml").read_text().splitlines()[-3:]
    names = ("chapters/mini/index", "chapters/dense-blocks/index", "last")
    assert lines == [f"      - file: {name}" for name in names]
    assert chapters(book) == [chapter, added]
    assert labels(book)["sec-dense-blocks"].title == "Dense blocks"
    text = added.read_text("utf8")
    start = "(sec-dense-blocks)=\n# Dense blocks\n\nAfter this chapter you can\n\n- "
    assert text.startswith(start)
    headings = [block.argument for block in blocks(text) if block.kind == "heading"][1:]
    assert headings == ["Motivation", "Definition", "In code", "Shapes", "Summary", "Exercises"]


def test_its_code_runs_in_each_framework(backend, book, added, capsys):
    notebook = write(added, backend.name, book)
    nbformat.validate(notebook)
    exec("\n".join(cell.source for cell in code_cells(notebook)), {})
    assert capsys.readouterr().out == f"{backend.shape(3, 6, 8)}\n"


@pytest.mark.parametrize(
    ("slug", "title", "part", "sentence"),
    [
        ("mini", "Mini", "Part", r"^chapters/mini is there already; choose another name or remove"),
        ("Dense_Blocks", "Dense", "Part", r"^'Dense_Blocks' is no name for a folder: use a-z, 0-9"),
        ("../dense", "Dense", "Part", r"^'../dense' is no name for a folder"),
        ("dense-", "Dense", "Part", r"^'dense-' is no name for a folder"),
        ("dense", "Dense", "Prat", r"^no part with chapters is called 'Prat'; there are"),
        ("dense", " ", "Part", r"^a chapter's title is one line of text, not ' '$"),
        ("dense", "Dense\nblocks", "Part", r"^a chapter's title is one line of text"),
    ],
)
def test_what_cannot_become_a_chapter_changes_nothing(book, slug, title, part, sentence):
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    with pytest.raises(SourceError, match=sentence):
        new(slug, title, part, book)
    assert {path: path.read_bytes() for path in book.rglob("*") if path.is_file()} == before


def test_without_a_part_the_table_of_contents_stays(book, capsys):
    before = (book / "_toc.yml").read_bytes()
    new("dense-blocks", "Dense blocks", root=book)
    said = capsys.readouterr().out
    assert "add `- file: chapters/dense-blocks/index` to a part of _toc.yml" in said
    assert (book / "_toc.yml").read_bytes() == before


def test_the_command_line_refuses_in_one_sentence(capsys):
    assert main(["new", "resnet", "--title", "Residual networks"]) == 1
    said = "chapters/resnet is there already; choose another name or remove it\n"
    assert capsys.readouterr() == ("", said)
