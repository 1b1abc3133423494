"""Measures what pages of the built book cost over the wire, fonts, icons and pictures included."""

import gzip
from typing import NamedTuple

from playwright.sync_api import Page, Response

from bookbuild import ROOT
from bookbuild.site.browser import chromium
from bookbuild.site.server import TEXT, serving

SITE = ROOT / "_build/html"
CHAPTERS = "chapters/*/index.html"
LOADED = "document.fonts.status === 'loaded' && [...document.images].every(one => one.complete)"


class Part(NamedTuple):
    """One answer to a page: its address, its bytes, and its bytes as a host sends them."""

    address: str
    plain: int
    sent: int


def weigh(page: Page, address: str) -> list[Part]:
    """Opens a page, scrolls to its end and returns all that it loaded, heaviest first."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function(LOADED)
    parts = []
    for answer in answers:
        if not answer.url.startswith("data:"):  # what a page holds itself is counted with it
            body, kind = answer.body(), answer.headers.get("content-type", "")
            sent = len(gzip.compress(body, mtime=0)) if kind.startswith(TEXT) else len(body)
            parts.append(Part(answer.url, len(body), sent))
    return sorted(parts, key=lambda part: -part.sent)


def tell(pages: list[str], limit: float | None = None) -> int:
    """Prints what is loaded by some pages or, in a line each, by all chapters, and the heaviest."""
    names = pages or sorted(path.relative_to(SITE).as_posix() for path in SITE.glob(CHAPTERS))
    missing = [name for name in names if not (SITE / name.partition("?")[0]).is_file()]
    if missing or not names:
        raise ValueError(f"no page {', '.join(missing)} in {SITE}; run make book")
    totals = {}
    with serving(SITE) as base, chromium() as browser:
        for name in names:
            page = browser.new_context().new_page()
            parts = weigh(page, base + name)
            page.context.close()
            totals[name] = sum(part.sent for part in parts) / 1000
            for part in parts if pages else []:
                address = part.address.removeprefix(base)
                print(f"{part.sent / 1000:9.1f} KB {part.plain / 1000:9.1f} plain  {address}")
            print(f"{totals[name]:9.1f} KB in {len(parts)} answers: {name}", flush=True)
    heaviest = max(totals, key=totals.get)
    print(f"heaviest: {heaviest}, {totals[heaviest]:.1f} KB")
    return int(limit is not None and totals[heaviest] > limit)
