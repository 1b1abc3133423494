"""Sphinx extension: what the four tabs of a chapter printed, side by side."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.notebooks import notebook_path
from bookbuild.pages.comparison import table
from bookbuild.source import ROOT
from bookbuild.words import N_, _, untranslated
from d2l_shim.frameworks import FRAMEWORKS

CHAPTER = ROOT / "chapters" / "one-network" / "index.md"


class Column(NamedTuple):
    """Lines that each tab prints, a name and a number each.

    Attributes:
        line: matches one of them.
        caption: what is above the table.
        head: what the names are.
        tolerance: how far the numbers may be apart in all, as a share of the largest of a line or,
            where it is larger, of `least`.
        least: see there.
    """

    line: re.Pattern
    caption: str
    head: str
    tolerance: float
    least: float


TABLES = {
    "probabilities": Column(
        re.compile(r"^(?P<name>\S.*?)  +(?P<seen>\S.*?)  +(?P<value>[01]\.\d{4})$", re.MULTILINE),
        N_("What the network takes the ten images for, and its probability."),
        N_("image"),
        0.0,
        1.0,
    ),
    "gradients": Column(
        re.compile(r"^(?P<name>convolution +\d+)  (?P<value>\d+\.\d{6})$", re.MULTILINE),
        N_("Norm of the gradient for each kernel."),
        N_("kernel"),
        1e-2,
        0.0,
    ),
    "losses": Column(
        re.compile(r"^(?P<name>step +\d+)  (?P<value>\d+\.\d{5})$", re.MULTILINE),
        N_("Loss before each of ten steps."),
        N_("step"),
        1e-3,
        1.0,
    ),
}


class OneNetwork(SphinxDirective):
    """`{one-network} probabilities`, `gradients`, `losses`: a table with a column a framework."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        asked = self.arguments[0]
        if asked not in TABLES:
            raise self.error(f"one-network: expected {', '.join(TABLES)}, not {asked!r}")
        printed = {}
        for framework in FRAMEWORKS:
            path = notebook_path(CHAPTER, framework.name)
            self.env.note_dependency(str(path))
            try:
                printed[framework.label] = read_lines(path, TABLES[asked].line)
            except (OSError, ValueError) as error:
                raise self.error(str(error)) from error
        try:
            rows = side_by_side(printed, TABLES[asked])
        except ValueError as error:
            raise self.error(str(error)) from error
        text = table(rows, _(TABLES[asked].caption), f"one-network-{asked}")
        return untranslated(self.parse_text_to_nodes(text))


def read_lines(path: Path, line: re.Pattern) -> list[tuple[str, str]]:
    """Return name and number of each matching line that a notebook printed.

    Raises:
        ValueError: there is none.
    """
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    found = []
    for match in line.finditer(printed):
        parts = match.groupdict()
        name = re.sub(r" +", " ", parts["name"])
        if "seen" in parts:
            name += f", seen as {parts['seen']}"
        found.append((name, parts["value"]))
    if not found:
        raise ValueError(f"{path.name}: no output has lines like {line.pattern}; record it again")
    return found


def side_by_side(printed: dict[str, list[tuple[str, str]]], column: Column) -> list[list[str]]:
    """Return the rows of a table, its head first.

    Raises:
        ValueError: the frameworks printed other names, or numbers that are too far apart.
    """
    names = {tuple(name for name, _ in lines) for lines in printed.values()}
    if len(names) != 1:
        raise ValueError(f"the tabs do not print the same names: {sorted(names)}")
    rows = [[_(column.head), *printed]]
    for line in zip(*printed.values(), strict=True):
        name, values = line[0][0], [float(value) for _, value in line]
        apart = max(values) - min(values)
        if apart > column.tolerance * max(column.least, *values) + 1e-12:
            raise ValueError(f"{name}: the tabs are too far apart, {values}")
        rows.append([name, *(value for _, value in line)])
    return rows


def setup(app: Sphinx) -> dict:
    """Register the directive."""
    app.add_directive("one-network", OneNetwork)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
