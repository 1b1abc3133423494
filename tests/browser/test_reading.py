"""What a reader does with a page: choose a framework, copy code, read at night and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from bookbuild.notebooks import code_cells, write
from bookbuild.source import ROOT, pages
from d2l_shim.frameworks import FRAMEWORKS

RESNET = "chapters/resnet/index.html"
NAMES = [framework.name for framework in FRAMEWORKS]
EVERY = [f"{page}.html" for page in pages()]


def test_choosing_a_tab_switches_every_group(page: Page, chosen):
    page.goto(RESNET)
    groups = page.locator(".sd-tab-set").count()
    assert groups > 8
    for name in NAMES:
        page.locator(f".book-header > label[data-sync-id={name}]").click()
        assert chosen(page) == [name] * groups
    page.locator(".sd-tab-set").nth(4).locator("label", has_text="TensorFlow").click()
    assert chosen(page) == ["tensorflow"] * groups
    shown = page.locator(".sd-tab-content:visible .cell_input").all_text_contents()
    assert any("layers.Conv2D" in code for code in shown)
    assert not any("nn.Conv2d" in code for code in shown)


def test_arrow_keys_move_between_tabs(page: Page, chosen):
    page.goto(f"{RESNET}?framework=mxnet")
    page.locator(".book-header > input:checked").focus()
    for name in [*NAMES[1:], NAMES[0]]:
        page.keyboard.press("ArrowRight")
        assert {*chosen(page)} == {name}
    page.keyboard.press("ArrowLeft")
    assert {*chosen(page)} == {NAMES[-1]}


# what is copied is there some frames later
COPIED = """async source => {
  let text;
  for (let i = 0; i < 600 && text !== source; i++) {
    await new Promise(requestAnimationFrame);
    text = (await navigator.clipboard.readText()).trim();
  }
  return text;
}"""


def test_the_copy_button_copies_the_code_only(page: Page, base_url: str):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
    page.goto(f"{RESNET}?framework=pytorch")
    cells = page.locator(".sd-tab-content:visible .cell")
    notebook = write(ROOT / "chapters/resnet/index.md", "pytorch")
    sources = [cell.source for cell in code_cells(notebook)]
    assert cells.count() == len(sources)
    for i, source in enumerate(sources):
        cells.nth(i).locator(".cell_input").hover()
        cells.nth(i).locator(".cell_input button.copybtn").click()
        assert page.evaluate(COPIED, source) == source
    assert page.locator(".cell_output button.copybtn").count() == 0


@pytest.mark.parametrize("name", EVERY)
def test_a_phone_scrolls_down_only(page: Page, name: str):
    page.set_viewport_size({"width": 360, "height": 740})
    for framework in FRAMEWORKS:
        page.goto(f"{name}?framework={framework.name}")
        assert page.evaluate("document.documentElement.scrollWidth") == 360


CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const background = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const worst = {ratio: 21, text: ''};
  const walker = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    const unseen = node.closest('mjx-assistive-mml, a.headerlink') || !node.checkVisibility();
    if (!text || unseen) continue;
    const a = light(parse(getComputedStyle(node).color)), b = light(background(node));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst.ratio) Object.assign(worst, {ratio, text});
  }
  return worst;
}"""


@pytest.mark.parametrize("name", EVERY)
def test_text_and_code_stand_out(page: Page, name: str):
    page.add_init_script("localStorage.setItem('mode', 'light')")
    page.goto(name)
    page.add_style_tag(content="* { transition: none !important }")
    for theme in "light", "dark":
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") == (theme == "light")
        worst = page.evaluate(CONTRAST)
        assert worst["ratio"] >= 4.5, worst
        page.evaluate("document.documentElement.dataset.theme = 'dark'")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_chosen_before_is_kept(page: Page, theme: str):
    page.add_init_script(f"localStorage.setItem('mode', '{theme}')")
    page.goto(RESNET)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)


def test_the_header_downloads_the_notebook(page: Page):
    page.goto(f"{RESNET}?framework=mxnet")
    with page.expect_download() as download:
        page.locator(".book-header .sd-tab-content:visible a", has_text="Download").click()
    assert download.value.suggested_filename == "resnet-mxnet.ipynb"
    expect(page.locator(".book-header .sd-tab-content:visible")).to_contain_text("MXNet 1.9.1")
