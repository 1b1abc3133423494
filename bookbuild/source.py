"""Reads a chapter's source: cells tagged by framework, labels and their numbers; writes nothing."""

import ast
import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import NamedTuple

import yaml
from docutils.parsers.rst.directives.misc import TestDirective
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser
from nbformat import NotebookNode

from bookbuild import ROOT
from d2l_shim.frameworks import BY_NAME

PLACEHOLDER = "OWNER/REPOSITORY"
OTHER_TAGS = ("nbval-ignore-output",)


class SourceError(ValueError):
    """A chapter's source cannot be used; the message names the file and what to do."""


class Block(NamedTuple):
    """A part of a text that plain Markdown does not know, or a heading."""

    kind: str  # `heading`, `target`, `comment`, `math`, or the name of a directive
    name: str  # a heading's tag, a target's or formula's label
    start: int  # first line, counted from 0
    end: int  # the line after the last one
    nested: bool  # whether it stands inside a list or quotation
    argument: str = ""
    options: Mapping = MappingProxyType({})
    body: str = ""


class Label(NamedTuple):
    """What a cross reference points to: its number (empty where it has none), page and title."""

    kind: str
    number: str
    page: str
    title: str


class Language(NamedTuple):
    """A language in which notebooks are written."""

    folder: str = ""  # where its notebooks lie, below a chapter's folder
    source: Callable[[Path], str] = functools.partial(Path.read_text, encoding="utf8")
    word: Callable[[str], str] = str  # translates what an admonition begins with, `Note.`
    numbers: tuple[tuple[str, str], ...] = ()  # what references to figures and sections say


ENGLISH = Language()


@functools.cache
def settings(root: Path = ROOT) -> SimpleNamespace:
    """Returns what `_config.yml` says for all: repository, branch, Colab base, griffe, Markdown."""
    config = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    url = config["repository"]["url"].rstrip("/")
    extensions = set(config["parse"]["myst_enable_extensions"])
    return SimpleNamespace(
        repository="" if PLACEHOLDER in url else url,
        branch=config["repository"]["branch"],
        colab=config["sphinx"]["config"]["book_colab_base"],
        griffe=config["sphinx"]["config"].get("griffe", {}),
        numbers=config["sphinx"]["config"]["numfig_format"],
        markdown=MdParserConfig(enable_extensions=extensions, dmath_double_inline=True),
    )


def pages(root: Path = ROOT) -> dict[str, str]:
    """Returns the pages of `_toc.yml` in order, each with its chapter number or ''."""
    return dict(_pages((root / "_toc.yml").read_text("utf8")))


@functools.lru_cache(2)
def _pages(text: str) -> dict[str, str]:
    toc = yaml.safe_load(text)
    found, number = {toc["root"]: ""}, 0
    for part in toc.get("parts", ()):
        for chapter in part["chapters"]:
            number += bool(part.get("numbered"))
            found[chapter["file"]] = str(number) if part.get("numbered") else ""
    return found


def chapters(root: Path = ROOT) -> list[Path]:
    """Returns the pages that have code and so notebooks, in the order of the table of contents."""
    found = (root / f"{page}.md" for page in pages(root))
    return [path for path in found if "{code-cell}" in path.read_text("utf8")]


@functools.cache
def parser(root: Path = ROOT, without: str = "") -> MarkdownIt:
    """Returns what parses the book's Markdown; `without` is a rule that it does not follow."""
    return create_md_parser(settings(root).markdown, RendererHTML).disable(without, True)


@functools.cache
def blocks(text: str, root: Path = ROOT) -> tuple[Block, ...]:
    """Returns the blocks of a Markdown text that plain Markdown does not know, and its headings."""
    return tuple(_parse(text, root))


def _parse(text: str, root: Path) -> Iterator[Block]:
    # what stands inside a line is not asked for, and half of the work
    tokens = parser(root, without="inline").parse(text)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        place = (*(token.map or (0, 0)), token.level > 0)
        if token.type in ("fence", "colon_fence") and token.info.startswith("{"):
            kind, _, argument = token.info[1:].partition("}")
            # docutils' directive for tests is the one that takes any option
            parsed = parse_directive_text(TestDirective, argument.strip(), token.content)
            if parsed.warnings:
                raise SourceError(f"{{{kind}}} {argument.strip()}: {parsed.warnings[0].msg}")
            body = "\n".join(parsed.body)
            yield Block(kind, "", *place, argument.strip(), parsed.options, body)
        elif token.type == "heading_open":
            yield Block("heading", token.tag, *place, following.content)
        elif token.type == "myst_target":
            yield Block("target", token.content, *place)
        elif token.type == "myst_line_comment":
            yield Block("comment", "", *place)
        elif token.type in ("math_block", "math_block_label"):
            name = token.info if token.type == "math_block_label" else ""
            yield Block("math", name, *place, body=token.content.strip())


def read(text: str, path: Path, root: Path = ROOT) -> NotebookNode:
    """Reads a page's source, a file named in errors; code cells get `metadata.framework`."""
    markdown = settings(root).markdown
    notebook = read_myst_markdown_notebook(text, markdown, add_source_map=True, path=path)
    group: dict[str, str] = {}
    for cell, line in zip(notebook.cells, notebook.metadata.source_map, strict=True):
        where = f"{path.parent.name}/{path.name}:{line + 1}"
        if cell.cell_type == "code":
            cell.metadata.framework = _framework(cell, where)
            group.setdefault(cell.metadata.framework, where)
        elif not _is_framework_prose(cell.source, where, root):
            _check_group(group)
            group = {}
    _check_group(group)
    return notebook


def _framework(cell: NotebookNode, where: str) -> str:
    tags = cell.metadata.get("tags", [])
    found = [tag for tag in tags if tag in BY_NAME]
    if len(found) != 1 or not {*tags} <= {*BY_NAME, *OTHER_TAGS}:
        allowed = f"{', '.join(BY_NAME)}; {', '.join(OTHER_TAGS)} may stand beside it"
        raise SourceError(f"{where}: a cell needs the tag of one framework, not {tags} ({allowed})")
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        raise SourceError(f"{where}: not Python: {error.msg} (line {error.lineno})") from None
    return found[0]


def _is_framework_prose(text: str, where: str, root: Path) -> bool:
    """Whether a Markdown text holds nothing but `:::{container} framework` directives."""
    rows = text.splitlines()
    for block in blocks(text, root):
        if block.kind == "code-cell" or "{code-cell}" in block.body:
            raise SourceError(f"{where}: a code cell in a directive or list is lost; move it out")
        if block.kind == "container":
            if block.argument not in BY_NAME:
                raise SourceError(f"{where}: {block.argument!r} is none of {', '.join(BY_NAME)}")
            rows[block.start : block.end] = [""] * (block.end - block.start)
    return bool(text.strip()) and not "".join(rows).strip()


def _check_group(group: dict[str, str]) -> None:
    if group and (missing := [name for name in BY_NAME if name not in group]):
        where = next(iter(group.values()))
        raise SourceError(f"{where}: this group of code cells has none for {', '.join(missing)}")


def labels(root: Path = ROOT, language: Language = ENGLISH) -> dict[str, Label]:
    """Returns every label of the book with the number that Sphinx gives it."""
    known = pages(root)
    changed = tuple((root / f"{page}.md").stat().st_mtime_ns for page in known)
    return _labels(root, tuple(known.items()), changed, language)


@functools.lru_cache(2)
def _labels(root: Path, known: tuple, changed: tuple, language: Language) -> dict[str, Label]:
    found: dict[str, Label] = {}
    for page, number in known:
        count, sections, target = dict.fromkeys(("figure", "table", "math"), 0), [number], ""
        for block in blocks(language.source(root / f"{page}.md"), root):
            if block.kind == "target":
                target = block.name
            elif block.kind == "heading":
                depth = int(block.name[1]) - 1
                if depth:
                    last = int(sections[depth]) if len(sections) > depth else 0
                    sections = [*sections[:depth], str(last + 1)]
                own = ".".join(sections) if number else ""
                found[target] = Label("section", own, page, block.argument)
                target = ""
            elif block.kind in count:
                name = block.name or block.options.get("name", "")
                count[block.kind] += bool(name)
                own = f"{number}.{count[block.kind]}".strip(".")
                title = block.argument if block.kind == "table" else block.body
                found[name] = Label(block.kind, own, page, title)
    found.pop("", None)
    return found
