"""What must hold for a catalogue: each translation true to its source; for a release, all there."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message

from bookbuild.translation import messages
from bookbuild.translation.catalogue import read
from bookbuild.translation.editions import Edition
from bookbuild.translation.terms import Terms, read_terms, wrong_terms
from bookbuild.translation.typography import wrong_typography
from bookbuild.words import CATALOGUE

UNTRANSLATED = "not translated"
FUZZY = "fuzzy: the source has changed; correct the translation and take the mark out"
REMEDY = "run `make translate`"


class Problem(NamedTuple):
    file: str  # the catalogue, seen from the folder of the book
    sentence: str  # with file, line and message
    behind: bool = False  # whether it only is not as far as the English text, which is shown


def check(edition: Edition, paths: list[Path], templates: Path | None = None) -> Iterator[Problem]:
    """Yield each problem of an edition's catalogues, held against their sources if given those."""
    terms = read_terms(edition.catalogues.parent)
    for path in paths:
        known, file = read(path), _shown(path, edition)
        for message in filter(lambda message: message.id, known):
            where = f"{file}:{message.lineno}: {_short(message.id)}"
            if message.fuzzy or not message.string:
                said = FUZZY if message.fuzzy else UNTRANSLATED
                yield Problem(file, f"{where}: {said}", behind=True)
                continue
            for said in problems(message, terms, words=path.stem == CATALOGUE):
                yield Problem(file, f"{where}: {said}")
        if known.obsolete:
            yield Problem(file, f"{file}: it keeps obsolete messages; {REMEDY}")
        if templates:
            yield from _against_source(path, known, edition, templates)
    if templates:
        for template in sorted(templates.rglob("*.pot")):
            path = edition.catalogues / template.relative_to(templates).with_suffix(".po")
            if not path.exists():
                file = _shown(path, edition)
                yield Problem(file, f"{file} is missing; {REMEDY}", behind=True)


def problems(message: Message, terms: Terms, words: bool = False) -> list[str]:
    """Return what is wrong with one translation; `words` are those that code fills with values."""
    found, texts = [], (message.id, message.string)
    if words:
        texts = tuple(re.sub(r"\{\w+\}", messages.LATIN, text) for text in texts)
    source, other = map(messages.parse, texts)
    if not words:
        found += [f"it lacks {what}" for what in sorted((source.kept - other.kept).elements())]
        found += [f"it adds {what}" for what in sorted((other.kept - source.kept).elements())]
    elif _fields(message.id) != _fields(message.string):
        found.append(f"it must hold {', '.join(_fields(message.id)) or 'no placeholder'}")
    comments = [one for one in message.user_comments if one.startswith("term:")]
    excused = {term.strip() for one in comments for term in one[len("term:") :].split(",")}
    found += wrong_terms(source.text, other.text, terms, excused)
    # a word such as " and " has spaces of its own
    return found if words else found + wrong_typography(source.text, other.text)


def _against_source(path: Path, known: Catalog, edition: Edition, templates: Path) -> Iterator:
    template = templates / path.relative_to(edition.catalogues).with_suffix(".pot")
    asked = {message.id for message in read(template)} if template.exists() else set()
    held, file = {message.id for message in known}, _shown(path, edition)
    wrong = {"the source has it, the catalogue has not": asked - held}
    wrong["it is in no source"] = held - asked
    for said, texts in wrong.items():
        for text in sorted(texts - {""}):
            yield Problem(file, f"{file}: {_short(text)}: {said}; {REMEDY}", behind=True)


def _fields(text: str) -> list[str]:
    return sorted(f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None)


def _shown(path: Path, edition: Edition) -> str:
    return path.resolve().relative_to(edition.root).as_posix()


def _short(text: str) -> str:
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
