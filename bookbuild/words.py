"""Words that the book's own code puts on pages, in the language of the edition that is built."""

import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.extract import extract_from_file
from docutils import nodes
from sphinx.locale import get_translation

from d2l_shim.frameworks import FRAMEWORKS

CATALOGUE = "book"  # its own words, beside a catalogue for each page
# what has no words in it is the same in every language: code, formulas, names of the frameworks
NO_WORDS = re.compile("|".join([r"`[^`]*`", r"\$[^$]*\$", *(one.label for one in FRAMEWORKS)]))
_translation = get_translation(CATALOGUE)


def _(text: str) -> str:
    """Return a text as `locale/<language>/LC_MESSAGES/book.po` has it, or else in English."""
    return str(_translation(text))


def N_(text: str) -> str:  # noqa: N802
    """Return the text; marks what `_` will be asked for where it is shown."""
    return text


def script_words(path: Path) -> list[str]:
    """Return the texts that a script of the pages gives to `say`."""
    return [text for _, text, _, _ in extract_from_file("javascript", path, keywords={"say": None})]


def has_words(text: str) -> bool:
    """Whether a text holds more than numbers, code and names of frameworks."""
    return bool(re.search("[a-z]{2}", NO_WORDS.sub("", text)))


# stands behind a text that a translated edition has in English
BEHIND = N_(" (not yet translated)")


def untranslated(made: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Keep what a directive made from data out of catalogues; its words have passed through `_`."""
    found = list(made)
    for node in found:
        for element in node.findall(nodes.Element):
            element["translatable"] = False
    return found
