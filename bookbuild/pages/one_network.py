"""Sphinx extension: what the tabs of a chapter printed, side by side."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

from bookbuild.pages.data import FromData, chosen, table
from bookbuild.recorded import printed
from bookbuild.words import N_, _


class Column(NamedTuple):
    """Lines that each tab prints: a name, maybe what it is seen as, and a number."""

    line: re.Pattern
    caption: str
    head: str  # of the names
    tolerance: float  # how far numbers may be apart, as a share of the largest or of `least`
    least: float


TABLES = {
    "probabilities": Column(
        re.compile(r"^(\S.*?)  +(\S.*?)  +([01]\.\d{4})$", re.MULTILINE),
        N_("What the network takes the ten images for, and its probability."),
        N_("image"),
        0.0,
        1.0,
    ),
    "gradients": Column(
        re.compile(r"^(convolution +\d+)  (\d+\.\d{6})$", re.MULTILINE),
        N_("Norm of the gradient for each kernel."),
        N_("kernel"),
        1e-2,
        0.0,
    ),
    "losses": Column(
        re.compile(r"^(step +\d+)  (\d+\.\d{5})$", re.MULTILINE),
        N_("Loss before each of ten steps."),
        N_("step"),
        1e-3,
        1.0,
    ),
}


class OneNetwork(FromData):
    """`{one-network} probabilities`, `gradients`, `losses`: a table with a column a framework."""

    def made(self, asked: str) -> str:
        column = chosen(asked, TABLES)
        notebooks = self.notebooks("one-network")
        lines = {label: read_lines(path, column.line) for label, path in notebooks.items()}
        return table(side_by_side(lines, column), _(column.caption), f"one-network-{asked}")


def read_lines(path: Path, line: re.Pattern) -> list[tuple[str, str]]:
    """Return name and number of each matching line that a notebook printed."""
    found = []
    for match in line.finditer(printed(nbformat.read(path, as_version=4))):
        *names, value = match.groups()
        found.append((", seen as ".join(re.sub(" +", " ", name) for name in names), value))
    if not found:
        raise ValueError(f"{path.name}: no output has lines like {line.pattern}; record it again")
    return found


def side_by_side(lines: dict[str, list[tuple[str, str]]], column: Column) -> list[list[str]]:
    """Return the rows of a table, unless the frameworks printed other names or numbers."""
    names = {tuple(name for name, _ in pairs) for pairs in lines.values()}
    if len(names) != 1:
        raise ValueError(f"the tabs do not print the same names: {sorted(names)}")
    rows = [[_(column.head), *lines]]
    for line in zip(*lines.values(), strict=True):
        name, values = line[0][0], [float(value) for _, value in line]
        apart = max(values) - min(values)
        if apart > column.tolerance * max(column.least, *values) + 1e-12:
            raise ValueError(f"{name}: the tabs are too far apart, {values}")
        rows.append([name, *(value for _, value in line)])
    return rows
