"""Catalogues of messages: made from the sources, brought up to date, read."""

import io
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import PoFileError, read_po, write_po

from bookbuild.machine import rewrite
from bookbuild.translation.editions import Edition, build
from bookbuild.words import CATALOGUE, script_words

# what a catalogue begins with: nothing that changes from day to day
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def read(path: Path) -> Catalog:
    try:
        return read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is not a catalogue: {error}") from None


def translations(path: Path) -> dict[str, str]:
    """Return what a catalogue has translated; what is fuzzy or not there at all is behind."""
    return _translations(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(64)
def _translations(path: Path, changed: int) -> dict[str, str]:
    return {m.id: m.string for m in read(path) if m.id and m.string and not m.fuzzy}


def extract(root: Path) -> Path:
    """Write what is to be translated, a template a page, and return its folder."""
    folder, known = root / "_build/gettext", root / "_build/.doctrees-gettext"
    # read everything anew: what was read before does not know of changed code
    for old in (folder, known):
        shutil.rmtree(old, ignore_errors=True)
    if build(root, folder, known, {}, "gettext"):
        raise RuntimeError("the book's sources give warnings; see above")
    words, code = Catalog(charset="utf-8"), root / "bookbuild"
    for path in sorted(code.rglob("*.py")):
        for _, text, _, _ in extract_from_file("python", path, keywords={"_": None, "N_": None}):
            words.add(text)
    for path in sorted(code.rglob("*.js")):
        for text in script_words(path):
            words.add(text)
    for path in sorted(code.rglob("*.md")):
        words.add(path.read_text("utf8"))
    with (folder / f"{CATALOGUE}.pot").open("wb") as file:
        write_po(file, words, width=0)
    return folder


def update(edition: Edition) -> None:
    """Bring an edition's catalogues up to date: what changed a little is marked as fuzzy."""
    templates = extract(edition.root)
    known = {path.relative_to(templates).with_suffix("") for path in templates.rglob("*.pot")}
    folders = ["-p", templates, "-d", edition.root / "locale", "-l", edition.language]
    command = [sys.executable, "-m", "sphinx_intl", "update", *folders, "-w", "0", "--no-obsolete"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for path in catalogues(edition):
        if path.relative_to(edition.catalogues).with_suffix("") in known:
            tidy(path, edition.language)
        else:
            path.unlink()


def catalogues(edition: Edition) -> list[Path]:
    return sorted(edition.catalogues.rglob("*.po"))


def tidy(path: Path, language: str) -> None:
    """Write a catalogue as all are written: a line a text, no dates; keep it if it is so."""
    out = io.BytesIO()
    catalogue = read(path)
    for message in catalogue:
        message.flags &= {"fuzzy"}  # a role looks like a placeholder, and is none
    write_po(out, catalogue, width=0, omit_header=True)
    rewrite(path, HEADER.format(language=language) + out.getvalue().decode().strip() + "\n")
