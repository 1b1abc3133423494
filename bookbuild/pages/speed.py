"""Sphinx extension: tables of speeds that `bench` has measured, and of accuracies with `seeds`."""

import itertools
import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from bookbuild.measure import seeds, speed
from bookbuild.pages.data import FromData, chosen, table
from bookbuild.source import ROOT
from bookbuild.words import N_, _
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS, Framework

FOLDER = ROOT / "chapters" / "speed"
NAMES = {"lenet": "LeNet", "resnet18": "ResNet-18"}
N_("none")  # what the benchmark calls a gain that is lost in the noise
WAYS = {"old": N_("old loop"), "data": N_("one array"), "all": N_("all")}
HEAD = (
    *(N_("framework"), N_("way"), N_("examples/s"), N_("spread"), N_("gain")),
    *(N_("peak memory"), N_("share of peak")),
)
SEEDS = FOLDER / "seeds.json"


class Speed(FromData):
    """`{speed} table NETWORK`: the figures; `source`: where and when; `seeds`: the accuracies."""

    optional_arguments = 1

    def made(self, *asked: str) -> str:
        reports = {name: read(self.noted(FOLDER / f"{name}.json")) for name in NAMES}
        tables = {f"table {name}": figures(name, report) for name, report in reports.items()}
        accuracies = of_seeds(read_seeds(self.noted(SEEDS)))
        texts = {"source": source(reports), "seeds": accuracies}
        return chosen(" ".join(asked), texts | tables)


class Gain(SphinxRole):
    """Shows what a technique gains: {gain}`kept-memory`; `data` is the book's data and loop."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        reports = {}
        for network in NAMES:
            self.env.note_dependency(str(path := FOLDER / f"{network}.json"))
            reports[network] = read(path)
        try:
            return [nodes.Text(gains(reports, self.text))], []
        except ValueError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


def setup(app: Sphinx) -> None:
    app.add_role("gain", Gain())


def gains(reports: dict[str, dict[str, Any]], technique: str) -> str:
    """Return how many times as fast trainings are with a technique as they are without it."""
    with_it = [one for one in FRAMEWORKS if technique in ("data", *one.means)]
    if not with_it:
        raise ValueError(f"no framework has a technique {technique!r}")
    told, noise = [], False
    for framework in with_it:
        found = {name: _gain(reports[one], framework, technique) for one, name in NAMES.items()}
        clear = [f"{gain} ({name})" for name, gain in found.items() if gain != "none"]
        noise |= len(clear) < len(found)
        told += [f"{framework.label} {_(', ').join(clear)}"] if clear else []
    if not told:
        return _("none")
    return _("; ").join([*told, *([_("otherwise none")] if noise else [])])


def _gain(report: dict[str, Any], framework: Framework, technique: str) -> str:
    results = (one for one in report["results"] if one["framework"] == framework.name)
    measured = {one["way"]: one["examples_per_second"] for one in results}
    # a framework's only technique is all that there is
    way = technique if technique in measured else "all"
    return speed.gain(measured[way], measured["old" if technique == "data" else "data"])


def read(path: Path) -> dict[str, Any]:
    """Return one report, if each framework has both loops in it, and each way all repeats."""
    report = json.loads(path.read_text("utf8"))
    report["results"] = speed.together(report["results"])
    for name in BY_NAME:
        ours = [one for one in report["results"] if one["framework"] == name]
        if not {"old", "all"} <= {one["way"] for one in ours}:
            raise ValueError(f"{path.name} has not both loops of {name}; run `make bench`")
    if len({len(one["examples_per_second"]) for one in report["results"]}) > 1:
        raise ValueError(f"{path.name} lacks repeats of some ways; run `make bench`, which goes on")
    return report


def figures(network: str, report: dict[str, Any]) -> str:
    body = []
    for label, way, median, spread, gain, *rest in speed.rows(report)[1:]:
        low, high = spread.split(" to ")
        spread = _("{first} to {last}").format(first=low, last=high)
        way = _(WAYS[way]) if way in WAYS else f"+ {way}"
        body.append([label, way, median, spread, _(gain), *rest])
    caption = _(
        "Training {network} with images of {size}x{size} pixels in batches of {batch_size}: "
        "examples a second, the median of {repeats} repeats."
    )
    repeats = len(report["results"][0]["examples_per_second"])
    caption = caption.format_map(report | {"network": NAMES[network], "repeats": repeats})
    return table([list(map(_, HEAD)), *body], caption, f"speed-{network}")


def source(reports: dict[str, dict[str, Any]]) -> str:
    """Return sentences on where, when and with which versions all reports were measured."""
    lines = []
    for network, report in reports.items():
        versions = {one["framework"]: one["version"] for one in report["results"]}
        sentence = _(
            "{network}: {date}, {processor} with {cores} cores, on which the fastest product of "
            "float32 matrices reaches {peak} GFLOP/s; Python {python}, {used}."
        )
        peak = f"{speed.matrix_product_peak(report['results']) / 1e9:.0f}"
        more = {"network": NAMES[network], "peak": peak, "used": _versions(versions)}
        lines.append(sentence.format_map(report | more))
    return "\n\n".join(lines)


def read_seeds(path: Path) -> dict[str, Any]:
    """Return the report on seeds, if each network and framework has each seed both ways."""
    report = json.loads(path.read_text("utf8"))
    keys = ("network", "framework", "seed", "fast")
    found = {tuple(one[key] for key in keys) for one in report["results"]}
    used = {one["seed"] for one in report["results"]} or {0}
    for one in itertools.product(NAMES, BY_NAME, sorted(used), (False, True)):
        if one not in found:
            what = "{} in {} with seed {} and fast={}".format(*one)
            raise ValueError(f"{path.name} has not {what}; run `make seeds`, which trains it")
    return report


def of_seeds(report: dict[str, Any]) -> str:
    """Return a table of accuracies with several seeds, and where they come from, as Markdown."""
    lines = [[_("network"), _("framework"), "`fast=False`", "`fast=True`"]]
    lines[0] += [_("spread"), _("largest change"), _("change of the mean")]
    for network, label, plain, fast, spread, *changes in seeds.rows(report["results"])[1:]:
        accuracies = (way.replace(", ", _(", ")) for way in (plain, fast))
        changes = (change.replace("-", "\N{MINUS SIGN}") for change in changes)
        lines.append([NAMES[network], label, *accuracies, spread, *changes])
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
    ).format_map(report | {"used": _versions(report["versions"])})
    return f"{table(lines, caption, 'seeds')}\n\n{below}"


def _versions(versions: dict[str, str]) -> str:
    return _(", ").join(f"{BY_NAME[name].label} {version}" for name, version in versions.items())
