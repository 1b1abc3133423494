"""Trains networks with several seeds, plainly and with all that makes it faster, and compares.

`make seeds` runs this for the page on speed.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from bookbuild.measure.seeds_worker import RECIPES
from d2l_shim.bench.__main__ import num_cores, print_table, processor
from d2l_shim.bench.worker import version
from d2l_shim.data import DataError, fashion_mnist
from d2l_shim.frameworks import BY_NAME

ALL_IMAGES = 60_000
# training images of a network, and where a framework takes too long for them, of the two
IMAGES = {"lenet": ALL_IMAGES, "resnet18": 6_000, "paddle-resnet18": 1_000}
DESCRIPTION = """\
Train networks of the book on Fashion-MNIST by the CPU recipes of their chapters, with several
seeds, and with each seed twice: with fast=False and with fast=True. Each training has a process of
its own. At the end a table has for each network and framework the accuracies on the test images
with both, seed by seed, and their means; how far the plain ones lie apart (spread); and how fast
differs from plain: the most with the same seed (change), and in the mean (mean change).
"""
COLUMNS = ("network", "framework", "plain", "fast", "plain mean", "fast mean")
COLUMNS += ("spread", "change", "mean change")


class Compared(NamedTuple):
    """Accuracies of one network in one framework, by seed.

    Attributes:
        network: its name in `RECIPES`.
        framework: its name.
        plain: with `fast=False`.
        fast: with `fast=True`, of the same seeds.
    """

    network: str
    framework: str
    plain: list[float]
    fast: list[float]

    @property
    def spread(self) -> float:
        """How far the plain ones lie apart."""
        return max(self.plain) - min(self.plain)

    @property
    def change(self) -> float:
        """What fast has more than plain with the same seed, where they differ most."""
        pairs = zip(self.plain, self.fast, strict=True)
        return max((fast - plain for plain, fast in pairs), key=abs)

    @property
    def mean_change(self) -> float:
        """What the mean of fast has more than that of plain."""
        return statistics.mean(self.fast) - statistics.mean(self.plain)


def compared(results: list[dict[str, Any]]) -> list[Compared]:
    """Return what is there with both ways, in the order of the networks and frameworks."""
    by_pair: dict[tuple[str, str], tuple[dict, dict]] = {}
    for one in results:
        ways = by_pair.setdefault((one["network"], one["framework"]), ({}, {}))
        ways[one["fast"]][one["seed"]] = one["accuracy"]
    made = []
    for pair in ((network, framework) for network in RECIPES for framework in BY_NAME):
        plain, fast = by_pair.get(pair, ({}, {}))
        if seeds := sorted(plain.keys() & fast.keys()):
            made.append(Compared(*pair, [plain[i] for i in seeds], [fast[i] for i in seeds]))
    return made


def rows(results: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Return what the table shows, line by line, its head first."""
    made = [COLUMNS]
    for one in compared(results):
        ways = (one.plain, one.fast)
        made.append(
            (
                one.network,
                BY_NAME[one.framework].label,
                *(", ".join(f"{value:.3f}" for value in way) for way in ways),
                *(f"{statistics.mean(way):.4f}" for way in ways),
                f"{one.spread:.3f}",
                f"{one.change:+z.3f}",
                f"{one.mean_change:+z.4f}",
            )
        )
    return made


def train(training: dict[str, Any], given: argparse.Namespace) -> dict[str, Any]:
    """Train once, in a process of its own, and return what it reached.

    Raises:
        RuntimeError: it failed; the message ends with what it said last.
    """
    network, framework = training["network"], training["framework"]
    images = given.images.get(f"{framework}-{network}", given.images[network])
    command = [sys.executable, "-W", "ignore", "-m", "bookbuild.measure.seeds_worker"]
    command += ["--network", network, "--framework", framework, "--seed", str(training["seed"])]
    command += ["--images", str(images), "--epochs", str(given.epochs)]
    command += ["--fast"] if training["fast"] else []
    env = os.environ | {"MPLBACKEND": "agg", "D2L_QUICK": "0", "OMP_WAIT_POLICY": "PASSIVE"}
    ended = subprocess.run(command, env=env, capture_output=True, text=True)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise RuntimeError(f"{name(training)}: ended with status {ended.returncode}: {last}")
    return json.loads(ended.stdout.splitlines()[-1])


def name(training: dict[str, Any]) -> str:
    """Return what a training is called where it is reported."""
    label, way = BY_NAME[training["framework"]].label, "fast" if training["fast"] else "plain"
    return f"{training['network']}, {label}, seed {training['seed']}, {way}"


def kept(path: Path, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the results of an earlier run with the same settings, none if there is no file.

    Raises:
        ValueError: the file holds something else.
    """
    if not path.exists():
        return []
    hint = "say --again to begin anew, or name another file"
    try:
        report = json.loads(path.read_text("utf8"))
        results = report["results"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is not what this program wrote; {hint}") from None
    for key, value in settings.items():
        if report.get(key) != value:
            raise ValueError(f"{path} has {key} {report.get(key)!r}, not {value!r}; {hint}")
    return results


def write(path: Path, report: dict[str, Any]) -> None:
    """Write a report, whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(report, indent=1) + "\n", "utf8")
    os.replace(partial, path)


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="python -m bookbuild seeds",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    for option, choices in (("network", RECIPES), ("frameworks", BY_NAME)):
        add(
            f"--{option}",
            nargs="+",
            default=["all"],
            choices=["all", *choices],
            metavar="NAME",
            help=f"all, or some of {', '.join(choices)} (default: all)",
        )
    add("--seeds", type=int, default=3, help="how many seeds: 0, 1, ... (default: %(default)s)")
    add("--epochs", type=int, default=3, help="epochs of a training (default: %(default)s)")
    for key, number in IMAGES.items():
        words = " in ".join(reversed(key.split("-")))
        text = f"training images for {words}, the first of the {ALL_IMAGES:,} (default: {number:,})"
        add(f"--{key}-images", type=int, default=number, metavar="NUMBER", help=text)
    add(
        "--output",
        type=Path,
        help="file to write all figures to, as JSON, after each training; if it is there, what it "
        "has is kept and only what it lacks is trained",
    )
    add("--again", action="store_true", help="begin anew, whatever the file of --output has")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Train as the arguments say and return the exit status."""
    reader = parser()
    given = reader.parse_args(arguments)
    given.images = {key: getattr(given, f"{key.replace('-', '_')}_images") for key in IMAGES}
    if min(given.seeds, given.epochs) < 1:
        reader.error("seeds and epochs must be at least 1")
    for key, number in given.images.items():
        if not 1 <= number <= ALL_IMAGES:
            reader.error(f"--{key}-images must be from 1 to {ALL_IMAGES:,}, not {number:,}")
    if given.output and not given.output.absolute().parent.is_dir():
        reader.error(f"there is no folder {given.output.parent}; create it")
    settings = {
        "epochs": given.epochs,
        "images": given.images,
        "recipes": {key: recipe._asdict() for key, recipe in RECIPES.items()},
        "processor": processor(),
        "cores": num_cores(),
        "python": platform.python_version(),
        "versions": {key: version(key) for key in BY_NAME},
    }
    wanted = [
        {"network": network, "framework": framework, "seed": seed, "fast": fast}
        for network in RECIPES
        if {"all", network} & set(given.network)
        for framework in BY_NAME
        if {"all", framework} & set(given.frameworks)
        for seed in range(given.seeds)
        for fast in (False, True)
    ]
    try:
        results = kept(given.output, settings) if given.output and not given.again else []
        fashion_mnist(train=True), fashion_mnist(train=False)  # once, before many ask for it
    except (OSError, ValueError, DataError) as error:
        reader.error(str(error))
    return run(wanted, settings, results, given)


def run(
    wanted: list[dict[str, Any]],
    settings: dict[str, Any],
    results: list[dict[str, Any]],
    given: argparse.Namespace,
) -> int:
    """Train what is wanted and not among the results, print the table, return the exit status."""
    have = [{key: one[key] for key in wanted[0]} for one in results]
    missing = [one for one in wanted if one not in have]
    if len(missing) < len(wanted):
        print(f"{given.output} has {len(wanted) - len(missing)} of {len(wanted)} trainings already")
    failed = []
    try:
        with tqdm(missing, unit="training", disable=None) as bar:
            for training in bar:
                bar.set_description(name(training))
                try:
                    results.append(training | train(training, given))
                except RuntimeError as error:
                    failed.append(str(error))
                    continue
                if given.output:
                    date = {"date": datetime.date.today().isoformat()}
                    write(given.output, settings | date | {"results": results})
    except KeyboardInterrupt:
        failed.append("stopped; with the same --output it goes on from here")
    print_table(rows(results))
    print(*failed, sep="\n", end="\n" if failed else "", file=sys.stderr)
    return 1 if failed else 0
