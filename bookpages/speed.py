"""Sphinx extension: tables of what `python -m d2l_shim.bench` measured, from the files it wrote."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.source import ROOT
from bookpages.comparison import table
from d2l_shim.bench.__main__ import rows
from d2l_shim.frameworks import BY_NAME

FOLDER = ROOT / "speed"
NAMES = {"lenet": "LeNet", "resnet18": "ResNet-18"}
WAYS = {"old": "old loop", "data": "one array", "all": "all"}


class Speed(SphinxDirective):
    """`{speed} table NETWORK`: the figures; `{speed} source`: where and when they were measured."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        asked, *network = self.arguments
        try:
            reports = {path.stem: read(path) for path in sorted(FOLDER.glob("*.json"))}
        except (OSError, ValueError) as error:
            raise self.error(str(error)) from error
        for path in FOLDER.glob("*.json"):
            self.env.note_dependency(str(path))
        if asked == "source" and not network:
            return self.parse_text_to_nodes(source(reports))
        if asked != "table" or not network or network[0] not in reports:
            raise self.error(
                f"speed: expected 'source' or 'table' and one of {', '.join(reports)}, "
                f"not {' '.join(self.arguments)!r}"
            )
        return self.parse_text_to_nodes(figures(network[0], reports[network[0]]))


def read(path: Path) -> dict[str, Any]:
    """Return one report.

    Raises:
        ValueError: it is not complete: each framework must have both loops.
    """
    report = json.loads(path.read_text("utf8"))
    for name in BY_NAME:
        ways = {one["way"] for one in report["results"] if one["framework"] == name}
        if not {"old", "all"} <= ways:
            raise ValueError(f"{path.name} has not both loops of {name}; measure again")
    return report


def figures(network: str, report: dict[str, Any]) -> str:
    """Return a report as a table in MyST's Markdown."""
    head, *lines = rows(report)
    body = [[label, WAYS.get(way, f"+ {way}"), *rest] for label, way, *rest in lines]
    size, batch_size = report["size"], report["batch_size"]
    caption = f"Training {NAMES[network]} with images of {size}x{size} pixels in batches of "
    caption += f"{batch_size}: examples a second, the median of "
    caption += f"{len(report['results'][0]['examples_per_second'])} stretches."
    return table([list(head), *body], caption, f"speed-{network}")


def source(reports: dict[str, dict[str, Any]]) -> str:
    """Return sentences on where, when and with which versions all reports were measured."""
    lines = []
    for network, report in reports.items():
        versions = {one["framework"]: one["version"] for one in report["results"]}
        used = ", ".join(f"{BY_NAME[name].label} {version}" for name, version in versions.items())
        peak = report["matrix_product_peak"] / 1e9
        lines.append(
            f"{NAMES[network]}: {report['date']}, {report['processor']} with {report['cores']} "
            f"cores, on which NumPy's float32 matrix products reach {peak:.0f} GFLOP/s; Python "
            f"{report['python']}, {used}."
        )
    return "\n\n".join(lines)


def setup(app: Sphinx) -> dict:
    """Register the directive."""
    app.add_directive("speed", Speed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
