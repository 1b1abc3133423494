"""The pages of a book become one document: one framework, unique ids, links that stay inside."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from bookbuild.site.one_document import chosen_pages, join
from bookbuild.source import ROOT
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

TAB = """<input name="t"><label data-sync-id="{name}">{name}</label>
<div class="sd-tab-content"><p>for {name}</p></div>"""
TABS = "".join(TAB.format(name=name) for name in BY_NAME)
PAGE = f"""<html><head><script>window.MathJax = 1</script><script src="other.js"></script></head>
<body><aside>sidebar</aside><article class="bd-article"><section id="one"><h1>Title</h1>
<div class="sd-tab-set book-header">{TABS}</div>
<p class="screen-only">Choose a tab.</p>
<section id="summary"><h2><span class="section-number">1.1. </span>Summary
<a class="headerlink" href="#summary">#</a></h2>
<div class="sd-tab-set">{TABS}</div>
<a href="#summary">here</a> <a href="../b/index.html#summary">there</a>
<a href="../b/index.html">whole</a> <a href="../../reference/mxnet.html#x">other</a>
<a href="https://example.org/">far</a> <img src="../../_images/a.svg"></section>
<p class="rubric">As a notebook</p><div class="sd-tab-set book-footer">{TABS}</div>
</section></article></body></html>"""


@pytest.fixture
def document(tmp_path: Path) -> BeautifulSoup:
    pages = {"chapters/a/index": "Part", "chapters/b/index": ""}
    for page in pages:
        path = tmp_path / "html" / f"{page}.html"
        path.parent.mkdir(parents=True)
        path.write_text(PAGE)
    path.write_text(PAGE.replace("Title", "A &amp; B"))
    text = join(tmp_path / "html", pages, BY_NAME["paddle"], "A & B", tmp_path / "pdf")
    return BeautifulSoup(text, "html.parser")


def test_one_framework_is_left_and_no_tabs(document: BeautifulSoup):
    text = document.body.get_text()
    assert text.count("for paddle") == 4, "header and cells of two pages"
    assert not any(f"for {name}" in text for name in BY_NAME if name != "paddle")
    assert not document.select(".sd-tab-set, label, input, .headerlink, .screen-only, aside")
    assert "As a notebook" not in text


def test_ids_are_unique_and_links_stay_inside(document: BeautifulSoup):
    ids = [node["id"] for node in document.find_all(id=True)]
    assert len(ids) == len(set(ids))
    links = {node.text: node["href"] for node in document.select("#chapters-a-index a")}
    assert links == {
        "here": "#chapters-a-index--summary",
        "there": "#chapters-b-index--summary",
        "whole": "#chapters-b-index",
        "far": "https://example.org/",
    }
    inside = {node["href"][1:] for node in document.select("a[href^='#']")}
    assert inside <= set(ids)
    assert document.img["src"] == "../html/_images/a.svg"


def test_the_contents_have_parts_titles_and_numbered_sections(document: BeautifulSoup):
    lines = [" ".join(line.get_text().split()) for line in document.select("nav p")]
    assert lines == ["Part", "Title", "1.1. Summary", "About this book", "1.1. Summary"]
    assert document.header.h1.text == "A & B"
    assert document.find_all("script") == []


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_of_the_reference_only_ones_own_is_taken(framework):
    pages = chosen_pages(ROOT, framework)
    reference = {page for page in pages if page.startswith("chapters/reference/")}
    own = {f"chapters/reference/{other.module}" for other in FRAMEWORKS} & reference
    assert own == {f"chapters/reference/{framework.module}"}
    assert pages["chapters/resnet/index"] == "Residual networks"
    assert pages["chapters/cifar10/index"] == ""
