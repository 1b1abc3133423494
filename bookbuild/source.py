"""Reads a chapter's source: cells tagged by framework, labels and their numbers; writes nothing."""

import ast
import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import yaml
from docutils.parsers.rst.directives.misc import TestDirective
from markdown_it.renderer import RendererHTML
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser
from nbformat import NotebookNode

from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = "OWNER/REPOSITORY"
OTHER_TAGS = ("nbval-ignore-output",)


class SourceError(ValueError):
    """A chapter's source cannot be used; the message names the file, the line and what to do."""


@dataclasses.dataclass(frozen=True)
class Block:
    """One top-level block of Markdown: a directive, `(label)=`, heading or display formula."""

    kind: str
    name: str
    start: int  # first line, counted from 0
    end: int  # line after the last one
    argument: str = ""
    options: dict = dataclasses.field(default_factory=dict)
    body: str = ""


@dataclasses.dataclass(frozen=True)
class Label:
    """What a cross reference points to: its number (empty where it has none), page and title."""

    kind: str
    number: str
    page: str
    title: str


@functools.cache
def settings(root: Path = ROOT) -> SimpleNamespace:
    """Returns what `_config.yml` says for everybody: repository, branch, Colab base, Markdown."""
    config = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    url = config["repository"]["url"].rstrip("/")
    sphinx = config["sphinx"]["config"]
    return SimpleNamespace(
        repository="" if PLACEHOLDER in url else url,
        branch=config["repository"]["branch"],
        colab=sphinx["book_colab_base"],
        numbers=sphinx["numfig_format"],
        markdown=MdParserConfig(
            enable_extensions=set(config["parse"]["myst_enable_extensions"]),
            dmath_double_inline=True,
        ),
    )


def pages(root: Path = ROOT) -> dict[str, str]:
    """Returns the pages of `_toc.yml` in order, each with its chapter number or ''."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    found, number = {toc["root"]: ""}, 0
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            number += bool(part.get("numbered"))
            found[chapter["file"]] = str(number) if part.get("numbered") else ""
    return found


def chapters(root: Path = ROOT) -> list[Path]:
    """Returns the sources of the book's chapters in the order of the table of contents."""
    return [root / f"{page}.md" for page in pages(root) if page.startswith("chapters/")]


def blocks(text: str, root: Path = ROOT) -> Iterator[Block]:
    """Yields the blocks of a Markdown text that plain Markdown does not know, and its headings."""
    tokens = create_md_parser(settings(root).markdown, RendererHTML).parse(text)
    for i, token in enumerate(tokens):
        if token.map is None:
            continue
        start, end = token.map
        if token.type in ("fence", "colon_fence") and token.info.startswith("{"):
            name, _, argument = token.info[1:].partition("}")
            # docutils' directive for tests is the one that takes any option
            parsed = parse_directive_text(TestDirective, argument.strip(), token.content)
            if parsed.warnings:
                raise SourceError(f"{{{name}}} {argument.strip()}: {parsed.warnings[0].msg}")
            yield Block(
                "directive" if token.level == 0 else "nested",
                name,
                start,
                end,
                argument.strip(),
                parsed.options,
                "\n".join(parsed.body),
            )
        elif token.type == "heading_open":
            yield Block("heading", token.tag, start, end, tokens[i + 1].content)
        elif token.type == "myst_target":
            yield Block("target", token.content, start, end)
        elif token.type == "myst_line_comment":
            yield Block("comment", "", start, end)
        elif token.type in ("math_block", "math_block_label"):
            name = token.info if token.type == "math_block_label" else ""
            yield Block("math", name, start, end, body=token.content.strip())


def read(text: str, path: Path, root: Path = ROOT) -> NotebookNode:
    """Reads a page's source into a notebook whose code cells carry `metadata.framework`.

    Args:
        text: MyST Markdown.
        path: the file it comes from, named in errors.

    Raises:
        SourceError: a code cell stands inside a directive or list, carries no framework's tag or an
            unknown tag, is not Python, or stands in a group that leaves a framework out.
    """
    notebook = read_myst_markdown_notebook(
        text, settings(root).markdown, add_source_map=True, path=path
    )
    lines = notebook.metadata.source_map
    names = ", ".join(BY_NAME)
    group: dict[str, int] = {}
    for cell, line in zip(notebook.cells, lines, strict=True):
        where = f"{path.parent.name}/{path.name}:{line + 1}"
        if cell.cell_type == "markdown":
            for block in blocks(cell.source, root):
                here = f"{path.parent.name}/{path.name}:{line + block.start + 1}"
                if "{code-cell}" in block.body or block.name == "code-cell":
                    raise SourceError(
                        f"{here}: a code cell inside a directive or list is lost; "
                        "move it to the top level and tag it with its framework"
                    )
                if block.name == "container" and block.argument not in BY_NAME:
                    raise SourceError(
                        f"{here}: unknown framework {block.argument!r}; there are {names}"
                    )
            if not is_framework_prose(cell.source, root):
                _check_group(group, path)
                group = {}
            continue
        tags = cell.metadata.get("tags", [])
        unknown = [tag for tag in tags if tag not in BY_NAME and tag not in OTHER_TAGS]
        if unknown:
            raise SourceError(
                f"{where}: unknown tag {unknown[0]!r}; frameworks are {names}, "
                f"other tags {', '.join(OTHER_TAGS)}"
            )
        frameworks = [tag for tag in tags if tag in BY_NAME]
        if len(frameworks) != 1:
            raise SourceError(
                f"{where}: a code cell needs the tag of one framework ({names}), got {tags}"
            )
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            raise SourceError(f"{where}: not Python: {error.msg} (line {error.lineno})") from None
        cell.metadata.framework = frameworks[0]
        group.setdefault(frameworks[0], line)
    _check_group(group, path)
    return notebook


def is_framework_prose(text: str, root: Path = ROOT) -> bool:
    """Whether a Markdown text holds nothing but `:::{container} framework` directives."""
    covered: set[int] = set()
    for block in blocks(text, root):
        if block.name == "container" and block.argument in BY_NAME:
            covered.update(range(block.start, block.end))
    rows = text.splitlines()
    return bool(covered) and all(i in covered or not row.strip() for i, row in enumerate(rows))


def _check_group(group: dict[str, int], path: Path) -> None:
    missing = [framework.name for framework in FRAMEWORKS if framework.name not in group]
    if group and missing:
        raise SourceError(
            f"{path.parent.name}/{path.name}:{min(group.values()) + 1}: "
            f"this group of code cells has none for {', '.join(missing)}"
        )


def labels(root: Path = ROOT) -> dict[str, Label]:
    """Returns every label of the book with the number that Sphinx gives it."""
    found: dict[str, Label] = {}
    for page, number in pages(root).items():
        text = (root / f"{page}.md").read_text("utf8")
        count = dict.fromkeys(("figure", "table", "math"), 0)
        sections, target, prefix = [number], "", f"{number}." if number else ""
        for block in blocks(text, root):
            kind = block.kind if block.kind != "directive" else block.name
            if kind == "target":
                target = block.name
            elif kind == "heading":
                depth = int(block.name[1])
                if depth > 1:
                    last = int(sections[depth - 1]) if len(sections) >= depth else 0
                    sections = [*sections[: depth - 1], str(last + 1)]
                own = ".".join(sections) if number else ""
                found[target] = Label("section", own, page, block.argument)
                target = ""
            elif kind in ("figure", "table"):
                count[kind] += 1
                name, title = block.options.get("name", ""), block.body or block.argument
                found[name] = Label(kind, f"{prefix}{count[kind]}", page, title)
            elif kind == "math":
                name = block.name if block.kind == "math" else block.options.get("label", "")
                count["math"] += bool(name)
                found[name] = Label("math", f"{prefix}{count['math']}", page, "")
    found.pop("", None)
    return found
