"""The PDF of the whole book: complete, in one framework, with links that lead somewhere."""

import os
import re
import subprocess
import sys
import unicodedata
from functools import cached_property
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page
from pypdf import PdfReader

from bookbuild.notebooks import code_cells, notebook_path
from bookbuild.site.one_document import chosen_pages
from bookbuild.site.pdf import make
from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

FORMULA = "\\("
TEXT_WIDTH = 166  # millimetres
# what a formula hides for screen readers sticks out by 3 pixels
WIDER = """() => [...document.body.querySelectorAll(":not(mjx-container, mjx-container *)")]
  .filter(node => node.getBoundingClientRect().right > document.body.clientWidth + 1
    || (node.clientWidth && node.scrollWidth > node.clientWidth + 8))
  .map(node => node.textContent.slice(0, 60))"""


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


class Printed:
    """A PDF, the text of its pages without white space, and what it was printed from."""

    def __init__(self, path: Path):
        self.reader = PdfReader(path)
        self.source = path.with_suffix(".html")
        self.document = BeautifulSoup(self.source.read_text("utf8"), "html.parser")
        for formula in self.document.select(".math"):
            formula.string = FORMULA  # a drawing, in which a PDF has no text

    @cached_property
    def pages(self) -> list[str]:
        return [squeezed(page.extract_text()) for page in self.reader.pages]

    def links(self) -> list[tuple[int, dict]]:
        """Returns each link with the page it stands on, counted from 1."""
        return [
            (number, annotation.get_object())
            for number, page in enumerate(self.reader.pages, 1)
            for annotation in page.get("/Annots", [])
            if annotation.get_object()["/Subtype"] == "/Link"
        ]


@pytest.fixture(scope="session")  # the tests that open a page are taken out of order
def printed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Prints the book with PyTorch's code as a program of its own, once the book is built."""
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    command = [sys.executable, "-m", "bookbuild", "pdf", "--output", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if "no Chromium" in done.stderr and not os.environ.get("CI"):
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    return Printed(path)


def lines(framework: str) -> list[str]:
    notebooks = [nbformat.read(notebook_path(path, framework), 4) for path in chapters()]
    cells = [cell for notebook in notebooks for cell in code_cells(notebook)]
    return [squeezed(line) for cell in cells for line in cell.source.splitlines() if line.strip()]


def test_it_is_a_book_of_full_pages(printed: Printed):
    assert 100 < len(printed.pages) < 300
    assert {
        (round(page.mediabox.width), round(page.mediabox.height)) for page in printed.reader.pages
    } == {(595, 842)}
    for number, text in enumerate(printed.pages[1:], 2):
        assert str(number) in text, "its number"
        assert len(text) > 20, f"page {number} is empty"
    screen_only = ".sd-tab-set, .headerlink, .screen-only, .book-footer, script, noscript"
    assert printed.document.select(screen_only) == []
    captions = [caption.get_text() for caption in printed.document.select("figcaption, caption")]
    begins = [squeezed(caption.partition(FORMULA)[0])[:40] for caption in captions]
    assert (
        len(begins) > 20
        and [begin for begin in begins if begin not in "".join(printed.pages)] == []
    )
    title = printed.document.title.text.partition(":")[0]
    assert squeezed(title) in printed.pages[0]


def test_every_line_of_code_is_there_and_none_of_other_frameworks(printed: Printed):
    text = "".join(printed.pages)
    ours = lines("pytorch")
    assert len(ours) > 800
    assert [line for line in ours if line not in text] == []
    everything = "".join(ours)
    for name in BY_NAME:
        strange = {line for line in lines(name) if len(line) > 25 and line not in everything}
        assert name == "pytorch" or len(strange) > 100
        assert [line for line in strange if line in text] == []


def test_nothing_is_wider_than_the_paper(printed: Printed, page: Page):
    page.set_viewport_size({"width": round(TEXT_WIDTH / 25.4 * 96), "height": 900})
    page.emulate_media(media="print")
    page.goto(printed.source.as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate(WIDER) == []
    assert page.locator("mjx-container").count() > 100
    assert page.locator("mjx-merror").count() == 0
    broken = "images => images.filter(image => !image.naturalWidth).map(image => image.src)"
    assert page.locator("img").evaluate_all(broken) == []


def test_links_lead_somewhere(printed: Printed):
    ids = [node["id"] for node in printed.document.select("[id]:not(svg *)")]
    assert len(ids) == len({*ids}), "the same on two pages of the book"
    named = printed.reader.named_destinations
    inside = [link["/Dest"] for _, link in printed.links() if "/Dest" in link]
    assert len(inside) > 300
    assert set(inside) <= set(named)
    wanted = {f"/{link['href'][1:]}" for link in printed.document.select("a[href^='#']")}
    assert wanted - set(named) == set()
    outside = {link["/A"]["/URI"] for _, link in printed.links() if "/A" in link}
    assert len(outside) > 15
    assert {url.partition("://")[0] for url in outside} == {"https"}


def test_the_contents_tell_the_page_of_each_section(printed: Printed):
    entries = printed.document.select("nav p:not(.depth-0) a")
    assert len(entries) > 100
    named, begins = printed.reader.named_destinations, []
    for entry in entries:
        title = squeezed(entry.get_text())
        number = printed.reader.get_destination_page_number(named["/" + entry["href"][1:]]) + 1
        assert title in printed.pages[number - 1], title
        assert any(f"{title}{number}" in page for page in printed.pages[1:8]), title
        begins.append(number)
    assert begins == sorted(begins)


def test_bookmarks_name_every_chapter(printed: Printed):
    top = [squeezed(mark.title) for mark in printed.reader.outline if not isinstance(mark, list)]
    assert [squeezed(h1.get_text()) for h1 in printed.document.select("h1")] == top
    assert len(top) > 20


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"page": ["nosuch"]}, "There is no page 'nosuch' in the book with PyTorch."),
        ({"built": Path("nosuch")}, "nosuch/index.html is missing; say make book first."),
    ],
)
def test_what_cannot_be_printed_is_one_sentence(given, sentence, tmp_path):
    with pytest.raises((RuntimeError, ValueError), match=re.escape(sentence)):
        make(output=tmp_path / "book.pdf", **given)
    assert not (tmp_path / "book.pdf").exists()


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_of_the_reference_only_ones_own_is_taken(framework):
    pages = chosen_pages(ROOT, framework)
    reference = {page for page in pages if page.startswith("chapters/reference/")}
    own = {f"chapters/reference/{other.module}" for other in FRAMEWORKS} & reference
    assert own == {f"chapters/reference/{framework.module}"}
    assert pages["chapters/resnet/index"] == "Residual networks"
    assert pages["chapters/cifar10/index"] == ""
