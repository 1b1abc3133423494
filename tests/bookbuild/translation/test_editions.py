"""The two editions of a small book, built as `make book` builds them."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from bookbuild.translation.catalogue import extract, read, update
from bookbuild.translation.checks import check
from bookbuild.translation.notebooks import record
from d2l_shim.frameworks import BY_NAME

PAGE = "chapters/mini/index.html"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept") / "html"


@pytest.fixture
def site(book, edition, chapter, run, build, kept):
    """Returns the small book's built pages, which the tests of this file share."""
    if not kept.exists():
        for framework in BY_NAME:
            record(edition, chapter, framework)
        english = Path(sys.executable).with_name("jupyter-book")
        done = run([english, "build", book, "-W", "-n", "--keep-going", "--quiet"])
        assert done.returncode == 0, done.stderr
        done = build()
        assert done.returncode == 0, done.stderr
        shutil.copytree(book / "_build/html", kept)
    return kept


def text(page: Path) -> str:
    return page.read_text("utf8")


def test_text_words_and_numbers_are_chinese(site):
    page = text(site / "zh" / PAGE)
    assert '<html lang="zh-CN"' in page
    for said in (
        "带有 ",
        "一个<em>点</em>。",
        'alt="一个点"',
        "<p>名称</p>",
        "下载笔记本",
        "部分",
        "本章的笔记本",
    ):
        assert said in page, said
    assert "待译" not in page and '<span lang="en">' not in page
    plain = re.sub(r"<[^>]+>", "", page)
    assert "看过图 1.1 和小章之后，见第 1 章。" in plain
    for word in ("Download notebook", "Second", "Part", "Figure", "Section"):
        assert word not in plain.replace("Secondary", ""), word
    assert "After Figure 1.1 and Mini, see Section 1." in re.sub(r"<[^>]+>", "", text(site / PAGE))


def test_pages_have_the_same_sections_and_lead_to_each_other(site):
    pages = [text(site / PAGE), text(site / "zh" / PAGE)]
    ids = [re.findall(r'<section [^>]*id="([^"]+)"', page) for page in pages]
    assert ids[0] == ids[1] == ["mini", "second"]
    english, chinese = (re.findall(r'<a class="[^"]*book-language"[^>]*>', page) for page in pages)
    assert len(english) == len(chinese) == 1
    assert 'href="../../zh/chapters/mini/index.html" lang="zh-CN"' in english[0]
    assert 'href="../../../chapters/mini/index.html" lang="en"' in chinese[0]
    for page in pages:
        tags = re.findall(r'<link rel="alternate" hreflang="([^"]+)"', page)
        assert tags == ["en", "x-default", "zh-CN"]


def test_a_page_offers_the_chinese_notebooks(site, chapter):
    (place,) = set(re.findall(r'href="([^"]+mini-paddle\.ipynb)"', text(site / "zh" / PAGE)))
    offered = (site / "zh" / PAGE).parent / place
    assert "的卷积核" in text(offered)
    assert "的卷积核" not in text(chapter.with_name("mini-paddle.ipynb"))


def test_what_both_have_is_served_once(site):
    held = {path.name for path in (site / "zh/_static").iterdir()}
    assert "documentation_options.js" in held
    assert not held & {path.name for path in (site / "_static").glob("*.css")}
    assert not (site / "zh/_images").exists()


def test_a_stale_notebook_fails_the_build(book, edition, chapter, build):
    done = build()
    assert done.returncode != 0
    assert "zh/mini-mxnet.ipynb is missing; run `make record CHAPTER=mini`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_catalogues_follow_the_sources(book, edition, chapter, catalogue):
    path = edition.catalogue("chapters/mini/index")
    update(edition)
    first = path.read_text("utf8")
    assert [one.string for one in read(path) if one.id == "One *dot*."] == ["一个*点*。"]
    assert {one.id for one in read(path) if one.id} == catalogue.keys(), "no code, no formulas"
    update(edition)
    assert path.read_text("utf8") == first, "said again, it changes nothing"
    assert list(check(edition, [path])) == []

    text = chapter.read_text("utf8").replace("A kernel with", "One kernel with")
    chapter.write_text(text.replace("## Second", "## Another"), "utf8")
    changed = [problem.sentence for problem in check(edition, [path], extract(book))]
    where = "locale/zh_CN/LC_MESSAGES/chapters/mini/index.po"
    remedy = "run `make translate`"
    assert changed == [
        f'{where}: "Another": the source has it, the catalogue has not; {remedy}',
        f'{where}: "One kernel with $x^2$ and `code`.": the source has it, the catalogue has not; '
        f"{remedy}",
        f'{where}: "A kernel with $x^2$ and `code`.": it is in no source; {remedy}',
        f'{where}: "Second": it is in no source; {remedy}',
    ]
    update(edition)
    found = [problem.sentence.split(": ", 2)[2] for problem in check(edition, [path])]
    assert found[0].startswith("fuzzy: the source has changed")
    assert found[1:] == ["not translated"]
    (book / "index.md").write_text("# Book\n")
    edition.catalogue("gone").write_text(first, "utf8")
    update(edition)
    assert not edition.catalogue("gone").exists()
