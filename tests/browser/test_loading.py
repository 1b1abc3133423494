"""What a page loads: nothing from elsewhere, little in all, and all that the reader should see."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Page, expect

from bookbuild.site.weight import main, weigh
from bookbuild.source import ROOT, pages

RESNET = "chapters/resnet/index.html"
EVERY = [*(f"{page}.html" for page in pages()), "search.html"]
LIMIT = 700_000  # bytes a page may cost over the wire
# each icon on screen: its name, its character, its width
ICONS = """() => [...document.querySelectorAll('[class*="fa-"]')]
  .filter(node => node.checkVisibility())
  .map(node => [node.className, getComputedStyle(node, '::before').content.replaceAll('"', ''),
                node.getBoundingClientRect().width])"""


@pytest.fixture(scope="module")
def icons(base_url: str) -> set[int]:
    """The characters of the icon font that the style sheets carry."""
    found = set()
    for sheet in (ROOT / "_build/html/_static").glob("book-*.css"):
        for font in re.findall(r"data:font/woff;base64,([^)]+)\)", sheet.read_text("utf-8")):
            found |= {*TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()}
    return found


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_whole_and_light_with_all_other_hosts_blocked(
    page: Page, name: str, base_url: str, icons: set[int]
):
    elsewhere, failures = [], []
    page.route(lambda url: not url.startswith((base_url, "data:")), lambda route: route.abort())
    page.on("request", lambda request: elsewhere.append(request.url))
    page.on("response", lambda seen: failures.append(seen.url) if seen.status >= 400 else None)
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: failures.append(str(error)))
    parts = weigh(page, name)
    assert [url for url in elsewhere if not url.startswith((base_url, "data:"))] == []
    assert failures == []
    assert sum(part.sent for part in parts) <= LIMIT, parts[:5]
    shown = page.evaluate(ICONS)
    assert len(shown) >= 4  # menu, full screen, theme and, but for short pages, contents
    lost = [icon for icon in shown if icon[2] < 5 or not {*map(ord, icon[1] or " ")} <= icons]
    assert lost == []
    formulas = page.locator(".math > mjx-container > svg")
    assert formulas.count() == page.locator(".math").count()
    assert page.evaluate(
        "[...document.querySelectorAll('.math')].every("
        "node => !node.checkVisibility() || node.getBoundingClientRect().width > 3)"
    )
    for tabs in page.locator(".sd-tab-set").all():
        expect(tabs.locator("> .sd-tab-content:visible")).to_have_count(1)


def test_formulas_are_set_and_pictures_are_there(page: Page):
    page.goto(RESNET)
    expect(page.locator("mjx-container").first).to_be_visible()
    assert page.locator("mjx-container math").count() == page.locator(".math").count()
    images = page.locator("article img:visible")
    assert images.count() >= 5
    for i in range(images.count()):
        images.nth(i).scroll_into_view_if_needed()
        assert images.nth(i).evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_link_into_a_page_stops_at_its_section(page: Page):
    page.goto(f"{RESNET}#exercises")
    expect(page.locator("#exercises h2")).to_be_in_viewport()


def test_the_search_page_finds_a_word(page: Page):
    page.goto("search.html?q=bottleneck")
    expect(page.locator("#search-results li").first).to_be_visible()


def test_a_page_that_is_not_there_is_named(base_url: str, capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit):
        main(["nowhere.html"])
    assert "no page nowhere.html" in capsys.readouterr().err
