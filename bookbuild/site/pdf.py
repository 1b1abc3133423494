"""Prints the built book with the code of one framework as PDF, by the system's Chromium."""

import argparse
import io
import sys
import time
from pathlib import Path

import yaml
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from bookbuild.site.browser import FLAGS, find_chromium
from bookbuild.site.one_document import chosen_pages, join
from bookbuild.source import ROOT
from d2l_shim.frameworks import BY_NAME, DEFAULT, Framework

NUMBERS = """numbers => document.querySelectorAll("nav a").forEach(line => {
  line.querySelector(".number").textContent = numbers[line.getAttribute("href").slice(1)];
})"""


class PdfError(RuntimeError):
    """There can be no PDF; the message says why in one sentence."""


def main(arguments: list[str] | None = None) -> int:
    """Make one PDF and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild pdf", description=__doc__)
    names = ", ".join(BY_NAME)
    parser.add_argument("--framework", default=DEFAULT, help=f"{names}; default {DEFAULT}")
    parser.add_argument(
        "--page", action="append", help="only this page of _toc.yml, and those named likewise"
    )
    parser.add_argument("--built", type=Path, default=ROOT / "_build/html", help="the book's HTML")
    parser.add_argument("--output", type=Path, help="default _build/pdf/book-FRAMEWORK.pdf")
    options = parser.parse_args(arguments)
    try:
        if options.framework not in BY_NAME:
            raise PdfError(f"There is no framework {options.framework!r}; take one of {names}.")
        framework = BY_NAME[options.framework]
        output = options.output or ROOT / f"_build/pdf/book-{framework.name}.pdf"
        make(options.built, framework, output, options.page or ())
    except PdfError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make(built: Path, framework: Framework, output: Path, only: tuple[str, ...] = ()) -> None:
    """Print the book, or only some of its pages, and say how far it is.

    Args:
        built: where the book's HTML lies.
        framework: whose code to print.
        output: the file to write; beside it lies the document that it was printed from.
        only: pages as in `_toc.yml`; all that the framework's reader needs if empty.

    Raises:
        PdfError: the book is not built, a page is not in it, or there is no Chromium.
    """
    begin = time.perf_counter()
    pages = chosen_pages(ROOT, framework)
    unknown = [page for page in only if page not in pages]
    if unknown:
        raise PdfError(f"There is no page {unknown[0]!r} in the book with {framework.label}.")
    pages = {page: part for page, part in pages.items() if page in only or not only}
    executable = find_chromium()
    if not executable:
        raise PdfError(
            "There is no Chromium on this machine (on Debian and Ubuntu: install chromium)."
        )

    def say(text: str) -> None:
        print(f"{time.perf_counter() - begin:4.0f} s  {text}", flush=True)

    say(f"joining {len(pages)} pages with {framework.label}")
    output.parent.mkdir(parents=True, exist_ok=True)
    document = output.with_suffix(".html")
    title = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["title"]
    try:
        text = join(built, pages, framework, title, output.parent)
    except OSError as error:
        raise PdfError(f"{error.filename} is missing; say make book first.") from error
    document.write_text(text, "utf8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS])
        page = browser.new_page()
        page.set_default_timeout(300_000)
        page.goto(document.resolve().as_uri())
        page.evaluate("document.fonts.ready.then(() => true)")
        say("printing, to learn on which page each section is")
        page.evaluate(NUMBERS, page_numbers(printed(page)))
        say("printing, with these numbers in the table of contents")
        content = printed(page)
        browser.close()
    output.write_bytes(content)
    count = len(PdfReader(io.BytesIO(content)).pages)
    say(f"{output}: {count} pages, {len(content) / 1e6:.1f} MB")


def printed(page: Page) -> bytes:
    """Return a page as PDF, with bookmarks, and with tags for screen readers."""
    return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def page_numbers(content: bytes) -> dict[str, int]:
    """Return on which page, counted from 1, each place is that a link leads to."""
    reader = PdfReader(io.BytesIO(content))
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }
