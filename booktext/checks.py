"""What must hold for a catalogue: complete, current, and each translation true to its source."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message

from booktext import messages
from booktext.catalogue import read
from booktext.editions import Edition
from booktext.terms import Terms, read_terms, wrong_terms
from booktext.typography import wrong_typography
from booktext.words import CATALOGUE

UNTRANSLATED = "not translated"


def check(edition: Edition, paths: list[Path], templates: Path | None = None) -> Iterator[str]:
    """Yield a sentence for each problem of some catalogues, with file, line and message.

    Args:
        edition: to which they belong.
        paths: the catalogues.
        templates: the folder of `catalogue.extract`; with it, catalogues are held against sources.

    Raises:
        ValueError: a file cannot be read.
    """
    terms = read_terms(edition.catalogues.parent)
    for path in paths:
        known = read(path)
        for message in known:
            if message.id:
                where = f"{_shown(path, edition)}:{message.lineno}: {_short(message.id)}"
                for sentence in problems(message, terms, words=path.stem == CATALOGUE):
                    yield f"{where}: {sentence}"
        if templates:
            yield from _against_source(path, known, edition, templates)
    if templates:
        for template in sorted(templates.rglob("*.pot")):
            path = edition.catalogues / template.relative_to(templates).with_suffix(".po")
            if not path.exists():
                yield f"{_shown(path, edition)} is missing; run `make translate`"


def problems(message: Message, terms: Terms, words: bool = False) -> list[str]:
    """Return what is wrong with one translation.

    Args:
        message: with its translation and the translator's comments.
        terms: of the language.
        words: whether it is one of the words that the book's code fills with values.
    """
    if not message.string:
        return [UNTRANSLATED]
    found = []
    if message.fuzzy:
        found.append("fuzzy: the source has changed; correct the translation and take the mark out")
    texts = message.id, message.string
    if words:
        texts = tuple(re.sub(r"\{\w+\}", messages.LATIN, text) for text in texts)
    source, other = map(messages.parse, texts)
    if not words:
        found += [f"it lacks {what}" for what in sorted((source.kept - other.kept).elements())]
        found += [f"it adds {what}" for what in sorted((other.kept - source.kept).elements())]
    elif _fields(message.id) != _fields(message.string):
        found.append(f"it must hold {', '.join(_fields(message.id)) or 'no placeholder'}")
    excused = {
        term.strip()
        for comment in message.user_comments
        if comment.startswith("term:")
        for term in comment.removeprefix("term:").split(",")
    }
    found += wrong_terms(source.text, other.text, terms, excused)
    # a word such as " and " has spaces of its own
    return found if words else found + wrong_typography(source.text, other.text)


def _against_source(path: Path, known: Catalog, edition: Edition, templates: Path) -> Iterator[str]:
    template = templates / path.relative_to(edition.catalogues).with_suffix(".pot")
    asked = {message.id for message in read(template)} if template.exists() else set()
    held, remedy = {message.id for message in known}, "run `make translate`"
    where = _shown(path, edition)
    for text in sorted(asked - held - {""}):
        yield f"{where}: {_short(text)}: the source has it, the catalogue has not; {remedy}"
    for text in sorted(held - asked - {""}):
        yield f"{where}: {_short(text)}: it is in no source; {remedy}"
    if known.obsolete:
        yield f"{where}: it keeps obsolete messages; {remedy}"


def _fields(text: str) -> list[str]:
    return sorted(f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None)


def _shown(path: Path, edition: Edition) -> str:
    return path.resolve().relative_to(edition.root).as_posix()


def _short(text: str) -> str:
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
