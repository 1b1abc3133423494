import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bookbuild.notebooks import notebook_path, record
from bookbuild.source import ROOT
from d2l_shim.frameworks import BY_NAME, DEFAULT, FRAMEWORKS

PAGE = "_build/html/chapters/mini/index.html"


def build(book: Path) -> subprocess.CompletedProcess:
    """Builds as `make book` does."""
    command = Path(sys.executable).with_name("jupyter-book")
    return subprocess.run(
        [command, "build", book, "-W", "-n", "--keep-going", "--quiet"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=900,
    )


@pytest.fixture(scope="module")
def recordings():
    return {}


@pytest.fixture
def recorded(book, chapter, recordings, needed):
    """Returns the small book with all four notebooks recorded."""
    for framework in BY_NAME:
        needed(framework)
        path = notebook_path(chapter, framework)
        if framework not in recordings:
            record(chapter, framework, root=book)
            recordings[framework] = path.read_text()
        path.write_text(recordings[framework])
    return book


def test_a_page_shows_the_recorded_outputs_in_tabs(recorded):
    done = build(recorded)
    assert done.returncode == 0, done.stderr
    page = (recorded / PAGE).read_text()
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
    assert "Open in Colab" not in page, "the repository's address is a placeholder"
    assert "recorded with PyTorch 2." in page


def test_links_appear_once_the_repository_is_known(recorded):
    config = recorded / "_config.yml"
    config.write_text(config.read_text().replace("OWNER/REPOSITORY", "some/book"))
    done = build(recorded)
    assert done.returncode == 0, done.stderr
    page = (recorded / PAGE).read_text()
    colab = "https://colab.research.google.com/github/some/book/blob/main/chapters/mini/"
    assert f'href="{colab}mini-paddle.ipynb"' in page
    assert 'href="https://github.com/some/book/discussions"' in page


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("index.md", "shape = (4, 3)", "shape = (4, 4)", "a code cell differs from its source"),
        ("index.md", "[mxnet]", "[mxnot]", "tag of one framework, not ['mxnot']"),
        ("index.md", "Text with", "{nosuch}`x`", "cannot show the role {nosuch}"),
        ("mini-paddle.ipynb", '"(4, 3)', '"(4, 4)', "its outputs are not those that were recorded"),
        ("mini-mxnet.ipynb", None, None, "mini-mxnet.ipynb is missing"),
    ],
)
def test_what_is_stale_fails_the_build(recorded, name, old, new, sentence):
    path = recorded / "chapters/mini" / name
    if old is None:
        path.unlink()
    else:
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
    done = build(recorded)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_what_becomes_stale_stops_the_next_build(recorded):
    assert build(recorded).returncode == 0
    folder = recorded / "chapters/mini"
    chapter, notebook = folder / "index.md", folder / "mini-paddle.ipynb"
    edits = [
        (notebook, '"(4, 3)', '"(4, 4)', "its outputs are not those that were recorded"),
        (notebook, "Only for Paddle.", "For Paddle.", "prose or comments differ from its source"),
        (chapter, "shape = (4, 3)", "shape = (4, 4)", "a code cell differs from its source"),
        (chapter, "One *dot*", "A *dot*", "prose or comments differ from its source"),
        (chapter, "{ref}`sec-mini`", "{ref}`sec-nosuch`", "nothing is labelled 'sec-nosuch'"),
    ]
    for path, old, new, sentence in edits:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        done = build(recorded)
        path.write_text(text)
        assert done.returncode != 0 and sentence in done.stderr, (new, done.stderr)
    assert build(recorded).returncode == 0
