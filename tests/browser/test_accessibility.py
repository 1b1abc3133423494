"""Who reads with a screen reader, with the keyboard or on paper gets the whole page."""

from playwright.sync_api import Page

from d2l_shim.frameworks import FRAMEWORKS

RESNET = "chapters/resnet/index.html"


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


def test_paper_shows_the_chosen_framework_only(page: Page):
    page.goto(RESNET)
    cut = "all => all.filter(code => code.scrollWidth > code.clientWidth + 1).length"
    shown = "all => all.map(tab => tab.checkVisibility())"
    for framework in FRAMEWORKS:
        page.locator(f".book-header > label[data-sync-id={framework.name}]").click()
        page.emulate_media(media="print")
        for hidden in (
            *(".sd-tab-set > label", ".bd-sidebar-primary", ".bd-sidebar-secondary"),
            *(".bd-header-article", ".book-header a", ".book-footer", ".prev-next-footer"),
            "button.copybtn",
        ):
            assert page.locator(hidden).count() > 0
            assert page.locator(f"{hidden}:visible").count() == 0, hidden
        assert framework.label in page.locator(".book-version:visible").inner_text()
        for tabs in page.locator(".sd-tab-set:not(.book-footer)").all():
            seen = tabs.locator("> .sd-tab-content").evaluate_all(shown)
            assert seen == [each == framework for each in FRAMEWORKS]
        page.set_viewport_size({"width": 400, "height": 600})  # a small sheet
        assert page.locator("article pre:visible").evaluate_all(cut) == 0
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(media="screen")
