"""Who reads with a screen reader, with the keyboard or on paper gets the whole page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from bookbuild.source import ROOT, pages
from d2l_shim.frameworks import FRAMEWORKS

RESNET = "chapters/resnet/index.html"
EVERY = [*(f"{page}.html" for page in pages()), "search.html"]
# the markup is that of the English pages; what differs is words and fonts
CHINESE = ["zh/index.html", f"zh/{RESNET}", "zh/chapters/glossary/index.html", "zh/search.html"]
# colours at once, without fading, and all sections laid out, so that all of them are looked at
STILL = "*, ::before { transition: none !important; content-visibility: visible !important }"
# tabs that are not chosen: axe looks past them, but takes twice as long
EMPTIED = """() => {
  for (const tab of document.querySelectorAll('.sd-tab-content'))
    if (!tab.checkVisibility()) tab.replaceChildren();
}"""


def serious(page: Page, *rules: str) -> list[str]:
    """Returns what axe finds serious or critical, of the rules named or of all."""
    options = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{problem['id']}: {node['html'][:100]}"
        for problem in found
        if problem["impact"] in ("serious", "critical")
        for node in problem["nodes"]
    ]


@pytest.mark.parametrize("name", [*EVERY, *CHINESE])
def test_axe_finds_nothing_serious(page: Page, name: str):
    page.add_init_script("localStorage.setItem('mode', 'light')")
    page.goto(name)
    page.add_style_tag(content=STILL)
    page.evaluate(EMPTIED)
    assert serious(page) == []
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert serious(page, "color-contrast", "link-in-text-block") == []
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    assert serious(page, "scrollable-region-focusable") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("edition", ["", "zh/"])
def test_axe_finds_nothing_serious_in_open_menus(page: Page, edition: str, theme: str):
    page.add_init_script(f"localStorage.setItem('mode', '{theme}')")
    page.set_viewport_size({"width": 390, "height": 740})
    page.goto(f"{edition}{RESNET}")
    page.add_style_tag(content=STILL)
    page.evaluate(EMPTIED)
    for button in "primary-toggle", "secondary-toggle", "search-button":
        page.locator(f"button.{button}:visible").click()
        expect(page.locator("dialog[open]")).to_be_visible()
        assert serious(page) == []
        page.keyboard.press("Escape")


@pytest.mark.parametrize("name", [*EVERY, *(f"zh/{name}" for name in EVERY)])
def test_pictures_have_words_and_tables_have_headers(name: str, base_url: str):
    page = BeautifulSoup((ROOT / "_build/html" / name).read_text("utf-8"), "html.parser")
    for image in page.find_all("img"):
        words = image.get("alt", "")
        # without words Sphinx writes the name of the file
        assert (
            len(words) >= (5 if name.startswith("zh/") else 10) and "/" not in words.split()[0]
        ), image
    for table in page.find_all("table"):
        assert table.find("tr").find("th"), str(table)[:200]


def test_the_keyboard_reaches_everything(page: Page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{RESNET}?framework=pytorch")
    page.add_style_tag(content="*, ::before { transition: none !important }")
    reached, seen = [], "button.copybtn, .skip-link a, .sd-tab-set > input:checked + label"
    focused = f"""() => {{
      const node = document.activeElement, all = [...document.querySelectorAll('*')];
      const shown = node.matches('.sd-tab-set > input') ? node.nextElementSibling : node;
      const box = shown.getBoundingClientRect();
      return {{
        place: all.indexOf(node),
        tag: node.tagName, name: node.className + ' ' + node.id,
        visible: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight
          && (!shown.matches('{seen}') || getComputedStyle(shown).opacity === '1'),
      }};
    }}"""
    while len(reached) < 500:
        page.keyboard.press("Tab")
        at = page.evaluate(focused)
        if at["tag"] == "BODY" or (reached and at["place"] == reached[0]["place"]):
            break
        reached.append(at)
    assert 20 < len(reached) < 500
    assert [at for at in reached if not at["visible"]] == []
    names = [at["name"] for at in reached]
    page.keyboard.press("Home")
    places = {at["place"] for at in reached}
    wanted = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll('*')];
          const controls = 'a[href], button, .sd-tab-set > input:checked, [tabindex="0"]';
          const scrolls = node => node.scrollWidth > node.clientWidth + 1
            && getComputedStyle(node).overflowX === 'auto';
          return all.map((node, i) => [node, i])
            .filter(([node]) => node.matches(controls) || (node.matches('pre') && scrolls(node)))
            .filter(([node]) => node.checkVisibility({visibilityProperty: true}))
            .filter(([node]) => !node.matches('[tabindex="-1"]'))
            .map(([node, i]) => [i, node.tagName + ' ' + node.className + ' ' + node.textContent]);
        }"""
    )
    assert [name for place, name in wanted if place not in places] == []
    for part in ("search-button", "theme-switch-button", "copybtn", "primary-toggle"):
        assert any(part in name for name in names), part
    assert reached[0]["tag"] == "A"


def test_the_skip_link_leads_to_the_text(page: Page):
    page.goto(RESNET)
    page.keyboard.press("Tab")
    skip = page.locator("#pst-skip-link a")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_theme_and_search_obey_the_keyboard(page: Page):
    page.add_init_script("localStorage.getItem('mode') || localStorage.setItem('mode', 'light')")
    page.goto(RESNET)
    modes = set()
    for _ in range(3):
        page.locator(".theme-switch-button:visible").first.focus()
        page.keyboard.press("Enter")
        modes.add(page.locator("html").get_attribute("data-mode"))
    assert modes == {"light", "dark", "auto"}
    page.locator(".search-button-field:visible").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pst-search-dialog input")).to_be_focused()
    page.keyboard.type("bottleneck")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=bottleneck*")


@pytest.mark.parametrize("framework", [framework.name for framework in FRAMEWORKS])
def test_paper_shows_the_chosen_framework_only(page: Page, framework: str):
    page.goto(f"{RESNET}?framework={framework}")
    page.emulate_media(media="print")
    for hidden in (
        ".sd-tab-set > label",
        ".bd-sidebar-primary",
        ".bd-sidebar-secondary",
        ".bd-header-article",
        ".book-header a",
        ".book-footer",
        ".prev-next-footer",
        "button.copybtn",
    ):
        assert page.locator(hidden).count() > 0
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    label = next(each.label for each in FRAMEWORKS if each.name == framework)
    assert label in page.locator(".book-version:visible").inner_text()
    sets = page.locator(".sd-tab-set:not(.book-footer)")
    number = [each.name for each in FRAMEWORKS].index(framework)
    for i in range(sets.count()):
        shown = (
            sets.nth(i)
            .locator("> .sd-tab-content")
            .evaluate_all("all => all.map(tab => tab.checkVisibility())")
        )
        assert shown == [j == number for j in range(len(FRAMEWORKS))]
    cut = "all => all.filter(code => code.scrollWidth > code.clientWidth + 1).length"
    page.set_viewport_size({"width": 400, "height": 600})  # a small sheet
    assert page.locator("article pre:visible").evaluate_all(cut) == 0
