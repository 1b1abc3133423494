"""`python -m bookbuild nin`: train NiN with several seeds, as published and mended."""

import statistics
from typing import Any

from bookbuild.measure import runner
from bookbuild.source import ROOT
from d2l_shim.frameworks import BY_NAME

# how the chapter trains on a CPU
RECIPE = {"size": 72, "batch_size": 128, "lr": 0.03, "momentum": 0.9}
OUTPUT = ROOT / "chapters" / "nin" / "measured.json"
WAYS = {
    "published": "as published",
    "without": "without the last ReLU",
    "normalized": "and with batch normalization",
}
SCORES = 2  # their row in the last block, counted from 0
DESCRIPTION = """\
Train NiN by the CPU recipe of its chapter with several seeds, and with each seed in three ways: as
it was published, without the ReLU after its scores, and with batch normalization below them too.
Before and after, the living units of the last block are noted. Each training has a process of its
own. The file also gets the numbers that the chapter's sentences are filled in with.
"""
COLUMNS = ("way", "framework", "accuracy by seed", "alive at the start", "alive at the end")


def summary(results: list[runner.Result]) -> dict[str, Any]:
    """Return what the chapter says of the trainings in each way."""
    found: dict[str, Any] = {}
    for way in WAYS:
        those = [one for one in results if one["way"] == way]
        if not those:
            continue
        accuracies = [one["accuracy"] for one in those]
        named = statistics.median, min, max
        found[way] = {"runs": len(those), "under 0.8": sum(one < 0.8 for one in accuracies)}
        found[way] |= {of.__name__: f"{of(accuracies):.3f}" for of in named}
        if way == "published":
            dead = [set(range(10)) - set(one["start"][SCORES]) for one in those]
            ends = [set(one["end"][SCORES]) for one in those]
            revived = [units & end for units, end in zip(dead, ends, strict=True)]
            found[way]["dead scores"] = sum(map(len, dead))
            found[way]["revived scores"] = sum(map(len, revived))
            found[way]["runs with revived scores"] = sum(map(bool, revived))
    return found


class Report(runner.Report):
    def content(self) -> runner.Result:
        return super().content() | summary(self.results)


def rows(results: list[runner.Result]) -> list[runner.Row]:
    """Return what the table shows, its head first."""
    made = [COLUMNS]
    for way, said in WAYS.items():
        for name, framework in BY_NAME.items():
            those = [one for one in results if (one["framework"], one["way"]) == (name, way)]
            columns = [
                [f"{one['accuracy']:.3f}" for one in those],
                *([str([*map(len, one[when])]) for one in those] for when in ("start", "end")),
            ]
            if those:
                made.append((said, framework.label, *map(", ".join, columns)))
    return made


def train(job: runner.Result) -> runner.Result:
    return runner.in_its_own_process("nin", job | RECIPE)


def name(job: runner.Result) -> str:
    return f"{BY_NAME[job['framework']].label}, seed {job['seed']}, {WAYS[job['way']]}"


def main(arguments: list[str] | None = None) -> int:
    reader = runner.parser("nin", DESCRIPTION)
    reader.set_defaults(output=OUTPUT)
    text = "how many seeds: 0, 1, ... (default: %(default)s)"
    reader.add_argument("--seeds", type=int, default=5, help=text)
    given = reader.parse_args(arguments)
    if given.seeds < 1:
        reader.error("seeds must be at least 1")
    try:
        report = Report(given.output, {"recipe": RECIPE, **runner.machine()}, given.again)
    except (OSError, ValueError) as error:
        reader.error(str(error))
    jobs = [
        {"framework": framework, "seed": seed, "way": way}
        for seed in range(given.seeds)
        for framework in given.frameworks
        for way in WAYS
    ]
    failed = runner.run(report, jobs, train, name)
    return runner.end(rows(report.results), failed)
