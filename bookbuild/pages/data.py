"""What the directives share that make a page from data: the way from data to nodes, and tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from bookbuild.notebooks import notebook_path
from bookbuild.source import ROOT
from bookbuild.words import untranslated
from d2l_shim.frameworks import FRAMEWORKS


class FromData(SphinxDirective):
    """A directive whose arguments say what to show; a subclass makes it, in `made`."""

    required_arguments = 1

    def made(self, *arguments: str) -> str | list[nodes.Node]:
        """Return Markdown or nodes; an OSError or ValueError is an error of the page."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        try:
            made = self.made(*self.arguments)
        except (OSError, ValueError) as error:
            raise self.error(f"{self.name}: {error}") from error
        return untranslated(self.parse_text_to_nodes(made) if isinstance(made, str) else made)

    def noted(self, path: Path) -> Path:
        """Let a change of a file build the page anew."""
        self.env.note_dependency(str(path))
        return path

    def notebooks(self, slug: str) -> dict[str, Path]:
        """Return the notebooks of a chapter by the label of their framework."""
        chapter = ROOT / "chapters" / slug / "index.md"
        return {one.label: self.noted(notebook_path(chapter, one.name)) for one in FRAMEWORKS}


def chosen(asked: str, known: Mapping[str, Any]) -> Any:
    """Return what an argument of a directive stands for, or raise a ValueError that lists them."""
    if asked not in known:
        raise ValueError(f"expected one of {', '.join(known)}, not {asked!r}")
    return known[asked]


def table(
    rows: list[list[str]], caption: str, name: str, look: str = "", align: str = "---:"
) -> str:
    """Return rows, the first one the head, as a MyST table with the label `tab-name`."""
    lines = [rows[0], [":---", *[align] * (len(rows[0]) - 1)], *rows[1:]]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    options = f":name: tab-{name}" + (f"\n:class: {look}" if look else "")
    return f"```{{table}} {caption}\n{options}\n\n{body}\n```"
