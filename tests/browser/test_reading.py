"""What a reader takes from a page: a notebook, or all of them."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bookbuild.source import chapters
from d2l_shim.frameworks import FRAMEWORKS

RESNET = "chapters/resnet/index.html"


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
