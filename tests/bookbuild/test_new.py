import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from bookbuild import notebooks
from bookbuild.__main__ import main
from bookbuild.new import new
from bookbuild.notebooks import notebook_path, problem, record, write
from bookbuild.source import ROOT, SourceError, blocks, chapters, labels, read
from d2l_shim.frameworks import BY_NAME

DERIVED = (".*", "_build", "build", "*.ipynb", "*.egg-info", "d2l_shim", "tests", "node_modules")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Returns a copy of the book's own text with a new chapter."""
    root = tmp_path_factory.mktemp("copy") / "book"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*DERIVED))
    new("dense-blocks", "Dense blocks", "Deeper networks", root)
    return root


@pytest.fixture(scope="module")
def added(copy) -> Path:
    return copy / "chapters/dense-blocks/index.md"


def test_a_new_chapter_is_the_last_of_its_part(copy, added):
    before = (ROOT / "_toc.yml").read_text("utf8").splitlines()
    after = (copy / "_toc.yml").read_text("utf8").splitlines()
    (line,) = [number for number, text in enumerate(after) if "dense-blocks" in text]
    assert after[:line] + after[line + 1 :] == before, "no other line has changed"
    parts = {
        part["caption"]: part["chapters"] for part in yaml.safe_load("\n".join(after))["parts"]
    }
    assert parts["Deeper networks"][-1] == {"file": "chapters/dense-blocks/index"}
    assert added in chapters(copy)
    assert labels(copy)["sec-dense-blocks"].title == "Dense blocks"


def test_a_new_chapter_has_the_order_of_all_chapters(added):
    text = added.read_text("utf8")
    assert text.startswith(
        "(sec-dense-blocks)=\n# Dense blocks\n\nAfter this chapter you can\n\n- "
    )
    headings = [block.argument for block in blocks(text) if block.kind == "heading"][1:]
    assert headings == ["Motivation", "Definition", "In code", "Shapes", "Summary", "Exercises"]
    assert text.partition("## Exercises")[2].count(". TODO") >= 4


def test_a_new_chapter_imports_as_the_others_do(added):
    def firsts(chapter: Path) -> dict[str, str]:
        cells = read(chapter.read_text("utf8"), chapter).cells
        code = [cell for cell in cells if cell.cell_type == "code"]
        return {cell.metadata.framework: cell.source for cell in reversed(code)}

    assert firsts(added) == firsts(ROOT / "chapters/pooling/index.md")


def test_a_new_chapter_becomes_four_notebooks(copy, added):
    for framework, told in BY_NAME.items():
        notebook = write(added, framework, copy)
        nbformat.validate(notebook)
        sources = [cell.source for cell in notebooks.code_cells(notebook)]
        assert len(sources) == 3
        assert ("(1, 6, 8, 3)" in sources[2]) == (told.axes == "NHWC")
        assert "is missing; run `make record" in problem(added, framework, copy)


def test_a_new_chapter_is_recorded_and_built(book, monkeypatch, needed):
    needed("pytorch")
    new("dense-blocks", "Dense blocks", "Part", book)
    contents = (book / "_toc.yml").read_text()
    (book / "_toc.yml").write_text(contents.replace("      - file: chapters/mini/index\n", ""))
    chapter = book / "chapters/dense-blocks/index.md"
    assert record(chapter, "pytorch", root=book) == "run"
    printed = notebooks.code_cells(nbformat.read(notebook_path(chapter, "pytorch"), 4))[-1].outputs
    assert [output.text for output in printed] == ["(1, 3, 6, 8)\n"]
    # the build needs recordings of the others, whatever they say
    monkeypatch.setattr(notebooks, "_run", lambda *told: nbformat.NotebookNode(versions={}))
    for framework in BY_NAME:
        record(chapter, framework, root=book)
        assert problem(chapter, framework, book) == ""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", book, "-W", "-n", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    page = (book / "_build/html/chapters/dense-blocks/index.html").read_text()
    assert page.count("(1, 3, 6, 8)\n") == 1 and page.count('class="sd-tab-set') == 5


@pytest.mark.parametrize(
    ("slug", "title", "part", "sentence"),
    [
        ("mini", "Mini", "Part", r"^chapters/mini is there already; choose another name or remove"),
        ("Dense_Blocks", "Dense", "Part", r"^'Dense_Blocks' is no name for a folder: use a-z, 0-9"),
        ("../dense", "Dense", "Part", r"^'../dense' is no name for a folder"),
        ("dense-", "Dense", "Part", r"^'dense-' is no name for a folder"),
        ("dense", "Dense", "Prat", r"^no part with chapters is called 'Prat'; there are 'Part'$"),
        ("dense", " ", "Part", r"^a chapter's title is one line of text, not ' '$"),
        ("dense", "Dense\nblocks", "Part", r"^a chapter's title is one line of text"),
        ("other", "Other", "Part", r"^chapters/mini/index.md has the label sec-other; choose"),
    ],
)
def test_what_cannot_become_a_chapter_changes_nothing(book, chapter, slug, title, part, sentence):
    chapter.write_text(chapter.read_text().replace("## Second", "(sec-other)=\n## Second"))
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    with pytest.raises(SourceError, match=sentence):
        new(slug, title, part, book)
    assert {path: path.read_bytes() for path in book.rglob("*") if path.is_file()} == before


def test_without_a_part_the_table_of_contents_stays(book):
    before = (book / "_toc.yml").read_bytes()
    told = new("dense-blocks", "Dense blocks", root=book)
    assert "add `- file: chapters/dense-blocks/index` to a part of _toc.yml" in told
    assert (book / "_toc.yml").read_bytes() == before
    assert sorted(path.parent.name for path in book.glob("chapters/*/index.md")) == [
        "dense-blocks",
        "mini",
    ]


def test_the_command_refuses_in_one_sentence(capsys):
    assert main(["new", "resnet", "--title", "Residual networks"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "chapters/resnet is there already; choose another name or remove it\n"
