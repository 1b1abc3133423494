"""From one language to the other and back: the same page, section and framework."""

import re

import pytest
from playwright.sync_api import Page, expect

RESNET = "chapters/resnet/index.html"
SWITCH = "a.book-language:visible"


def read(page: Page, section: str) -> None:
    """Scrolls to a section, as far down as the page goes; what is above it is laid out then."""
    page.evaluate(
        """async id => {
          const section = document.getElementById(id);
          for (let last, same = 0; same < 5;) {
            section.scrollIntoView({behavior: 'instant'});
            await new Promise(requestAnimationFrame);
            const place = scrollY;
            same = place === last ? same + 1 : 0;
            last = place;
          }
        }""",
        section,
    )


@pytest.mark.parametrize("width", [360, 1280])
def test_the_switch_keeps_page_section_and_framework(page: Page, base_url: str, chosen, width: int):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{RESNET}?framework=paddle")
    assert page.locator("html").get_attribute("lang") == "en"
    read(page, "exercises")
    page.locator(SWITCH).click()
    expect(page).to_have_url(f"{base_url}zh/{RESNET}?framework=paddle#exercises")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    expect(page.locator("#exercises h2")).to_be_in_viewport()
    assert {*chosen(page)} == {"paddle"}
    page.locator(SWITCH).click()
    expect(page).to_have_url(f"{base_url}{RESNET}?framework=paddle#exercises")
    assert {*chosen(page)} == {"paddle"}


def test_the_switch_keeps_a_framework_and_a_place_that_were_chosen_by_hand(page: Page, chosen):
    page.goto(RESNET)
    page.locator(".book-header > label", has_text="TensorFlow").click()
    page.evaluate("location.hash = '#fig-block'")
    expect(page.locator("#fig-block")).to_be_in_viewport()
    page.locator(SWITCH).click()
    page.wait_for_url(f"**/zh/{RESNET}?framework=tensorflow#fig-block")
    assert {*chosen(page)} == {"tensorflow"}
    read(page, "summary")
    page.locator(SWITCH).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"(?<!zh/){RESNET}\?framework=tensorflow#summary$"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("卷积", "chapters/conv-layer/index.html"),
        ("填充", "chapters/padding-and-strides/index.html"),
        ("批量规范化", "chapters/batch-norm/index.html"),
        ("残差块", "chapters/resnet/index.html"),
        ("corr2d", "chapters/conv-layer/index.html"),
    ],
)
def test_search_finds_chinese_words(page: Page, query: str, found: str):
    page.goto(f"zh/search.html?q={query}")
    results = page.locator("ul.search > li")
    expect(results.first).to_be_visible()
    links = results.locator("a:first-child").evaluate_all("all => all.map(a => a.pathname)")
    assert f"/zh/{found}" in links[:5]
    expect(results.first.locator("p.context")).to_contain_text(query)


def test_the_calculator_speaks_chinese(page: Page):
    page.goto("zh/chapters/padding-and-strides/index.html")
    form = page.locator(".shape-form")
    expect(form).to_contain_text("步幅 s")
    expect(form.locator(".shape-result")).to_have_text("输出：8 x 8")
    form.locator("input").first.fill("0")
    expect(form.locator(".shape-result")).to_have_text(
        "输入的高必须是 1 到 100000 之间的整数，不能是 0。"
    )
