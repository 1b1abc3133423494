"""How a reader finds things: indexes, search, downloads, and the way from page to page."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bookbuild.measure.shapes import NETWORKS
from bookbuild.pages.helpers import places
from bookbuild.site.links import addresses, broken
from bookbuild.source import chapters, pages
from d2l_shim.frameworks import FRAMEWORKS

RESNET = "chapters/resnet/index.html"
LABELS = [framework.label for framework in FRAMEWORKS]
DEFINED = """async () => {
  const rows = [...document.querySelectorAll('table.helpers')[0].tBodies[0].rows];
  return Promise.all(rows.map(async row => {
    const name = row.cells[0].innerText.trim(), link = row.cells[1].querySelector('a');
    const page = await (await fetch(link.href)).text();
    const parsed = new DOMParser().parseFromString(page, 'text/html');
    const section = parsed.getElementById(new URL(link.href).hash.slice(1));
    const code = [...section.querySelectorAll(':scope > .sd-tab-set .cell_input')];
    const number = section.querySelector('.section-number').textContent.trim();
    const defines = code.filter(cell => RegExp(`(def|class) ${name}\\\\b`).test(cell.textContent));
    return {name, shown: link.innerText, number: `Section ${number}`.replace(/\\.$/, ''),
            tabs: defines.length};
  }));
}"""

NEIGHBOURS = """names => Promise.all(names.map(async name => {
  const page = await (await fetch(name)).text();
  const parsed = new DOMParser().parseFromString(page, 'text/html');
  return ['left-prev', 'right-next'].map(which => {
    const link = parsed.querySelector(`.prev-next-area a.${which}`);
    return link && new URL(link.getAttribute('href'), new URL(name, document.baseURI)).href;
  });
}))"""


def test_the_index_of_helpers_leads_to_chapters_and_reference(page: Page):
    page.goto("chapters/reference/helpers.html")
    found = page.evaluate(DEFINED)
    assert {one["name"] for one in found} == {n for n, place in places().items() if place.saved}
    for one in found:
        assert one["shown"] == one["number"] and one["tabs"] == len(FRAMEWORKS), one
    row = page.get_by_role("row", name="corr2d ", exact=False).first
    assert row.locator("td").last.locator("a").all_text_contents() == LABELS
    row.get_by_role("link", name="TensorFlow").click()
    expect(page).to_have_url(re.compile(r"reference/tensorflow\.html#ref-tensorflow-corr2d$"))


def test_the_first_use_of_a_word_leads_to_its_entry_in_the_glossary(page: Page):
    page.goto("chapters/conv-layer/index.html")
    page.get_by_role("link", name="receptive field", exact=True).click()
    entry = page.locator("dt:target")
    expect(entry).to_contain_text("receptive field")
    entry.locator("xpath=following-sibling::dd[1]").get_by_role("link").click()
    target = page.locator(":target").locator("xpath=ancestor-or-self::section[1]/h2")
    expect(target).to_contain_text("Feature maps")


def test_previous_and_next_go_through_the_contents(page: Page, base_url: str):
    names = [f"{one}.html" for one in pages()]
    page.goto(names[0])
    urls = [None, *(base_url + name for name in names), None]
    expected = [[before, after] for before, after in zip(urls, urls[2:], strict=False)]
    assert page.evaluate(NEIGHBOURS, names) == expected
    page.locator(".prev-next-area a.right-next").click()
    expect(page).to_have_url(base_url + names[1])


def test_tables_of_shapes_open_without_scripts_are_printed_and_scroll_by_themselves(new_context):
    phone = {"width": 360, "height": 740}
    page = new_context(java_script_enabled=False, viewport=phone).new_page()
    page.goto("chapters/shapes/index.html")
    closed = page.locator("details:not([open])")
    assert closed.count() == 3
    for media in "print", "screen":
        page.emulate_media(media=media)
        expect(closed.last.locator("table.shapes")).to_be_visible(visible=media == "print")
    for summary in page.locator("details:not([open]) summary").all()[::-1]:
        summary.click()
    tables = page.locator("table.shapes:visible")
    assert tables.count() == len(NETWORKS)
    for table in tables.all():
        expect(table.locator("caption")).to_contain_text("parameters")
        heads = [text.strip() for text in table.locator("thead th").all_text_contents()]
        assert heads == ["layer", *LABELS, "parameters"]
        box, first = table.locator("xpath=.."), table.locator("tbody td").first
        assert box.evaluate("box => { box.scrollLeft = 1000; return box.scrollLeft }") > 0
        assert first.bounding_box()["x"] == pytest.approx(box.bounding_box()["x"], abs=2)


SEARCHES = {
    "Conv2D": "chapters/channels/index.html",
    "nn.Conv2d": "chapters/conv-layer/index.html",
    "layers.Conv2D": "chapters/conv-layer/index.html",
    "corr2d": "chapters/conv-layer/index.html",
    "resnet_block": "chapters/resnet/index.html",
    "train_ch6": "chapters/lenet/index.html",
    "BatchNormalization": "chapters/batch-norm/index.html",
    "receptive field": "chapters/conv-layer/index.html",
    "dropout": "chapters/alexnet/index.html",
    "vanishing gradients": "chapters/depth/index.html",
}


def search(page: Page, query: str):
    page.goto(f"search.html?q={query}")
    results = page.locator("ul.search > li")
    expect(page.locator(".search-summary")).to_contain_text("found")
    expect(results.locator("p.context")).to_have_count(results.count())
    return results


@pytest.mark.parametrize("query", SEARCHES)
def test_search_finds_code_and_prose_and_lists_a_page_once(page: Page, query: str):
    results = search(page, query)
    links = [one.split("#")[0] for one in results.evaluate_all(HREFS)]
    assert SEARCHES[query] in links[:3]
    assert len({*links}) == len(links)
    excerpts = results.locator("p.context").all_inner_texts()
    assert query.lower() in excerpts[links.index(SEARCHES[query])].lower()
    assert not any("Download notebook" in one for one in excerpts)


HREFS = "results => results.map(result => result.querySelector('a').getAttribute('href'))"


@pytest.mark.parametrize(
    ("framework", "code"),
    [("mx", "nn.Activation('relu')"), ("", "nn.ReLU()"), ("tensorflow", "layers.ReLU()")],
)
def test_an_excerpt_is_of_the_chosen_framework_or_the_default(page: Page, framework, code):
    page.goto(f"{RESNET}?framework={framework}")
    excerpt = search(page, "nin_block").first.locator("p.context")
    expect(excerpt).to_contain_text("def nin_block(")
    assert excerpt.inner_text().count("def nin_block(") == 1
    expect(excerpt).to_contain_text(code)
    excerpt.locator("a").click()
    expect(page.locator("section:target > h2")).to_contain_text("The block and the network")


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_the_header_downloads_one_notebook_or_all(page: Page, framework):
    page.goto(f"{RESNET}?framework={framework.name}")
    header = page.locator(".book-header .sd-tab-content:visible")
    expect(header).to_contain_text(f"{framework.label} ")
    with page.expect_download() as download:
        header.locator("a", has_text="Download").click()
    assert download.value.suggested_filename == f"resnet-{framework.name}.ipynb"
    with page.expect_download() as download:
        header.locator("a", has_text="All notebooks").click()
    assert download.value.suggested_filename == f"convolutional-networks-{framework.name}.zip"
    with zipfile.ZipFile(download.value.path()) as file:
        notebooks = [Path(held).name for held in file.namelist() if held.endswith(".ipynb")]
    slugs = [chapter.parent.name for chapter in chapters()]
    assert notebooks == [f"{slug}-{framework.name}.ipynb" for slug in slugs]


@pytest.fixture(scope="module")
def links(base_url: str) -> list[tuple[Path, str]]:
    return list(addresses())


def test_every_link_inside_the_book_leads_to_a_file_and_an_anchor(links):
    assert len(links) > 1000
    assert broken(links) == []


def test_links_to_other_sites_are_encrypted(links):
    outside = {address for _, address in links if re.match(r"http:|https:|mailto:|//", address)}
    assert outside and {address for address in outside if not address.startswith("https:")} == set()
