"""Measures what pages of the built book cost over the wire, fonts, icons and pictures included.

python -m bookbuild weight chapters/resnet/index.html --limit 700
"""

import argparse
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, Response, sync_playwright

from bookbuild.site.browser import FLAGS, find_chromium
from bookbuild.site.server import TEXT, serving

ROOT = Path(__file__).resolve().parents[2]


class Part(NamedTuple):
    """One answer to a page: its address, its bytes, and its bytes as a host sends them."""

    address: str
    plain: int
    sent: int


def weigh(page: Page, address: str) -> list[Part]:
    """Opens a page, scrolls to its end and returns all that it loaded, heaviest first.

    Text is counted gzipped; what is compressed already, as it is. Headers are not counted.
    """
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(address)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", note)
    parts = []
    for answer in answers:
        if not answer.url.startswith("data:"):  # what a page holds itself is counted with it
            body, kind = answer.body(), answer.headers.get("content-type", "")
            sent = len(gzip.compress(body, mtime=0)) if kind.startswith(TEXT) else len(body)
            parts.append(Part(answer.url, len(body), sent))
    return sorted(parts, key=lambda part: -part.sent)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a table for each page, and which page is the heaviest; 1 if one is over the limit."""
    parser = argparse.ArgumentParser(
        prog="python -m bookbuild weight", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "pages", nargs="*", help="pages; without any, all chapters in one line each"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "_build/html", help="the built book")
    parser.add_argument("--limit", type=float, metavar="KB", help="fail above so many kilobytes")
    options = parser.parse_args(arguments)
    known = [
        path.relative_to(options.folder) for path in options.folder.glob("chapters/*/index.html")
    ]
    names = options.pages or sorted(path.as_posix() for path in known)
    missing = [name for name in names if not (options.folder / name.partition("?")[0]).is_file()]
    if missing or not names:
        parser.error(f"no page {', '.join(missing)} in {options.folder}; run make book")
    if not find_chromium():
        parser.error(
            "there is no Chromium on this machine (on Debian and Ubuntu: install chromium)"
        )
    totals = {}
    with serving(options.folder) as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name in names:
            page = browser.new_context().new_page()
            parts = weigh(page, base + name)
            totals[name] = sum(part.sent for part in parts) / 1000
            for part in parts if options.pages else []:
                address = part.address.removeprefix(base)
                print(f"{part.sent / 1000:9.1f} KB {part.plain / 1000:9.1f} plain  {address}")
            print(f"{totals[name]:9.1f} KB in {len(parts)} answers: {name}", flush=True)
            page.context.close()
        browser.close()
    heaviest = max(totals, key=totals.get)
    print(f"heaviest: {heaviest}, {totals[heaviest]:.1f} KB")
    return int(options.limit is not None and totals[heaviest] > options.limit)
