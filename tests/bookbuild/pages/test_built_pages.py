"""Pages of a small book: tabs, the index of helpers, the reference; and what stops a build.

The book is built a few times, each time after some edits, and every test looks at what came out.
"""

import html
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from small_book import BUILD, REFUSE, edit, write_files, write_notebooks

from bookbuild.pages.names import public_names
from bookbuild.source import ROOT
from d2l_shim.frameworks import BY_NAME, DEFAULT, FRAMEWORKS

MODULES = [framework.module for framework in FRAMEWORKS]
CELL = """```{{code-cell}} ipython3
:tags: [{name}]
#@save
def {slug}_block(x):
    # four is enough
    print((4, 3), d2l.corr2d(x, x))
```
"""
CHAPTER = """(sec-{slug})=
# The {slug}

Text about {{ref}}`sec-{slug}`.

## Blocks

{cells}
:::{{container}} paddle
Only for Paddle.
:::
"""
PAGES = {
    "index.md": "# Book\n",
    "helpers.md": "# Helpers\n\n```{helpers} saved\n```\n\n```{helpers} used\n```\n",
    "all.md": "\n".join(["# All\n", *(f"```{{reference}} {name}\n```\n" for name in MODULES)]),
    "names.md": "# Names\n\n```{reference} names\n```\n",
    "chapters/references.bib": "",
}
# in each of these chapters one file is changed so: the edit, and what the build then says of it
STALE = {
    "cell": ("index.md", "(4, 3)", "(4, 4)", "a code cell differs from its source"),
    "tag": ("index.md", "[mxnet]", "[mxnot]", "tag of one framework, not ['mxnot']"),
    "role": ("index.md", "Text about", "{nosuch}`x`", "cannot show the role {nosuch}"),
    "prose": ("index.md", "Text", "Words", "prose or comments differ from its source"),
    "label": ("index.md", "{ref}`sec-", "{ref}`sec-no", "nothing is labelled 'sec-nolabel'"),
    "output": ("output-paddle.ipynb", '"(4, 3)', '"(4, 4)', "its outputs are not those that were"),
    "comment": ("comment-paddle.ipynb", "four", "five", "prose or comments differ from its source"),
}
SAID = "Return the two-dimensional cross-correlation"  # of corr2d


class Built(NamedTuple):
    code: int
    said: str
    pages: dict[str, str]

    def index(self) -> dict[str, list[str]]:
        found = {}
        for row in re.findall("<tr.*?</tr>", self.pages["helpers"], re.S):
            if link := re.search(r'href="([^"]*)" title="([^"]*)">([^<]*)<', row):
                cells = re.findall("<td.*?</td>", row, re.S)
                name, _, about, _ = (re.sub("<[^>]*>", "", cell) for cell in cells)
                found[name] = [*link.groups(), about]
        return found


def build(book: Path, python) -> Built:
    env = {"PYTHONPATH": str(book), "NO_COLOR": "1"}
    done = python("-c", BUILD, cwd=book, env=env, timeout=900)
    site = book / "_build/html"
    files = {path.relative_to(site).with_suffix("").as_posix(): path for path in site.rglob("*")}
    pages = {name: path.read_text("utf8") for name, path in files.items() if path.suffix == ".html"}
    return Built(done.returncode, done.stderr, pages)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """Return the book; the packages in it take the book that they lie in for the book."""
    root = tmp_path_factory.mktemp("pages") / "book"
    ignored = shutil.ignore_patterns("__pycache__", "fashion-mnist-subset")
    for name in ("bookbuild", "d2l_shim"):
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    # archives hold a wheel, which takes long
    edit(root / "bookbuild/extension.py", ("archives, theme", "theme"))
    (root / "sitecustomize.py").write_text(REFUSE.format((*MODULES, "keras")))
    shutil.copy(ROOT / "_config.yml", root)
    edit(root / "_config.yml", ("OWNER/REPOSITORY", "some/book"))
    slugs = ("first", "second", *STALE)
    pages = dict(PAGES)
    for slug in slugs:
        cells = "\n".join(CELL.format(name=name, slug=slug) for name in BY_NAME)
        pages[f"chapters/{slug}/index.md"] = CHAPTER.format(slug=slug, cells=cells)
    toc = "format: jb-book\nroot: index\nparts:\n"
    # numbers of chapters may change, those of the pages that show them must not change with them
    toc += "- caption: Made\n  chapters: [{file: helpers}, {file: all}, {file: names}]\n"
    toc += "- caption: Part\n  numbered: true\n  chapters:\n"
    toc += "".join(f"  - file: chapters/{slug}/index\n" for slug in slugs)
    write_files(root, pages | {"_toc.yml": toc})
    for slug in slugs:
        write_notebooks(root, slug)
    return root


@pytest.fixture(scope="module")
def builds(book, python) -> SimpleNamespace:
    """Build the book from nothing, and again after each set of edits."""
    first, before = build(book, python), {}
    for slug, (name, old, new, _) in STALE.items():
        path = book / "chapters" / slug / name
        before[path] = path.read_text("utf8")
        edit(path, (old, new))
    edit(book / "chapters/second/index.md", ("## Blocks", "## Parts"))
    write_notebooks(book, "second")
    stale = build(book, python)
    for path, text in before.items():
        path.write_text(text, "utf8")
    edit(book / "chapters/first/index.md", ("def first_", "def early_"))
    write_notebooks(book, "first")
    edit(book / "d2l_shim/mxnet/chapters.py", (SAID, "Slide a kernel over an image"))
    return SimpleNamespace(first=first, stale=stale, renamed=build(book, python))


def test_all_but_the_stale_book_is_built(builds):
    for built in vars(builds).values():
        assert (built.code == 0) == (built is not builds.stale), built.said


def test_a_page_shows_the_recorded_outputs_in_tabs(builds):
    page = builds.first.pages["chapters/first/index"]
    assert page.count("(4, 3)\n") == 4, "printed in each tab"
    sets = page.split('<div class="sd-tab-set')[1:]
    assert len(sets) == 3, "header, cells, footer"
    for tabs in sets:
        labels = r'data-sync-group="framework" data-sync-id="(\w+)"'
        assert re.findall(labels, tabs) == list(BY_NAME)
        assert re.search(f'checked="checked".*?{labels}', tabs, re.DOTALL)[1] == DEFAULT
    archived = [framework.label for framework in FRAMEWORKS if framework.archived]
    assert re.findall(r'>\n?(\w+)<span class="book-archived">archived', sets[0]) == archived
    assert "book-archived" not in sets[1]
    assert sets[1].index("Only for Paddle.") > sets[1].index('data-sync-id="paddle"')
    assert len(re.findall(r'<a class="[^"]*download[^"]*"[^>]* href="[^"]*\.ipynb"', page)) == 8
    assert "recorded with PyTorch 2.9" in page
    colab = "https://colab.research.google.com/github/some/book/blob/main/chapters/first/"
    assert f'href="{colab}first-paddle.ipynb"' in page
    assert 'href="https://github.com/some/book/discussions"' in page


@pytest.mark.parametrize("slug", STALE)
def test_what_has_become_stale_stops_the_build(builds, slug):
    sentence = STALE[slug][-1]
    lines = [line for line in builds.stale.said.splitlines() if f"chapters/{slug}/" in line]
    assert any(sentence in line for line in lines), builds.stale.said


def test_a_stale_chapter_is_no_failure_of_the_program(builds):
    assert "Traceback" not in builds.stale.said
    assert "tag_block" in builds.stale.pages["helpers"], "without a link to a page that is empty"


def test_the_index_shows_sections_as_they_are_numbered(builds):
    page, found = "chapters/{}/index.html#{}".format, builds.first.index()
    assert found["first_block"][:3] == [page("first", "blocks"), "Blocks", "Section 1.1"]
    assert found["second_block"][:3] == [page("second", "blocks"), "Blocks", "Section 2.1"]
    assert found["corr2d"][:3] == found["first_block"][:3] and found["corr2d"][3].startswith(SAID)


def test_the_index_shows_each_edit_at_the_next_build(builds):
    section = ["chapters/second/index.html#parts", "Parts", "Section 2.1"]
    assert builds.stale.index()["second_block"][:3] == section
    renamed = builds.renamed.index()
    assert "early_block" in renamed and "first_block" not in renamed
    for page in ("helpers", "all"):
        assert "Slide a kernel over an image" not in builds.stale.pages[page]
        assert "Slide a kernel over an image" in builds.renamed.pages[page]


def heading(name: str) -> str:
    return f'<span class="pre">{name}</span></code><a class="headerlink"'


def test_the_reference_shows_what_docstrings_say(builds):
    shown = builds.first.pages["all"]
    for name in ("corr2d", "train_ch6", "Residual", "evaluate_accuracy_gpu", "one_cycle"):
        assert shown.count(heading(name)) == len(MODULES), name
    text = html.unescape(re.sub(r"<[^>]+>", "", shown))
    assert "train_ch6(net_fn, train_iter, test_iter, num_epochs, lr, device=None" in text
    assert "resize (int | tuple[int, int] | None) \N{EN DASH} new side in pixels" in text
    assert "ValueError \N{EN DASH} num_epochs is under 1" in text
    assert ">>> d2l.numpy(d2l.corr2d(X, K)).tolist()\n[[19.0, 25.0], [37.0, 43.0]]" in text
    assert heading("abs") not in shown, "the framework's own, without a docstring of ours"
    assert "_updater" not in text
    assert not re.search(r'href="#(typing|int|d2l_shim)', shown)


def test_the_table_of_names_is_a_table(builds):
    rows = re.findall(r"<tr.*?</tr>", builds.first.pages["names"], re.S)
    assert len(rows) == 1 + len(set().union(*map(public_names, MODULES)))
    assert all(row.count("<t") == 6 for row in rows)
