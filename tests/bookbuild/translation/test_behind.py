"""English text that has changed since it was translated: no error, marked, and no release."""

import re
import shutil

import pytest

import bookbuild.notebooks
import bookbuild.translation.command
from bookbuild.release import translation_problems
from bookbuild.translation import notebooks
from bookbuild.translation.catalogue import update
from bookbuild.translation.editions import editions
from d2l_shim.frameworks import BY_NAME

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

PAGE = "chapters/mini/index.html"
CHANGED = {
    "A kernel with": "One kernel with",
    ":alt: A dot": ":alt: A spot",
    "One *dot*": "A *dot*",
    "Of sizes": "About sizes",
    "| left |": "| right |",
    "## Second": "## Another",
    "Mind it.": "Mind that.",
}


def edit(path, *changes):
    text = path.read_text("utf8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf8")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept") / "html"


@pytest.fixture
def pages(book, edition, chapter, build, kept):
    """Returns the Chinese pages after an edit by somebody who knows no Chinese; built once."""
    if not kept.exists():
        edit(chapter, *CHANGED.items())
        for framework in BY_NAME:
            assert bookbuild.notebooks.record(chapter, framework, root=book) == "written"
            notebooks.record(edition, chapter, framework)
        done = build()
        assert done.returncode == 0, done.stderr
        shutil.copytree(book / "_build/zh/html", kept)
    return kept


@pytest.mark.parametrize(
    "shown",
    [
        r'<p><span lang="en">One kernel with .*\.</span><span>（待译）</span></p>',
        r'<span lang="en">A <em>dot</em>\.</span><span>（待译）</span>',
        r'<span lang="en">About sizes\.</span><span>（待译）</span>',
        r'<p><span lang="en">right</span><span>（待译）</span></p>',
        r'<p><span lang="en">Mind that\.</span><span>（待译）</span></p>',
        r'<h2><span class="section-number">1.1. </span><span lang="en">Another</span><a',
        r'<img (?=[^>]*alt="A spot")[^>]*lang="en"',
        r"<p>本页有些内容尚未翻译，.*注明“待译”。</p>",
    ],
)
def test_what_is_behind_is_english_and_marked(pages, shown):
    assert len(re.findall(shown, (pages / PAGE).read_text("utf8"))) == 1


def test_what_is_not_behind_is_not_marked(pages):
    page, index = ((pages / name).read_text("utf8") for name in (PAGE, "index.html"))
    assert page.count("（待译）") == 5
    assert re.search(r'href="#another">1.1. <span lang="en">Another</span></a>', page)
    assert "<p>名称</p>" in page and "第 1 章</span>" in page
    assert "待译" not in index and '<span lang="en">' not in index


@pytest.fixture
def check(book, monkeypatch, capsys):
    """Returns a function that runs the command on the small book; its status and what it prints."""
    monkeypatch.setattr(bookbuild.translation.command, "editions", lambda: editions(book))

    def check(*arguments):
        status = bookbuild.translation.command.main(["check-translations", *map(str, arguments)])
        return status, capsys.readouterr().out.splitlines()

    return check


def test_a_change_of_english_text_is_no_error_and_stops_a_release(book, edition, chapter, check):
    path = edition.catalogue("chapters/mini/index")
    where = path.relative_to(book).as_posix()
    # the small book has not all that the book's own words are for
    update(edition)
    fit = ["3 catalogues of zh_CN hold what their sources hold"]
    assert check() == check("--complete") == (0, fit)
    assert translation_problems(book) == []

    edit(chapter, ("A kernel with", "One kernel with"), ("## Second", "## Another"))
    behind = f"{where} is behind the English text ({{}} messages), which is shown instead"
    assert check() == (0, [behind.format(4)])
    status, said = check("--complete")
    assert status == 1 and [line.count("run `make translate`") for line in said] == [1] * 4
    (sentence,) = translation_problems(book)
    assert sentence.startswith(
        "locale/zh_CN has 4 messages that are not translated, or not rightly"
    )

    update(edition)
    assert check() == check(path) == (0, [behind.format(2)])
    status, said = check("--complete", path)
    assert status == 1 and [line.split(": ", 2)[2][:14] for line in said] == [
        "fuzzy: the sou",
        "not translated",
    ]
    assert translation_problems(book)[0].startswith("locale/zh_CN has 2 messages")

    path.unlink()
    assert check() == (0, [behind.format(1)])
    assert check("--complete") == (1, [f"{where} is missing; run `make translate`"])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("的卷积核", "的滤波器", "the term 'kernel' is 卷积核 or 核"),
        ("$x^2$ 和", "$y^2$ 和", "it lacks formula $x^2$"),
        ("大小一览。", "大小一览.", "half-width punctuation after a Chinese character"),
        ('msgstr "左"', '"左"\n<<<<<<<', "index.po is not a catalogue"),
        (
            'msgid "left"',
            '#~ msgid "old"\n#~ msgstr "旧"\n\nmsgid "left"',
            "keeps obsolete messages",
        ),
    ],
)
def test_what_is_wrong_stays_an_error_beside_what_is_behind(
    edition, check, capsys, old, new, sentence
):
    path = edition.catalogue("chapters/mini/index")
    edit(path, ("一个*点*。", ""), (old, new))
    status = bookbuild.translation.command.main(["check-translations", str(path)])
    said = capsys.readouterr()
    assert status == 1 and sentence in said.out + said.err
    assert "Traceback" not in said.err and "not translated" not in said.out
