"""Sphinx extension: tables of what `python -m d2l_shim.bench` measured, from the files it wrote."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.source import ROOT
from bookpages.comparison import table
from booktext.words import N_, _, untranslated
from d2l_shim.bench.__main__ import rows
from d2l_shim.frameworks import BY_NAME

FOLDER = ROOT / "speed"
NAMES = {"lenet": "LeNet", "resnet18": "ResNet-18"}
WAYS = {"old": N_("old loop"), "data": N_("one array"), "all": N_("all")}
HEAD = (
    N_("framework"),
    N_("way"),
    N_("examples/s"),
    N_("spread"),
    N_("gain"),
    N_("peak memory"),
    N_("share of peak"),
)


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
            return untranslated(self.parse_text_to_nodes(source(reports)))
        if asked != "table" or not network or network[0] not in reports:
            raise self.error(
                f"speed: expected 'source' or 'table' and one of {', '.join(reports)}, "
                f"not {' '.join(self.arguments)!r}"
            )
        return untranslated(self.parse_text_to_nodes(figures(network[0], reports[network[0]])))


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
    body = []
    for label, way, speed, spread, *rest in lines:
        low, high = spread.split(" to ")
        spread = _("{first} to {last}").format(first=low, last=high)
        body.append([label, _(WAYS[way]) if way in WAYS else f"+ {way}", speed, spread, *rest])
    caption = _(
        "Training {network} with images of {size}x{size} pixels in batches of {batch_size}: "
        "examples a second, the median of {stretches} stretches."
    ).format(
        network=NAMES[network],
        size=report["size"],
        batch_size=report["batch_size"],
        stretches=len(report["results"][0]["examples_per_second"]),
    )
    return table([[_(name) for name in head], *body], caption, f"speed-{network}")


def source(reports: dict[str, dict[str, Any]]) -> str:
    """Return sentences on where, when and with which versions all reports were measured."""
    lines = []
    for network, report in reports.items():
        versions = {one["framework"]: one["version"] for one in report["results"]}
        used = (f"{BY_NAME[name].label} {version}" for name, version in versions.items())
        sentence = _(
            "{network}: {date}, {processor} with {cores} cores, on which NumPy's float32 matrix "
            "products reach {peak} GFLOP/s; Python {python}, {used}."
        ).format(
            network=NAMES[network],
            date=report["date"],
            processor=report["processor"],
            cores=report["cores"],
            peak=f"{report['matrix_product_peak'] / 1e9:.0f}",
            python=report["python"],
            used=_(", ").join(used),
        )
        lines.append(sentence)
    return "\n\n".join(lines)


def setup(app: Sphinx) -> dict:
    """Register the directive."""
    app.add_directive("speed", Speed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
