"""The index of helpers knows every saved cell, and counts sections as Sphinx does."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from bookbuild.notebooks import digest, notebook_path, write
from bookbuild.pages.helpers import cells, places
from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS
from d2l_shim.names import public_names

PAGE = """(sec-a)=
# A

> ## quoted

```{code-cell} ipython3
:tags: [paddle]
one = 1
```

## B

### C

```{code-cell} ipython3
two = 2  # ## no heading
```
"""


def test_cells_come_with_the_section_they_stand_in():
    assert list(cells(PAGE)) == [(0, "one = 1"), (2, "two = 2  # ## no heading")]


def test_every_saved_definition_is_in_the_index_with_its_chapter():
    saved = {}
    for path in chapters():
        for cell in re.findall(r"```\{code-cell\}.*?^```", path.read_text("utf8"), re.S | re.M):
            if "#@save" in cell:
                for name in re.findall(r"^(?:def|class) (\w+)", cell, re.M):
                    saved.setdefault(name, path.relative_to(ROOT).with_suffix("").as_posix())
    found = {name: place.page for name, place in places().items() if place.saved}
    assert found == saved and len(saved) > 20


def test_what_no_chapter_defines_is_at_its_first_use():
    found = places()
    assert found["train_ch6"][:2] == ("chapters/lenet/index", 6) and not found["train_ch6"].saved
    assert found["show_images"].page == "chapters/conv-layer/index"
    assert found["corr2d"].saved, "it is used as well, in later chapters"


def test_the_index_holds_nothing_that_readers_cannot_import():
    public = [public_names(framework.module) for framework in FRAMEWORKS]
    assert all(any(name in names for names in public) for name in places())


SHOWN = "_build/html/helpers.html"
FIRST, SECOND = (f"chapters/{slug}/index.md" for slug in ("first", "second"))
PACKAGES = ("bookbuild", "d2l_shim")
CELL = """```{{code-cell}} ipython3
:tags: [{}]
#@save
def {}(x):
    return d2l.corr2d(x, x)
```
"""
INDEX = "# Helpers\n\n```{helpers} saved\n```\n\n```{helpers} used\n```\n"
TOC = "format: jb-book\nroot: index\nparts:\n  - caption: Part\n    numbered: true\n    chapters:\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """Returns a book of two chapters, an index of their helpers and the reference, once built.

    It has copies of the packages, which take the book that they lie in for the book.
    """
    root = tmp_path_factory.mktemp("helpers") / "book"
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "fashion-mnist-subset")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    extension = root / "bookbuild/extension.py"
    extension.write_text(extension.read_text("utf8").replace("archives, controls", "controls"))
    shutil.copy(ROOT / "_config.yml", root)
    (root / "index.md").write_text("# Book\n")
    (root / "chapters").mkdir()
    (root / "chapters/references.bib").write_text("")
    (root / "helpers.md").write_text(INDEX)
    modules = (f"```{{reference}} {framework.module}\n```\n" for framework in FRAMEWORKS)
    (root / "all.md").write_text("\n".join(["# Reference\n", *modules]))
    for slug in ("first", "second"):
        (root / "chapters" / slug).mkdir(parents=True)
        code = "\n".join(CELL.format(name, f"{slug}_block") for name in BY_NAME)
        text = f"(sec-{slug})=\n# The {slug}\n\nText.\n\n## Blocks\n\n{code}"
        (root / "chapters" / slug / "index.md").write_text(text)
    arrange(root, "chapters/first/index", "chapters/second/index", "helpers", "all")
    build(root)
    return root


def arrange(book: Path, *names: str) -> None:
    """Writes the table of contents."""
    (book / "_toc.yml").write_text(TOC + "".join(f"      - file: {name}\n" for name in names))


def build(book: Path) -> dict[str, list[str]]:
    """Brings the notebooks up to date, builds the book and returns what its index shows by name.

    That is the address, title and number of the section, and what the helper is.
    """
    for chapter in chapters(book):
        for framework in BY_NAME:
            notebook = write(chapter, framework, book)
            notebook.metadata.book = {"versions": {}, "outputs_sha256": digest(notebook)}
            nbformat.write(notebook, notebook_path(chapter, framework))
    command = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [command, "build", book, "-W", "-n", "--keep-going", "--quiet"],
        env={**os.environ, "PYTHONPATH": str(book)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    found = {}
    for row in re.findall("<tr.*?</tr>", (book / SHOWN).read_text("utf8"), re.S):
        if link := re.search(r'href="([^"]*)" title="([^"]*)">([^<]*)<', row):
            texts = [re.sub("<[^>]*>", "", cell) for cell in re.findall("<td.*?</td>", row, re.S)]
            found[texts[0]] = [*link.groups(), texts[2]]
    return found


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf8")
    assert old in text
    path.write_text(text.replace(old, new), "utf8")


def test_an_edit_of_prose_leaves_the_index_alone(book):
    before = (book / SHOWN).stat().st_mtime_ns
    change(book / FIRST, "Text.", "Words.")
    build(book)
    assert "Words." in (book / "_build/html" / FIRST).with_suffix(".html").read_text("utf8")
    assert (book / SHOWN).stat().st_mtime_ns == before


def test_the_index_shows_each_other_edit_at_the_next_build(book):
    page, said = "chapters/{}/index.html#{}".format, "Return the two-dimensional cross-correlation"
    found = build(book)
    assert found["first_block"][:3] == [page("first", "blocks"), "Blocks", "Section 1.1"]
    assert found["second_block"][:3] == [page("second", "blocks"), "Blocks", "Section 2.1"]
    assert found["corr2d"][:3] == found["first_block"][:3] and found["corr2d"][3].startswith(said)

    change(book / FIRST, "def first_block", "def early_block")
    found = build(book)
    assert "early_block" in found and "first_block" not in found

    change(book / SECOND, "## Blocks", "## Parts")
    assert build(book)["second_block"][:3] == [page("second", "parts"), "Parts", "Section 2.1"]

    change(book / FIRST, "## Blocks", "## Before\n\nMore.\n\n## Blocks")
    assert build(book)["early_block"][:3] == [page("first", "blocks"), "Blocks", "Section 1.2"]

    change(book / "d2l_shim/mxnet/chapters.py", said, "Slide a kernel over an image")
    assert build(book)["corr2d"][3].startswith("Slide a kernel over an image")
    assert "Slide a kernel over an image" in (book / "_build/html/all.html").read_text("utf8")

    # whose numbers change although their text does not, and which now uses a helper first
    arrange(book, "chapters/second/index", "chapters/first/index", "helpers", "all")
    found = build(book)
    assert found["early_block"][2] == "Section 2.2" and found["second_block"][2] == "Section 1.1"
    assert found["corr2d"][:3] == found["second_block"][:3]

    shutil.rmtree(book / "_build")
    assert build(book) == found
