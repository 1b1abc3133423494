"""Which framework a page shows: by its address, by the reader's last choice, and at first."""

import re
from itertools import zip_longest
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from bookbuild.site.browser import FLAGS, find_chromium
from bookbuild.source import ROOT
from d2l_shim.frameworks import DEFAULT, FRAMEWORKS

RESNET = "chapters/resnet/index.html"
LENET = "chapters/lenet/index.html"
KEPT = "localStorage.getItem('sphinx-design-tab-id-framework')"
WRITTEN = {
    "mxnet": ["mxnet", "MXNet", "mx", "gluon", "Gluon"],
    "pytorch": ["pytorch", "PyTorch", "torch", "TORCH"],
    "tensorflow": ["tensorflow", "TensorFlow", "tf", "TF", "keras", "Keras"],
    "paddle": ["paddle", "Paddle", "paddlepaddle", "PaddlePaddle", "%20Paddle"],
}


def choose(page: Page, name: str) -> None:
    page.locator(f".book-header > label[data-sync-id={name}]").click()


def address(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def test_an_address_names_a_framework_as_people_do(page: Page, chosen):
    # in turns, so that each address differs from the choice that is kept
    spellings = zip_longest(*WRITTEN.values())
    turns = [pair for turn in spellings for pair in zip(WRITTEN, turn, strict=True)]
    for name, written in turns:
        page.goto(f"{LENET}?framework={written or name}")
        assert {*chosen(page)} == {name}, written
        assert address(page) == {"framework": [name]}
    page.goto("chapters/installation/index.html")
    assert chosen(page) == [name], "it is kept"
    for kept, name in ("bogus", DEFAULT), ("tf", "tensorflow"):
        page.evaluate(f"localStorage.setItem('sphinx-design-tab-id-framework', '{kept}')")
        page.goto(LENET)
        assert {*chosen(page)} == {name}, "what an older page kept is read in the same way"


@pytest.mark.parametrize("unknown", ["bogus", "", "constructor", "py torch"])
def test_an_unknown_framework_changes_nothing(page: Page, chosen, unknown: str):
    page.goto(f"{LENET}?framework={unknown}&a=1")
    assert {*chosen(page)} == {DEFAULT}
    assert page.evaluate(KEPT) is None
    assert address(page) == {"a": ["1"]}
    choose(page, "paddle")
    page.goto(f"{LENET}?framework={unknown}&a=1")
    assert {*chosen(page)} == {"paddle"}
    assert page.evaluate(KEPT) == "paddle"
    assert address(page) == {"framework": ["paddle"], "a": ["1"]}


def test_a_copied_address_shows_what_its_sender_saw(page: Page, new_context, chosen):
    page.goto(f"{RESNET}?a=1&b=%C3%A9#summary")
    assert "framework" not in page.url
    choose(page, "tensorflow")
    choose(page, "paddle")
    assert address(page) == {"a": ["1"], "b": ["é"], "framework": ["paddle"]}
    assert urlsplit(page.url).fragment == "summary"
    followed = [page.url]
    page.locator("a.right-next").click()  # a link, which carries nothing
    expect(page).to_have_url(re.compile(r"depth/index.html\?framework=paddle$"))
    followed.append(page.url)
    page.goto("chapters/glossary/index.html")  # has no tabs
    assert address(page) == {}
    for url in followed:
        receiver = new_context().new_page()
        receiver.goto(url)
        assert {*chosen(receiver)} == {"paddle"}


def test_a_page_without_tabs_can_choose_and_back_inside_a_page_keeps(page: Page, base_url, chosen):
    page.goto("index.html?framework=tf")
    assert address(page) == {"framework": ["tensorflow"]}
    page.locator("article").get_by_role("link", name="LeNet").first.click()
    page.wait_for_url(f"**/{LENET}*")
    assert {*chosen(page)} == {"tensorflow"}
    page.evaluate("location.hash = '#summary'")
    choose(page, "mxnet")
    page.go_back()
    expect(page).to_have_url(f"{base_url}{LENET}?framework=mxnet")
    assert {*chosen(page)} == {"mxnet"}
    page.go_forward()
    expect(page).to_have_url(f"{base_url}{LENET}?framework=mxnet#summary")


@pytest.mark.parametrize("whole", [False, True], ids=["read again", "kept whole"])
def test_back_and_forward_show_what_the_address_says(browser: Browser, base_url, chosen, whole):
    """The last choice is shown, also by a page that comes back as it was; or another address."""
    kind = browser.browser_type
    hidden = ["--disable-back-forward-cache"] if whole else None
    own = kind.launch(
        executable_path=find_chromium(whole=True), args=[*FLAGS], ignore_default_args=hidden
    )
    page = own.new_page(base_url=base_url)
    page.add_init_script("addEventListener('pageshow', event => { window.kept = event.persisted })")

    def step(by: int, place: str, name: str) -> None:
        page.evaluate(f"setTimeout(() => history.go({by}))")
        expect(page).to_have_url(f"{base_url}{place}?framework={name}")
        page.wait_for_function("document.readyState === 'complete' && 'kept' in window")
        assert page.evaluate("window.kept") == whole
        assert {*chosen(page)} == {name}

    page.goto(RESNET)
    choose(page, "paddle")
    page.goto(LENET)
    choose(page, "tensorflow")
    step(-1, RESNET, "tensorflow")
    choose(page, "mxnet")
    step(1, LENET, "mxnet")
    page.goto(f"{RESNET}?framework=torch")
    page.goto(f"{LENET}?framework=keras")
    step(-1, RESNET, "pytorch")
    step(1, LENET, "tensorflow")
    own.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("name", [LENET, "chapters/installation/index.html", f"zh/{RESNET}"])
def test_who_has_not_chosen_sees_the_default_and_what_is_archived(new_context, name, scripts):
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(name)
    order = [framework.name for framework in FRAMEWORKS]
    for tabs in page.locator(".sd-tab-set").all():
        labels = tabs.locator("> label").evaluate_all("all => all.map(one => one.dataset.syncId)")
        assert labels == order
        shown = tabs.locator("> .sd-tab-content").evaluate_all(
            "all => all.map(one => getComputedStyle(one).display !== 'none')"
        )
        assert shown == [one == DEFAULT for one in order]
    assert urlsplit(page.url).query == ""
    word = "已归档" if name.startswith("zh") else "archived"
    header = page.locator(".book-header > label")
    if header.count():
        for width in 1440, 360:
            page.set_viewport_size({"width": width, "height": 800})
            said = [word in label for label in header.all_inner_texts()]
            assert said == [framework.archived for framework in FRAMEWORKS] and any(said)
            bottoms = header.evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().bottom)"
            )
            assert max(bottoms) - min(bottoms) < 4, "in one row"
    else:
        told = page.locator(".sd-tab-content").all_text_contents()
        assert [word in text for text in told] == [framework.archived for framework in FRAMEWORKS]


@pytest.mark.parametrize("name", [framework.name for framework in FRAMEWORKS])
def test_no_other_tab_is_seen_first(page: Page, chosen, name: str):
    """With all later scripts held back, a page shows the choice of its reader."""
    page.goto(f"{LENET}?framework={name}")
    page.add_init_script(
        """new MutationObserver(() => {
          if (document.querySelector(".sd-tab-set") && !document.documentElement.dataset.framework)
            window.early = true;
        }).observe(document, {childList: true, subtree: true})"""
    )
    page.route(re.compile(r"design-tabs\.js"), lambda route: None)
    page.goto(LENET, wait_until="commit")
    expect(page.locator(".book-footer .sd-tab-content:visible")).to_be_visible()
    page.wait_for_function("document.querySelector('.bd-footer-content')")
    assert page.evaluate("document.readyState") != "complete"
    shown = chosen(page)
    assert {*shown} == {name} and len(shown) > 5
    assert not page.evaluate("window.early"), "the choice is known before the first tab"


def test_an_address_works_where_nothing_may_be_kept(page: Page, chosen):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('not here'); }})"
    )
    page.goto(f"{LENET}?framework=paddle")
    assert {*chosen(page)} == {"paddle"}
    choose(page, "mxnet")
    assert {*chosen(page)} == {"mxnet"} and address(page) == {"framework": ["mxnet"]}


def test_a_choice_works_in_a_book_that_is_opened_as_files(page: Page, built, chosen):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{(ROOT / '_build/html' / LENET).as_uri()}?framework=TF")
    assert {*chosen(page)} == {"tensorflow"}
    choose(page, "paddle")
    assert address(page) == {"framework": ["paddle"]}
    page.locator("a.right-next").click()
    page.wait_for_url("**/alexnet/**")
    assert {*chosen(page)} == {"paddle"} and errors == []
