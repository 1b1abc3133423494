"""The editions of a small book: built, changed by somebody who knows no Chinese, built again."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_book import BUILD, REFUSE, edit

import bookbuild.notebooks
from bookbuild import command, release
from bookbuild.translation import catalogue
from bookbuild.translation.checks import check
from bookbuild.translation.editions import editions
from bookbuild.translation.notebooks import record
from d2l_shim.frameworks import BY_NAME

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

PAGE = "chapters/mini/index.html"
CHINESE = """
import sys
from pathlib import Path
from bookbuild.translation.editions import build_edition, editions
sys.exit(build_edition(editions(Path.cwd())["zh"]))
"""
CHANGED = {
    "Text with": "Words with",
    ":alt: A dot": ":alt: A spot",
    "One *dot*": "A *dot*",
    "Of sizes": "About sizes",
    "| left |": "| right |",
    "## Second": "## Another",
    "A kernel": "The kernel",
}


@pytest.fixture(scope="module")
def build(shared: Path, python) -> Callable[..., str]:
    """Returns a function that runs a program which builds, and returns what it said."""

    def build(program: str, succeeds: bool = True) -> str:
        done = python("-c", program, cwd=shared, env={"NO_COLOR": "1"}, timeout=900)
        assert (done.returncode == 0) == succeeds, done.stderr
        return done.stderr

    return build


@pytest.fixture(scope="module")
def site(shared: Path, build) -> Path:
    for framework in BY_NAME:
        record(editions(shared)["zh"], shared / "chapters/mini/index.md", framework)
    build(BUILD)
    build(CHINESE)
    return Path(shutil.copytree(shared / "_build/html", shared.with_name("site")))


@pytest.fixture(scope="module")
def behind(shared: Path, site: Path, build) -> Path:
    """Returns the pages after the English text was changed, and not the catalogues."""
    chapter = shared / "chapters/mini/index.md"
    edit(chapter, *CHANGED.items())
    for framework in BY_NAME:
        assert bookbuild.notebooks.record(chapter, framework, root=shared) == "written"
        record(editions(shared)["zh"], chapter, framework)
    # a build after an edit is quick because of what it does not load; nobody looks at a clock
    build(REFUSE.format(("griffe", "griffe2md", "matplotlib", "numpy", "resvg_py")) + BUILD)
    build(CHINESE)
    return shared / "_build/html"


def text(page: Path) -> str:
    return page.read_text("utf8")


def test_text_words_and_numbers_are_chinese(site):
    page = text(site / "zh" / PAGE)
    plain = re.sub(r"<[^>]+>", "", page)
    for said in (
        *('<html lang="zh-CN"', "一个<em>点</em>，", 'alt="一个点"', "<p>名称</p>"),
        *("下载 Notebook", "部分", "本章的 Notebook"),
    ):
        assert said in page, said
    assert "待译" not in page and '<span lang="en">' not in page
    assert "看过图 1.1、小章和 [One, 2020] 之后。" in plain and "卷积核，见第 1 章。" in plain
    for word in ("Download notebook", "Second", "Part", "Figure", "Section"):
        assert word not in plain.replace("Secondary", ""), word
    english = re.sub(r"<[^>]+>", "", text(site / PAGE))
    assert "After Figure 1.1, Mini and [One, 2020]." in english
    assert "A kernel, see Section 1." in english
    assert "Open in Colab" not in english, "the repository's address is a placeholder"


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


def test_a_page_offers_the_chinese_notebooks(site):
    (place,) = set(re.findall(r'href="([^"]+mini-paddle\.ipynb)"', text(site / "zh" / PAGE)))
    assert "的文字" in text((site / "zh" / PAGE).parent / place)


@pytest.mark.parametrize(
    "shown",
    [
        r'<p><span lang="en">Words with .*\.</span><span>（待译）</span></p>',
        r'<span lang="en">A <em>dot</em>, .*\.</span><span>（待译）</span>',
        r'<span lang="en">About sizes\.</span><span>（待译）</span>',
        r'<p><span lang="en">right</span><span>（待译）</span></p>',
        r'<p><span lang="en">The kernel, .*\.</span><span>（待译）</span></p>',
        r'<h2><span class="section-number">1.1. </span><span lang="en">Another</span><a',
        r'<img (?=[^>]*alt="A spot")[^>]*lang="en"',
        r"<p>本页有些内容尚未翻译，.*注明“待译”。</p>",
    ],
)
def test_what_is_behind_is_english_and_marked(behind, shown):
    assert len(re.findall(shown, text(behind / "zh" / PAGE))) == 1


def test_what_is_not_behind_is_not_marked(behind):
    page, index = (text(behind / "zh" / name) for name in (PAGE, "index.html"))
    assert page.count("（待译）") == 5
    assert "<p>名称</p>" in page and "只用于 Paddle。" in page
    assert 'href="#another">1.1. <span lang="en">Another</span></a>' in page, "in the menus"
    assert "待译" not in index and '<span lang="en">' not in index
    assert "Words with" in text(behind / PAGE), "the English page, built anew"


def test_a_missing_notebook_stops_the_build(shared, behind, build):
    (shared / "chapters/mini/zh/mini-mxnet.ipynb").unlink()
    said = build(CHINESE, succeeds=False)
    assert "zh/mini-mxnet.ipynb is missing; run `make record CHAPTER=mini`" in said
    assert "Traceback" not in said


@pytest.fixture
def told(noted, edition, monkeypatch, capsys):
    """Returns a function that runs `check-translations`: its status and what it prints."""
    monkeypatch.setattr(command, "editions", lambda: editions(noted))

    def told(*files, complete=False):
        status = command.check_translations(list(files), complete)
        return status, capsys.readouterr().out.splitlines()

    return told


def test_catalogues_follow_the_sources(noted, edition, chapter, told, monkeypatch):
    """A change of English text is no error, and stops a release."""
    templates = {}

    def extract(root):  # a build, whose result is the same while the source is
        key = text(chapter)
        if key not in templates:
            templates[key] = shutil.copytree(original(root), root / f"templates-{len(templates)}")
        return templates[key]

    original = catalogue.extract
    for module in (catalogue, command, release):
        monkeypatch.setattr(module, "extract", extract)
    path, page = edition.catalogue("chapters/mini/index"), "chapters/mini/index.po"
    where = f"locale/zh_CN/LC_MESSAGES/{page}"
    known = {one.id for one in catalogue.read(path)}
    catalogue.update(edition)
    first = text(path)
    assert {one.id for one in catalogue.read(path)} == known, "no code, no formulas"
    # the small book has not all that the book's own words are for
    fit = ["3 catalogues of zh_CN hold what their sources hold"]
    assert told() == told(complete=True) == (0, fit)
    assert release.translation_problems(noted) == []
    catalogue.update(edition)
    assert text(path) == first, "said again, it changes nothing"

    edit(chapter, ("Text with", "Words with"), ("## Second", "## Another"))
    behind = f"{where} is behind the English text ({{}} messages), which is shown instead"
    assert told() == (0, [behind.format(4)])
    assert told(complete=True) == (
        1,
        [
            f'{where}: "Another": the source has it, the catalogue has not; run `make translate`',
            f'{where}: "Words with $x^2$ and `{{code}}`.": the source has it, the catalogue has '
            "not; run `make translate`",
            f'{where}: "Second": it is in no source; run `make translate`',
            f'{where}: "Text with $x^2$ and `{{code}}`.": it is in no source; run `make translate`',
        ],
    )
    (sentence,) = release.translation_problems(noted)
    assert sentence.startswith("locale/zh_CN has 4 messages that are not translated, or not right")

    catalogue.update(edition)
    assert told() == told(path) == (0, [behind.format(2)])
    status, said = told(path, complete=True)
    ends = [line.split(": ", 2)[2][:26] for line in said]
    assert (status, ends) == (1, ["fuzzy: the source has chan", "not translated"])
    path.unlink()
    assert told() == (0, [behind.format(1)])
    assert told(complete=True) == (1, [f"{where} is missing; run `make translate`"])
    edition.catalogue("gone").write_text(first, "utf8")
    catalogue.update(edition)
    assert path.exists() and not edition.catalogue("gone").exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("卷积核", "滤波器", "the term 'kernel' is 卷积核 or 核"),
        ("$x^2$ 和", "$y^2$ 和", "it lacks formula $x^2$"),
        ("大小一览。", "大小一览.", "half-width punctuation after a Chinese character"),
        ('msgstr "左"', '"左"\n<<<<<<<', "index.po is not a catalogue"),
        ('msgid "left"', '#~ msgid "old"\n#~ msgstr "旧"\n\nmsgid "left"', "keeps obsolete"),
    ],
)
def test_what_is_wrong_stays_an_error_beside_what_is_behind(edition, old, new, sentence):
    path = edition.catalogue("chapters/mini/index")
    edit(path, ("一个*点*，见 {eq}`eq-mini`。", ""), (old, new))
    try:
        said = [one.sentence for one in check(edition, [path]) if not one.behind]
    except ValueError as error:
        said = [str(error)]
    assert any(sentence in one for one in said), said
