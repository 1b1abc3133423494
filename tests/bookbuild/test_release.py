import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from small_book import write_files

import d2l_shim
from bookbuild import ROOT, release
from bookbuild.release import build, problems, sections

LOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2027-01-31

### Added

- A thing.

## [0.1.0] - 2026-11-22

- The book.
"""


def test_the_changelog_s_newest_version_is_the_package_s():
    kept = sections((ROOT / "CHANGELOG.md").read_text("utf8"))
    assert list(kept)[:2] == ["Unreleased", d2l_shim.__version__]
    dates = [date for date, _ in kept.values()][1:]
    assert dates == sorted(dates, reverse=True) and all(len(date) == 10 for date in dates)


def test_the_installation_page_names_a_version_that_there_is():
    page = (ROOT / "chapters/installation/index.md").read_text("utf8")
    named = re.findall(r"\bv(\d+\.\d+\.\d+)", page)
    assert named and set(named) <= set(sections((ROOT / "CHANGELOG.md").read_text("utf8")))


@pytest.mark.parametrize(
    ("version", "package", "old", "new", "sentence"),
    [
        ("0.2.0", "0.2.0", "", "", ""),
        ("0.1.0", "0.2.0", "", "", "d2l_shim.__version__ is 0.2.0, not 0.1.0; set it in d2l_shim/"),
        ("0.3.0", "0.3.0", "", "", "CHANGELOG.md: the newest version is 0.2.0, not 0.3.0"),
        ("0.2.0", "0.2.0", "d]\n", "d]\n\n- More.\n", "move what [Unreleased] lists to [0.2.0]"),
        ("0.2.0", "0.2.0", " - 2027-01-31", "", "CHANGELOG.md: give [0.2.0] a date, as in [0.2.0]"),
        ("0.2.0", "0.2.0", "2027-01-31", "soon", "CHANGELOG.md: give [0.2.0] a date"),
        ("0.2.0", "0.2.0", "### Added\n\n- A thing.\n", "", "CHANGELOG.md: [0.2.0] lists nothing"),
        ("v0.2", "v0.2", "[0.2.0]", "[v0.2]", "'v0.2' is no version; give three numbers, as 0.2.0"),
        ("", "", "[0.2.0] - 2027-01-31", "nothing", "'' is no version; give three numbers"),
    ],
)
def test_what_disagrees_is_said_in_a_sentence(version, package, old, new, sentence):
    assert old in LOG
    said = problems(version, package, LOG.replace(old, new, 1) if old else LOG)
    assert any(sentence in line for line in said) if sentence else said == []


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {
        "pyproject.toml": "",
        "CHANGELOG.md": LOG,
        "_build/html/index.html": "<p>The book",
        "_build/html/chapters/one/index.html": "<p>One",
        "_build/pdf/pytorch.pdf": "%PDF",
        "dist/of-an-earlier-release": "",
    }
    write_files(tmp_path, files)
    return tmp_path


def test_what_is_said_stops_a_release(monkeypatch):
    said = {"problems": "no version", "translation_problems": "is behind"}
    for name, sentence in said.items():
        monkeypatch.setattr(release, name, lambda *told, sentence=sentence: [sentence])
    monkeypatch.setattr(release, "build", lambda *told: pytest.fail("something was built"))
    with pytest.raises(RuntimeError, match=r"^no version\nis behind$"):
        release.release("0.2.0")


def test_a_release_holds_the_package_the_book_and_its_pdfs(repository, monkeypatch):
    def package(command, **told):  # building it takes a minute and a network
        folder = Path(command[command.index("--outdir") + 1])
        folder.mkdir()
        (folder / "d2l_shim-0.2.0.tar.gz").write_text("")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(release.subprocess, "run", package)
    names = [file.name for file in build("0.2.0", repository)]
    assert names == ["book-0.2.0-html.zip", "book-0.2.0-pytorch.pdf", "d2l_shim-0.2.0.tar.gz"]
    inside = zipfile.ZipFile(repository / "dist/book-0.2.0-html.zip").namelist()
    files = [name for name in inside if not name.endswith("/")]
    assert sorted(files) == ["book-0.2.0/chapters/one/index.html", "book-0.2.0/index.html"]
    assert (repository / "build/release-notes.md").read_text() == "### Added\n\n- A thing.\n"


def test_what_cannot_be_built_is_said(repository):
    (repository / "pyproject.toml").write_text("[build-system\n")
    with pytest.raises(RuntimeError, match=r"^the package cannot be built:"):
        build("0.2.0", repository)
    (repository / "_build/html/index.html").unlink()
    with pytest.raises(RuntimeError, match=r"^there is no built book; run `make book` first$"):
        build("0.2.0", repository)
