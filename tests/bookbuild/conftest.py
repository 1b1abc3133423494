"""The small book, in the states that tests want."""

import os
import zipfile
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


@pytest.fixture
def wheel_for_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets pip find a wheel of `small`, made here, and nothing else."""
    files = {
        "METADATA": "Metadata-Version: 2.1\nName: small\nVersion: 1.2+cpu\n",
        "WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(tmp_path / "small-1.2+cpu-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(f"small-1.2+cpu.dist-info/{name}", text)
    told = {"CONFIG_FILE": os.devnull, "NO_INDEX": "1", "FIND_LINKS": str(tmp_path), "RETRIES": "1"}
    for name, value in told.items():
        monkeypatch.setenv(f"PIP_{name}", value)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the small book with its notebooks and edition, one for the tests of a file."""
    root = tmp_path_factory.mktemp("shared") / "book"
    for written in (write_book, write_notebooks, write_edition):
        written(root)
    return root
