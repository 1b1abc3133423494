"""What a reader does with a page: choose a framework, copy code, read at night and on a phone."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bookbuild.notebooks import code_cells, write
from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import FRAMEWORKS

RESNET = "chapters/resnet/index.html"
NAMES = [framework.name for framework in FRAMEWORKS]


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


def test_the_site_has_one_archive_a_framework(base_url: str):
    built = {path.name for path in (ROOT / "_build/html/notebooks").iterdir()}
    assert built == {f"convolutional-networks-{name}.zip" for name in NAMES}
