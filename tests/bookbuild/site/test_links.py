from pathlib import Path

import pytest
from small_book import edit, write_files

from bookbuild.__main__ import main
from bookbuild.site.links import addresses, broken

PAGE = """<html><head><link rel="stylesheet" href="_static/a.css"></head><body id="top">
<a href="sub/two.html#here">two</a> <a href="#top">up</a> <a href="#">here</a> <a href="">here</a>
<a href="sub/two.html?framework=paddle#named">in Paddle</a>
<a href="mailto:someone@example.org">mail</a>
<img src="a%20b.png" srcset="a%20b.png 1x, data:image/png;base64,AA 2x">
<a href="n.ipynb">notebook</a>
<div style="background: url('a%20b.png')"></div><a href="https://example.org/a#part">elsewhere</a>
</body></html>"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "_build/html/index.html": PAGE,
        "_build/html/sub/two.html": '<p id="here"><a name="named" href="../index.html#top">up</a>',
        "_build/html/_static/a.css": "p { background: url(b.svg) }",
        "_build/html/_static/b.svg": "",
        "_build/html/_static/theme.html": '<a href="{{ of the theme }}">',
        "_build/html/a b.png": "",
        "_build/html/n.ipynb": "",
        "chapters/one/one-x.ipynb": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
        '[{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "[me](one-x.ipynb)"}]}',
        "README.md": "See [a page](img/a.png) and [another](https://example.org/a#other).",
        "img/a.png": "",
    }
    write_files(tmp_path, files)
    return tmp_path


def lines(root: Path) -> list[str]:
    site = root / "_build/html"
    return broken(addresses(site, root), site, root)


def test_a_book_whose_links_lead_somewhere_has_none_that_is_broken(root):
    assert lines(root) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("index.html", "two.html#here", "tow.html#here", "sub/tow.html#here is not there"),
        ("index.html", "two.html#here", "two.html#her", "sub/two.html#her has no such anchor"),
        ("index.html", "paddle#named", "paddle#nam", "?framework=paddle#nam has no such anchor"),
        ("index.html", "#top", "#bottom", "#bottom has no such anchor"),
        ("index.html", 'src="a%20b', 'src="ab', "ab.png is not there"),
        ("index.html", 'srcset="a%20b', 'srcset="ab', "ab.png is not there"),
        ("index.html", "url('a%20b", "url('ab", "ab.png is not there"),
        ("index.html", "n.ipynb", "m.ipynb", "m.ipynb is not there"),
        ("index.html", "_static/a.css", "_static/b.css", "_static/b.css is not there"),
        ("index.html", "n.ipynb", "../../README.md", "../../README.md leads out of the book"),
        ("index.html", "n.ipynb", "/n.ipynb", "/n.ipynb is a place on this machine or server"),
        ("index.html", "n.ipynb", "file:///n", "file:///n is a place on this machine or server"),
        ("_static/a.css", "b.svg", "c.svg", "c.svg is not there"),
        ("../../chapters/one/one-x.ipynb", "(one-x", "(two-x", "two-x.ipynb is not there"),
        ("../../README.md", "img/a", "img/b", "img/b.png is not there"),
    ],
)
def test_a_broken_link_is_named(root, name, old, new, line):
    edit((root / "_build/html" / name).resolve(), (old, new))
    (found,) = lines(root)
    assert line in found and found.startswith(name.removeprefix("../../"))


def test_without_a_built_book_the_command_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("bookbuild.site.links.SITE", tmp_path)
    assert main(["links"]) == 1
    assert capsys.readouterr().err == "There is no built book; run `make book` first\n"
