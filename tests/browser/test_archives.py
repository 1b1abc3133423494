"""The header offers all notebooks of the chosen framework in one file."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import BY_NAME


@pytest.mark.parametrize("framework", list(BY_NAME))
def test_the_header_downloads_all_notebooks(page: Page, framework: str):
    page.goto(f"chapters/resnet/index.html?framework={framework}")
    with page.expect_download() as download:
        page.locator(".book-header .sd-tab-content:visible a", has_text="All notebooks").click()
    name = f"convolutional-networks-{framework}.zip"
    assert download.value.suggested_filename == name
    with zipfile.ZipFile(download.value.path()) as file:
        notebooks = [Path(held).name for held in file.namelist() if held.endswith(".ipynb")]
    slugs = [chapter.parent.name for chapter in chapters()]
    assert notebooks == [f"{slug}-{framework}.ipynb" for slug in slugs]


def test_the_site_has_one_archive_a_framework(base_url: str):
    built = {path.name for path in (ROOT / "_build/html/notebooks").iterdir()}
    assert built == {f"convolutional-networks-{name}.zip" for name in BY_NAME}
