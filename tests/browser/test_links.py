"""Every link of the built book: to a page, an anchor, a picture, a download, another site."""

from pathlib import Path

import pytest

from bookbuild.site.links import addresses, broken, outside


@pytest.fixture(scope="module")
def links(base_url: str) -> list[tuple[Path, str]]:
    return list(addresses())


def test_every_link_inside_the_book_leads_to_a_file_and_an_anchor(links):
    assert len(links) > 1000
    assert broken(links) == []


def test_links_to_other_sites_are_encrypted(links):
    assert [address for address in outside(links) if not address.startswith("https:")] == []
