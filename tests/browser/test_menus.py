"""What the list of chapters and the contents of a page are used for, and how they close."""

import pytest
from playwright.sync_api import expect

RESNET = "chapters/resnet/index.html"


@pytest.mark.parametrize(("width", "means"), [(390, "tap"), (820, "click"), (1000, "key")])
def test_a_link_of_the_contents_leads_to_its_section(reader, width: int):
    page = reader.page
    page.goto(RESNET)
    reader.act(page.locator("button.secondary-toggle"))
    reader.act(page.locator("dialog[open] a[href='#summary']"))
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#summary h2")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article, footer') !== null")


@pytest.mark.parametrize(("width", "means"), [(390, "tap"), (820, "click"), (820, "key")])
def test_a_link_of_the_list_of_chapters_opens_a_chapter(reader, width: int):
    page = reader.page
    page.goto(RESNET)
    reader.act(page.locator("button.primary-toggle"))
    reader.act(page.locator("dialog[open] a", has_text="Pooling"))
    page.wait_for_url("**/pooling/index.html")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize(("width", "means"), [(820, "click")])
def test_escape_closes_a_dialog_wherever_one_has_clicked(reader, width: int):
    page = reader.page
    page.goto(RESNET)
    for button in "primary-toggle", "secondary-toggle", "search-button":
        page.locator(f"button.{button}:visible").click()
        dialog = page.locator("dialog[open]")
        box = dialog.bounding_box()
        page.mouse.click(box["x"] + 3, box["y"] + box["height"] - 3)
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


@pytest.mark.parametrize(("width", "means"), [(820, "tap")])
def test_a_screen_that_is_turned_shows_the_chapters_beside_the_text(reader, width: int):
    page, button = reader.page, reader.page.locator("button.primary-toggle")
    page.goto(RESNET)
    for size, shown in ((1180, 820), "true"), ((820, 1180), "false"):
        page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        expect(button).to_have_attribute("aria-expanded", shown)
    reader.act(button)
    page.set_viewport_size({"width": 1180, "height": 820})
    expect(page.locator("dialog[open]")).to_have_count(0)
    chapters = page.locator("#pst-primary-sidebar a").last
    expect(chapters).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    reader.act(button)
    expect(chapters).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.set_viewport_size({"width": 820, "height": 1180})
    reader.act(button)
    expect(page.locator("dialog[open] a").last).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
