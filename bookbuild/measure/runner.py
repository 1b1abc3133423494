"""Runs trainings one after the other, each in a process of its own, and keeps what they reach."""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Collection
from importlib import metadata
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bookbuild.machine import processor, rewrite
from d2l_shim.frameworks import BY_NAME
from d2l_shim.layer_table import aligned
from d2l_shim.processor import usable_cores

HINT = "say --again (make: AGAIN=1) to begin anew, or name another file"
Row = tuple[str, ...]
Result = dict[str, Any]


def parser(command: str, description: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog=f"python -m bookbuild {command}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_names(made, "--frameworks", BY_NAME)
    made.add_argument(
        "--output",
        type=Path,
        help="JSON file to write after each training; what it has is kept, what it lacks trained",
    )
    made.add_argument("--again", action="store_true", help="begin anew, whatever --output has")
    return made


def add_names(reader: argparse.ArgumentParser, option: str, known: Collection[str]) -> None:
    """Let a command line choose some of what is known; all is what it gets by itself."""
    told = {"choices": known, "default": known, "nargs": "+", "metavar": "NAME"}
    reader.add_argument(option, help=f"some of {', '.join(known)} (default: all)", **told)


def machine() -> Result:
    """Return what results depend on besides their settings."""
    packages = metadata.packages_distributions()
    installed = {name: one.module for name, one in BY_NAME.items() if one.module in packages}
    return {
        "processor": processor(),
        "cores": usable_cores(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(packages[one][0]) for name, one in installed.items()},
    }


class Report:
    """Results of trainings with the same settings, in a file written anew after each one."""

    def __init__(self, path: Path | None, settings: Result, again: bool = False) -> None:
        self.path, self.settings = path, dict(settings)
        self.more: Result = {}  # what the file also has; a later run may find it otherwise
        self.results: list[Result] = []
        if path and not path.absolute().parent.is_dir():
            raise ValueError(f"there is no folder {path.parent}; create it")
        if path is None or again or not path.exists():
            return
        try:
            kept = json.loads(path.read_text("utf8"))
            self.results = list(kept["results"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{path} is not what this program wrote; {HINT}") from None
        for key, value in settings.items():
            before = kept.get(key)
            if isinstance(before, dict) and isinstance(value, dict):
                # a framework more or less is no reason to throw away the others
                before, value = value | before, before | value
            if before != value:
                raise ValueError(f"{path} has {key} {before!r}, not {value!r}; {HINT}")
            self.settings[key] = value

    def content(self) -> Result:
        date = datetime.date.today().isoformat()
        return self.settings | {"date": date, **self.more, "results": self.results}

    def add(self, result: Result) -> None:
        self.results.append(result)
        if self.path:
            rewrite(self.path, json.dumps(self.content(), indent=1) + "\n")


def run(
    report: Report,
    jobs: list[Result],
    train: Callable[[Result], Result],
    name: Callable[[Result], str],
) -> list[str]:
    """Train what a report lacks of the jobs, in their order, and return what went wrong."""
    have = [{key: one[key] for key in jobs[0]} for one in report.results]
    missing = []
    for job in jobs:
        have.remove(job) if job in have else missing.append(job)
    if len(missing) < len(jobs):
        print(
            f"{report.path} has {len(jobs) - len(missing)} of {len(jobs)} trainings already; "
            "--again (make: AGAIN=1) begins anew"
        )
    failed: dict[str, str] = {}
    try:
        with tqdm(missing, unit="training", disable=None) as bar:
            for job in bar:
                bar.set_description(name(job))
                if name(job) not in failed:
                    try:
                        report.add(job | train(job))
                    except RuntimeError as error:
                        failed[name(job)] = f"{name(job)}: {error}"
    except KeyboardInterrupt:
        failed["stopped"] = "stopped; with the same --output it goes on from here"
    return [*failed.values()]


def in_its_own_process(function: str, told: Result, **environment: str) -> Result:
    """Call a function of `trainings` in a new process; a RuntimeError ends with what it said."""
    module = "bookbuild.measure.trainings"
    command = [sys.executable, "-W", "ignore", "-m", module, function, json.dumps(told)]
    env = os.environ | {"MPLBACKEND": "agg", "D2L_QUICK": "0"} | environment
    ended = subprocess.run(command, env=env, capture_output=True, text=True)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise RuntimeError(f"ended with status {ended.returncode}: {last}")
    return json.loads(ended.stdout.splitlines()[-1])


def end(rows: list[Row], failed: list[str]) -> int:
    """Print a table with its columns aligned, then what went wrong; return the exit status."""
    print(*aligned(rows), sep="\n")
    for sentence in failed:
        print(sentence, file=sys.stderr)
    return 1 if failed else 0
