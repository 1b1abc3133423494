"""Sphinx extension: tables of what was measured, from the files that the programs wrote.

They are `python -m d2l_shim.bench` for speeds and `python -m bookbuild seeds` for accuracies.
"""

import itertools
import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.pages.comparison import table
from bookbuild.source import ROOT
from bookbuild.words import N_, _, untranslated
from d2l_shim.frameworks import BY_NAME

FOLDER = ROOT / "chapters" / "speed"
NAMES = {"lenet": "LeNet", "resnet18": "ResNet-18"}
N_("none")  # what the benchmark calls a gain that is lost in the noise
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
SEEDS = FOLDER / "seeds.json"


class Speed(SphinxDirective):
    """`{speed} table NETWORK`: the figures; `source`: where and when; `seeds`: the accuracies."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        paths = {network: FOLDER / f"{network}.json" for network in NAMES}
        for path in (*paths.values(), SEEDS):
            self.env.note_dependency(str(path))
        try:
            reports = {network: read(path) for network, path in paths.items()}
            texts = {"source": source(reports), "seeds": seeds(read_seeds(SEEDS))}
        except (OSError, ValueError) as error:
            raise self.error(str(error)) from error
        texts |= {f"table {network}": figures(network, reports[network]) for network in reports}
        asked = " ".join(self.arguments)
        if asked not in texts:
            raise self.error(f"speed: expected one of {', '.join(texts)}, not {asked!r}")
        return untranslated(self.parse_text_to_nodes(texts[asked]))


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
    # it loads NumPy, which a build of other pages has no use for
    from d2l_shim.bench.__main__ import rows

    head, *lines = rows(report)
    body = []
    for label, way, speed, spread, gain, *rest in lines:
        low, high = spread.split(" to ")
        spread = _("{first} to {last}").format(first=low, last=high)
        body.append(
            [label, _(WAYS[way]) if way in WAYS else f"+ {way}", speed, spread, _(gain), *rest]
        )
    caption = _(
        "Training {network} with images of {size}x{size} pixels in batches of {batch_size}: "
        "examples a second, the median of {repeats} repeats."
    ).format(
        network=NAMES[network],
        size=report["size"],
        batch_size=report["batch_size"],
        repeats=len(report["results"][0]["examples_per_second"]),
    )
    return table([[_(name) for name in head], *body], caption, f"speed-{network}")


def source(reports: dict[str, dict[str, Any]]) -> str:
    """Return sentences on where, when and with which versions all reports were measured."""
    lines = []
    for network, report in reports.items():
        versions = {one["framework"]: one["version"] for one in report["results"]}
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
            used=_versions(versions),
        )
        lines.append(sentence)
    return "\n\n".join(lines)


def read_seeds(path: Path) -> dict[str, Any]:
    """Return the report on seeds.

    Raises:
        ValueError: it is not complete: each network and framework must have each seed both ways.
    """
    report = json.loads(path.read_text("utf8"))
    keys = ("network", "framework", "seed", "fast")
    found = {tuple(one[key] for key in keys) for one in report["results"]}
    used = {one["seed"] for one in report["results"]} or {0}
    for one in itertools.product(NAMES, BY_NAME, sorted(used), (False, True)):
        if one not in found:
            network, framework, seed, fast = one
            raise ValueError(
                f"{path.name} has not {network} in {framework} with seed {seed} and {fast=}; "
                "run `make seeds`, which trains what is missing"
            )
    return report


def seeds(report: dict[str, Any]) -> str:
    """Return a table of accuracies with several seeds, and where they come from, as Markdown."""
    # it loads NumPy, which a build of other pages has no use for
    from bookbuild.measure.seeds import compared

    head = (_("network"), _("framework"), "`fast=False`", "`fast=True`")
    head += (_("spread"), _("largest change"), _("change of the mean"))
    lines = [list(head)]
    for one in compared(report["results"]):
        changes = (f"{change:+z.3f}" for change in (one.change, one.mean_change))
        lines.append(
            [
                NAMES[one.network],
                BY_NAME[one.framework].label,
                *(_(", ").join(f"{value:.3f}" for value in way) for way in (one.plain, one.fast)),
                f"{one.spread:.3f}",
                *(change.replace("-", "\N{MINUS SIGN}") for change in changes),
            ]
        )
    images = report["images"]
    caption = _(
        "Accuracy on the test images with seeds {seeds}, after {epochs} epochs: LeNet on {lenet} "
        "training images, ResNet-18 on {resnet} of them, in Paddle on {paddle}, 28x28 pixels."
    ).format(
        seeds=_(", ").join(map(str, sorted({one["seed"] for one in report["results"]}))),
        epochs=report["epochs"],
        lenet=f"{images['lenet']:,}",
        resnet=f"{images['resnet18']:,}",
        paddle=f"{images['paddle-resnet18']:,}",
    )
    below = _(
        "*Spread* is from the lowest to the highest accuracy with `fast=False`, *change* what "
        "`fast=True` adds to it: the largest with the same seed, and that of the mean. Trained on "
        "{date}, {processor} with {cores} cores; Python {python}, {used}."
    ).format(
        date=report["date"],
        processor=report["processor"],
        cores=report["cores"],
        python=report["python"],
        used=_versions(report["versions"]),
    )
    return f"{table(lines, caption, 'seeds')}\n\n{below}"


def _versions(versions: dict[str, str]) -> str:
    return _(", ").join(f"{BY_NAME[name].label} {version}" for name, version in versions.items())


def setup(app: Sphinx) -> dict:
    """Register the directive."""
    app.add_directive("speed", Speed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
