"""Every control of a page does something when it is clicked, tapped, or reached and pressed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from d2l_shim.frameworks import FRAMEWORKS

RESNET = "chapters/resnet/index.html"
PADDING = "chapters/padding-and-strides/index.html"
BUTTONS = [f"button.{name}" for name in ("primary-toggle", "btn-fullscreen-button")]
BUTTONS += ["button.theme-switch-button", "button.search-button__button", ".skip-link a"]
TABS = ["button.copybtn", ".sd-tab-set > label", ".sd-tab-set > input"]
SCROLLED = "[tabindex='0']:not(a)"
# a page of each kind, with rows of the table that it has besides those buttons
KINDS = {
    "index.html": [],
    "chapters/installation/index.html": TABS,
    "chapters/shapes/index.html": ["summary"],
    "chapters/reference/names.html": [],
    "search.html?q=stride": ["form.bd-search input"],
    PADDING: [*TABS, ".shape-form label", ".shape-form input"],
    RESNET: [*TABS, "a[href^='#']:not(.skip-link a)"],
}
SIDEBAR = 992  # from this width on the list of chapters stands beside the text
# each control that is seen, marked by its number, with the rows of the table that it is in
LIST = """rows => [...document.querySelectorAll(
    `button, summary, input, select, textarea, label, [tabindex="0"], [onclick], [role=button],
     a[href^="#"], a[href^="javascript:"]`)]
  .filter(node => node.checkVisibility({visibilityProperty: true}) && !node.disabled)
  .map((node, i) => {
    node.dataset.control = i;
    return rows.filter(row => node.matches(row));
  })"""

# links to other pages that something else would be clicked in place of
COVERED = """() => [...document.querySelectorAll("a[href]:not([href^='#'])")]
  .filter(link => link.checkVisibility({visibilityProperty: true}) && link.offsetWidth)
  .filter(link => {
    link.scrollIntoView({block: 'center', behavior: 'instant'});
    const {x, y, width, height} = link.getClientRects()[0];
    return !link.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  }).map(link => link.outerHTML)"""

# sets of tabs are alike: all labels of the first are used, and one of each other
USED = """(label, n) => {
  const place = [...document.querySelectorAll('.sd-tab-set')].indexOf(label.parentElement);
  const number = [...label.parentElement.querySelectorAll(':scope > label')].indexOf(label);
  return place === 0 || place % n === number;
}"""


def menu(reader, button: Locator) -> None:
    """The button opens and closes what it is for, and says whether it is open."""
    page = reader.page
    name = "primary" if "primary" in button.get_attribute("class") else "secondary"
    sidebar = page.locator(f"#pst-{name}-sidebar")
    dialog = page.locator(f"#pst-{name}-sidebar-modal")
    if name == "primary" and page.viewport_size["width"] >= SIDEBAR:
        for shown in "false", "true":
            reader.act(button)
            expect(button).to_have_attribute("aria-expanded", shown)
            expect(sidebar.locator("a").last).to_be_visible(visible=shown == "true")
        return
    for _ in range(2):
        expect(button).to_have_attribute("aria-expanded", "false")
        reader.act(button)
        expect(button).to_have_attribute("aria-expanded", "true")
        expect(dialog).to_be_visible()
        expect(dialog).to_have_attribute("aria-label", button.get_attribute("aria-label"))
        assert dialog.locator("a:visible").count() > 2
        reader.close(dialog)
        expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def full_screen(reader, button: Locator) -> None:
    for full in True, False:
        reader.act(button)
        reader.page.wait_for_function(
            f"Boolean(document.fullscreenElement) === {str(full).lower()}"
        )


def theme(reader, button: Locator) -> None:
    root, modes = reader.page.locator("html"), []
    for _ in range(3):
        reader.act(button)
        modes.append(root.get_attribute("data-mode"))
    assert {*modes} == {"auto", "dark", "light"}


def search_button(reader, button: Locator) -> None:
    dialog = reader.page.locator("#pst-search-dialog")
    if "search.html" in reader.page.url:  # which has a field of its own
        reader.act(button)
        expect(reader.page.locator("article input[name=q], main input[name=q]")).to_be_focused()
        return
    reader.act(button)
    expect(dialog.locator("input")).to_be_focused()
    reader.close(dialog)


def search_field(reader, field: Locator) -> None:
    field.fill("bottleneck")
    field.press("Enter")
    reader.page.wait_for_url("**/search.html?q=bottleneck*")
    expect(reader.page.locator("ul.search > li").first).to_be_visible()


def copy(reader, button: Locator) -> None:
    assert button.locator("xpath=ancestor::*[contains(@class, 'cell_output')]").count() == 0
    code = button.locator("xpath=preceding-sibling::pre")
    reader.page.evaluate("navigator.clipboard.writeText('nothing')")
    reader.act(button)
    # it is there some frames later
    copied = reader.page.evaluate(
        """async () => {
          let text = "nothing";
          for (let i = 0; i < 600 && text === "nothing"; i++) {
            await new Promise(requestAnimationFrame);
            text = await navigator.clipboard.readText();
          }
          return text;
        }"""
    )
    assert copied.strip() == code.text_content().strip() != ""


def tab(reader, label: Locator) -> None:
    page, name = reader.page, label.get_attribute("data-sync-id")
    # a label is for pointers; keys move the button that belongs to it
    if reader.means == "key" or not label.evaluate(USED, len(FRAMEWORKS)):
        return
    reader.act(label)
    every = page.locator(".sd-tab-set > input:checked + label")
    assert {*every.evaluate_all("all => all.map(one => one.dataset.syncId)")} == {name}
    assert f"framework={name}" in page.url


def tab_button(reader, button: Locator) -> None:
    if reader.means != "key" or not button.is_checked():
        return  # the arrow keys lead to it
    button.focus()
    for key in "ArrowRight", "ArrowLeft":
        before = reader.page.url
        reader.page.keyboard.press(key)
        expect(reader.page).not_to_have_url(before)
    expect(button).to_be_checked()


def fold(reader, summary: Locator) -> None:
    details = summary.locator("xpath=..")
    for _ in range(2):
        before = details.evaluate("details => details.open")
        reader.act(summary)
        assert details.evaluate("details => details.open") != before


def number(reader, field: Locator) -> None:
    result = reader.page.locator(".shape-formula").first
    before = result.text_content()
    field.press("ArrowUp")
    expect(result).not_to_have_text(before)
    field.press("ArrowDown")


def field_name(reader, label: Locator) -> None:
    if reader.means != "key":
        label.click(position={"x": 2, "y": 2})
        expect(label.locator("input")).to_be_focused()


def skip(reader, link: Locator) -> None:
    """The link past the sidebar comes into sight when a key reaches it."""
    link.press("Enter")
    reader.page.wait_for_function("location.hash === '#main-content'")
    reader.page.keyboard.press("Tab")
    assert reader.page.evaluate("document.activeElement.closest('main') !== null")


def jump(reader, link: Locator) -> None:
    target = link.get_attribute("href")
    reader.act(link)
    reader.page.wait_for_function("hash => location.hash === hash", arg=target.rstrip("#"))
    seen = reader.page.locator(target if target != "#" else "article h1")
    expect(seen.first).to_be_in_viewport()


def scroll(reader, box: Locator) -> None:
    """What can be reached by Tab because it is wide is scrolled by keys."""
    assert box.evaluate("box => box.scrollWidth > box.clientWidth"), "it scrolls"
    box.focus()
    reader.page.keyboard.press("ArrowRight")
    reader.page.wait_for_function("document.activeElement.scrollLeft > 0")
    box.evaluate("box => { box.scrollLeft = 0 }")


# what each control does; choosing tabs hides others, and some leave the page: these come last
TABLE: dict[str, Callable[[Any, Locator], None]] = {
    "button.primary-toggle": menu,
    "button.secondary-toggle": menu,
    "button.btn-fullscreen-button": full_screen,
    "button.theme-switch-button": theme,
    "button.search-button__button": search_button,
    "button.copybtn": copy,
    "summary": fold,
    ".shape-form label": field_name,
    ".shape-form input": number,
    SCROLLED: scroll,
    ".sd-tab-set > label": tab,
    ".sd-tab-set > input": tab_button,
    ".skip-link a": skip,
    "a[href^='#']:not(.skip-link a)": jump,
    "form.bd-search input": search_field,
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("width", "means"), [(390, "tap"), (1440, "click"), (1440, "key")])
def test_every_control_does_something(reader, name: str, width: int):
    page = reader.page
    page.goto(name)
    found = page.evaluate(LIST, [*TABLE])
    assert [rows for rows in found if len(rows) != 1] == [], "each is in one row of the table"
    used = {row for rows in found for row in rows}
    assert used >= {*BUTTONS, *KINDS[name]}
    assert SCROLLED in used or (name, width) != (RESNET, 390)
    if reader.means != "key":
        assert page.evaluate(COVERED) == []
    for row, act in TABLE.items():
        for i, rows in enumerate(found):
            if rows == [row]:
                act(reader, page.locator(f"[data-control='{i}']"))


# the narrowest and the widest are seen above
HEADERS = [("", width, means) for width in (820, 1000) for means in ("click", "tap", "key")]
HEADERS += [("zh/", 390, "tap"), ("zh/", 1440, "key")]


@pytest.mark.parametrize(("edition", "width", "means"), HEADERS)
def test_the_header_works_at_every_width(reader, edition: str, width: int):
    page = reader.page
    page.goto(f"{edition}{RESNET}")
    for row in ("button.primary-toggle", "button.secondary-toggle", *BUTTONS[1:4]):
        seen = page.locator(f"{row}:visible")
        # beside a wide text stands what the button would open
        assert seen.count() == (row != "button.secondary-toggle" or width < 1200)
        for button in seen.all():
            name = button.get_attribute("aria-label") or button.get_attribute("title")
            assert name.isascii() == (edition == ""), "named in the book's language"
            TABLE[row](reader, button)
    page.locator(".book-language:visible").press("Enter")
    page.wait_for_url(re.compile(rf"{'' if edition else '/zh'}/{RESNET}$"))


@pytest.mark.parametrize("means", ["click", "tap", "key"])
@pytest.mark.parametrize("width", [390, 1000])  # wider, the contents are beside the text
def test_a_button_leads_back_to_the_top(reader, width: int):
    page, button = reader.page, reader.page.locator("#pst-back-to-top")
    page.goto(RESNET)
    expect(button).to_be_hidden()
    page.evaluate("scrollTo({top: 3000, behavior: 'instant'})")
    page.wait_for_function("scrollY > 2000")
    page.wait_for_function(  # it is shown to who turns back
        "button => { scrollBy({top: -50, behavior: 'instant'}); return button.checkVisibility(); }",
        arg=button.element_handle(),
    )
    reader.act(button)
    page.wait_for_function("scrollY === 0")


@pytest.mark.parametrize(("width", "means"), [(390, "key"), (1440, "key")])
def test_ctrl_k_opens_the_search_and_closes_it(reader, width: int):
    page, dialog = reader.page, reader.page.locator("#pst-search-dialog")
    page.goto(RESNET)
    for shown in True, False:
        page.keyboard.press("Control+k")
        expect(dialog).to_be_visible(visible=shown)
    page.keyboard.press("Control+k")
    search_field(reader, dialog.locator("input"))


@pytest.mark.parametrize("width", [390, 1440])
def test_no_button_is_seen_that_needs_what_a_browser_lacks(new_context, width: int):
    size = {"width": width, "height": 800}
    page = new_context(viewport=size, java_script_enabled=False).new_page()
    page.goto(RESNET)
    assert page.locator("button:visible").all_text_contents() == []
    page = new_context(viewport=size).new_page()
    page.add_init_script(
        "Object.defineProperty(Document.prototype, 'fullscreenEnabled', {value: false});"
        "Object.defineProperty(Document.prototype, 'webkitFullscreenEnabled', {value: false})"
    )
    page.goto(RESNET)
    expect(page.locator(".theme-switch-button:visible")).to_have_count(1)
    expect(page.locator(".btn-fullscreen-button")).to_have_count(0)
