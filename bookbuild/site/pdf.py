"""Prints the built book with the code of one framework as PDF, by the system's Chromium."""

import io
import time
from pathlib import Path

import yaml
from playwright.sync_api import Page
from pypdf import PdfReader

from bookbuild import ROOT
from bookbuild.site.browser import chromium
from bookbuild.site.one_document import chosen_pages, join
from d2l_shim.frameworks import BY_NAME, DEFAULT

NUMBERS = """numbers => document.querySelectorAll("nav a").forEach(line => {
  line.querySelector(".number").textContent = numbers[line.getAttribute("href").slice(1)];
})"""


def make(
    framework: str | None = None,
    page: list[str] | None = None,
    output: Path | None = None,
    built: Path = ROOT / "_build/html",
) -> None:
    """Prints the book, or some of its pages; beside the output lies the joined document."""
    begin, used = time.perf_counter(), BY_NAME[framework or DEFAULT]
    output = output or ROOT / f"_build/pdf/book-{used.name}.pdf"
    pages = chosen_pages(ROOT, used)
    if unknown := [name for name in page or () if name not in pages]:
        raise ValueError(f"There is no page {unknown[0]!r} in the book with {used.label}.")
    pages = {name: part for name, part in pages.items() if not page or name in page}

    def say(text: str) -> None:
        print(f"{time.perf_counter() - begin:4.0f} s  {text}", flush=True)

    say(f"joining {len(pages)} pages with {used.label}")
    output.parent.mkdir(parents=True, exist_ok=True)
    document = output.with_suffix(".html")
    title = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["title"]
    try:
        document.write_text(join(built, pages, used, title, output.parent), "utf8")
    except FileNotFoundError as error:
        raise RuntimeError(f"{error.filename} is missing; say make book first.") from error
    with chromium() as browser:
        sheet = browser.new_page()
        sheet.set_default_timeout(300_000)
        sheet.goto(document.resolve().as_uri())
        sheet.evaluate("document.fonts.ready.then(() => true)")
        say("printing, to learn on which page each section is")
        sheet.evaluate(NUMBERS, page_numbers(printed(sheet)))
        say("printing, with these numbers in the table of contents")
        content = printed(sheet)
    output.write_bytes(content)
    count = len(PdfReader(io.BytesIO(content)).pages)
    say(f"{output}: {count} pages, {len(content) / 1e6:.1f} MB")


def printed(page: Page) -> bytes:
    # with bookmarks, and with tags for screen readers
    return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def page_numbers(content: bytes) -> dict[str, int]:
    """Returns on which page, counted from 1, each place is that a link leads to."""
    reader = PdfReader(io.BytesIO(content))
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }
