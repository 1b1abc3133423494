"""The small book, in the states that tests want."""

from pathlib import Path

import pytest
from small_book import CELLS, write_book, write_edition, write_files, write_notebooks

from bookbuild.translation.editions import Edition, editions


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_book(tmp_path)
    return tmp_path


@pytest.fixture
def chapter(book: Path) -> Path:
    return book / "chapters/mini/index.md"


@pytest.fixture
def other(book: Path) -> Path:
    """Returns the source of a second chapter, which only some tests want."""
    write_files(book, {"chapters/other/index.md": f"# Other\n\n{CELLS}\n"})
    with (book / "_toc.yml").open("a") as toc:
        toc.write("      - file: chapters/other/index\n")
    return book / "chapters/other/index.md"


@pytest.fixture
def noted(book: Path) -> Path:
    write_notebooks(book)
    return book


@pytest.fixture
def edition(noted: Path) -> Edition:
    write_edition(noted)
    return editions(noted)["zh"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the small book with its notebooks and edition, one for the tests of a file."""
    root = tmp_path_factory.mktemp("shared") / "book"
    for written in (write_book, write_notebooks, write_edition):
        written(root)
    return root
