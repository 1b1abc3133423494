"""Notebooks of a translated edition: the cells and outputs of the English ones, with its prose.

What the catalogue has not translated is English there, and marked as on the edition's pages.
"""

import functools
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from bookbuild.machine import rewrite
from bookbuild.notebooks import notebook_path, same_code, take_outputs, with_figures, write
from bookbuild.plain_markdown import unembed
from bookbuild.source import Language, SourceError
from bookbuild.translation.catalogue import translations
from bookbuild.translation.editions import Edition
from bookbuild.translation.source import Look, translate
from bookbuild.words import BEHIND, CATALOGUE, N_, has_words

# what `plain_markdown` begins an admonition with
ADMONITIONS = N_("Note."), N_("Tip."), N_("Important."), N_("Warning.")


def _look(catalogue: Path, words: Path) -> Look:
    """Return what translates a text; where there is no translation, the text says so."""
    found, mark = translations(catalogue), translations(words).get(BEHIND, BEHIND)
    return lambda text: found.get(text) or (text + mark if has_words(text) else "")


@functools.lru_cache(64)
def _translate(
    page: Path, catalogue: Path, words: Path, root: Path, changed: tuple[int, ...]
) -> str:
    return translate(page.read_text("utf8"), _look(catalogue, words), root)


@functools.cache
def language(edition: Edition) -> Language:
    """Return how the notebooks of an edition are written."""
    words = edition.catalogue(CATALOGUE)

    def source(path: Path) -> str:
        page = path.relative_to(edition.root).with_suffix("").as_posix()
        files = path, edition.catalogue(page), words
        changed = tuple(file.stat().st_mtime_ns for file in files if file.exists())
        return _translate(*files, edition.root, changed)

    return Language(
        folder=edition.name,
        source=source,
        word=lambda word: _look(words, words)(word),
        numbers=tuple(edition.changed["numfig_format"].items()),
    )


def make(edition: Edition, chapter: Path, framework: str) -> NotebookNode:
    """Return a translated notebook, its pictures not yet embedded."""
    made = write(chapter, framework, edition.root, language(edition))
    path = notebook_path(chapter, framework)
    recorded = nbformat.read(path, as_version=4) if path.exists() else nbformat.v4.new_notebook()
    if not same_code(made, recorded):
        raise SourceError(f"{path.name} does not match its source; record it first")
    take_outputs(made, recorded)
    return made


def record(edition: Edition, chapter: Path, framework: str) -> str:
    """Bring a translated notebook up to date and return what was done: `kept` or `written`."""
    text = with_figures(make(edition, chapter, framework), edition.root)
    changed = rewrite(notebook_path(chapter, framework, edition.name), text)
    return "written" if changed else "kept"


def problem(edition: Edition, chapter: Path, framework: str) -> str:
    """Return what is wrong with a translated notebook, a sentence, or '' if it is current."""
    path = notebook_path(chapter, framework, edition.name)
    shown = path.relative_to(chapter.parent).as_posix()
    remedy = f"run `make record CHAPTER={chapter.parent.name}` (it runs no code)"
    if not path.exists():
        return f"{shown} is missing; {remedy}"
    try:
        made, found = make(edition, chapter, framework), nbformat.read(path, as_version=4)
    except ValueError as error:
        return f"{shown}: {error}"
    for cell in found.cells:
        cell.source = unembed(cell.source, cell.metadata.pop("figures", []))
    if [c.source for c in made.cells] != [c.source for c in found.cells]:
        return f"{shown}: its text is not that of source and catalogues; {remedy}"
    if made != found:
        return f"{shown}: its outputs are not those of the English notebook; {remedy}"
    return ""
