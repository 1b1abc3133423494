"""Each page: whole, light, in words, from nowhere else, no wider than a phone; what axe finds."""

import base64
import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from fontTools.ttLib import TTFont
from playwright.sync_api import Page, expect

from bookbuild.__main__ import main
from bookbuild.site.weight import weigh
from bookbuild.source import ROOT, pages
from d2l_shim.frameworks import DEFAULT, FRAMEWORKS

RESNET = "chapters/resnet/index.html"
ENGLISH = [*(f"{page}.html" for page in pages()), "search.html"]
CHINESE = [f"zh/{name}" for name in ENGLISH]
# the markup is that of the English pages, and of one framework; what differs is words and fonts
LOOKED_AT = [*CHINESE[:1], f"zh/{RESNET}", "zh/chapters/glossary/index.html", CHINESE[-1]]
ALIKE = {f"chapters/reference/{one.module}.html" for one in FRAMEWORKS if one.name != DEFAULT}
LOOKED_AT += [name for name in ENGLISH if name not in ALIKE]
LIMIT = 700_000  # bytes a page may cost over the wire
# each icon on screen: its name, its character, its width
ICONS = """() => [...document.querySelectorAll('[class*="fa-"]')]
  .filter(node => node.checkVisibility())
  .map(node => [node.className, getComputedStyle(node, '::before').content.replaceAll('"', ''),
                node.getBoundingClientRect().width])"""
# pictures without words, where Sphinx writes the name of the file, and tables without headers
WORDLESS = """least => [
  ...[...document.images].filter(({alt}) => alt.length < least || alt.split(' ')[0].includes('/')),
  ...[...document.querySelectorAll('table')].filter(table => !table.rows[0].querySelector('th')),
].map(node => node.outerHTML.slice(0, 200))"""
# how wide a page is with the tabs of each framework
WIDTHS = """names => names.map(name => {
  document.querySelector(`.sd-tab-set > label[data-sync-id=${name}]`)?.click();
  return document.documentElement.scrollWidth;
})"""
# colours at once, without fading, and all sections laid out, so that all of them are looked at
STILL = "*, ::before { transition: none !important; content-visibility: visible !important }"
# one of each kind is enough for axe, whose time grows with the nodes: coloured code, rows of plain
# cells, entries of menus; and none of what it looks past: tabs not chosen, parts of formulas
THINNED = """() => {
  for (const tab of document.querySelectorAll('.sd-tab-content'))
    if (!tab.checkVisibility()) tab.replaceChildren();
  const kinds = new Set();
  for (const token of document.querySelectorAll('pre span:not(:has(*)), .docutils > .pre')) {
    const kind = token.parentElement.className + token.className + Boolean(token.closest('a'));
    if (kinds.has(kind)) token.replaceWith(token.textContent);
    kinds.add(kind);
  }
  for (const row of document.querySelectorAll('tbody tr:nth-child(n + 4)'))
    if (!row.querySelector('td :not(p)')) row.remove();
  for (const entry of document.querySelectorAll('nav li:nth-child(n + 4)'))
    if (!entry.matches('.current, .active') && !entry.querySelector('.current, .active'))
      entry.remove();
  for (const math of document.querySelectorAll('mjx-container svg, mjx-container math'))
    math.replaceChildren();
}"""


@pytest.fixture(scope="module")
def icons(base_url: str) -> set[int]:
    found = set()
    for sheet in (ROOT / "_build/html/_static").glob("book-*.css"):
        for font in re.findall(r"data:font/woff;base64,([^)]+)\)", sheet.read_text("utf-8")):
            found |= {*TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()}
    assert len(found) < 40, "and not those of the theme that the book does not show"
    return found


def serious(page: Page, *rules: str) -> list[str]:
    """Returns what axe finds serious or critical, of the rules named or of all."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": [*rules]} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{problem['id']}: {node['html'][:100]}"
        for problem in found
        if problem["impact"] in ("serious", "critical")
        for node in problem["nodes"]
    ]


def is_whole_and_light(page: Page, name: str, base_url: str, icons: set[int]) -> None:
    """Opens a page, for which all other hosts are blocked, and looks at it, at last on a phone."""
    elsewhere, failures = [], []
    page.route(lambda url: not url.startswith((base_url, "data:")), lambda route: route.abort())
    page.on("request", lambda request: elsewhere.append(request.url))
    page.on("response", lambda seen: failures.append(seen.url) if seen.status >= 400 else None)
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: failures.append(str(error)))
    parts = weigh(page, name)
    assert sum(part.sent for part in parts) <= LIMIT, parts[:5]
    shown = page.evaluate(ICONS)
    assert len(shown) >= 4  # menu, full screen, theme and, but for short pages, contents
    assert page.evaluate(WORDLESS, 5 if name.startswith("zh/") else 10) == []
    lost = [icon for icon in shown if icon[2] < 5 or not {*map(ord, icon[1] or " ")} <= icons]
    assert lost == []
    assert page.evaluate(
        "[...document.querySelectorAll('.math')].every(node => node.querySelector('svg') && "
        "(!node.checkVisibility() || node.getBoundingClientRect().width > 3))"
    )
    assert page.evaluate(
        "[...document.querySelectorAll('.sd-tab-set')].every(tabs => "
        "[...tabs.children].filter(node => node.matches('.sd-tab-content') "
        "&& node.checkVisibility()).length === 1)"
    )
    page.set_viewport_size({"width": 360, "height": 740})
    names = sorted((one.name for one in FRAMEWORKS), key=lambda name: name == DEFAULT)
    assert page.evaluate(WIDTHS, names) == [360] * len(names)  # the default comes last and stays
    assert [url for url in elsewhere if not url.startswith((base_url, "data:"))] == []
    assert failures == []


def pleases_axe(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.add_style_tag(content=STILL)
    page.evaluate(THINNED)
    assert serious(page) == []
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert serious(page, "color-contrast", "link-in-text-block") == []
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    assert serious(page, "scrollable-region-focusable") == []


@pytest.mark.parametrize("name", [*ENGLISH, *CHINESE])
def test_a_page(page: Page, name: str, base_url: str, icons: set[int]):
    page.add_init_script("localStorage.setItem('mode', 'light')")
    is_whole_and_light(page, name, base_url, icons)
    expect(page.locator("a.book-language:visible")).to_have_count(1)
    if name in LOOKED_AT:
        pleases_axe(page)


@pytest.mark.parametrize(("edition", "theme"), [("", "light"), ("zh/", "dark")])
def test_axe_finds_nothing_serious_in_open_menus(page: Page, edition: str, theme: str):
    page.add_init_script(f"localStorage.setItem('mode', '{theme}')")
    page.set_viewport_size({"width": 390, "height": 740})
    page.goto(f"{edition}{RESNET}")
    expect(page.locator("html")).to_have_attribute("data-theme", theme)  # as it was chosen before
    page.add_style_tag(content=STILL)
    page.evaluate(THINNED)
    for button in "primary-toggle", "secondary-toggle", "search-button":
        page.locator(f"button.{button}:visible").click()
        expect(page.locator("dialog[open]")).to_be_visible()
        assert serious(page) == []
        page.keyboard.press("Escape")


def test_a_page_that_is_not_there_is_named(base_url: str, capsys: pytest.CaptureFixture):
    assert main(["weight", "nowhere.html"]) == 1
    assert "no page nowhere.html" in capsys.readouterr().err
