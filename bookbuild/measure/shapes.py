"""`python -m bookbuild shapes`: record the layers of every network, for the page of all shapes."""

import argparse
import ast
import importlib
import importlib.util
import inspect
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bookbuild.machine import rewrite
from bookbuild.source import ROOT, read
from d2l_shim.frameworks import BY_NAME, Framework
from d2l_shim.layer_table import Row, rows

FOLDER = ROOT / "chapters" / "shapes"
VGG_11 = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
DESCRIPTION = """\
Build each network of the book in each framework, send an empty image through it, and write what the
page of all shapes shows, a file for each framework. What is written depends on the networks alone.
"""


def _vgg(d2l: Any, chapter: Callable[[str], Any]) -> Any:
    # some frameworks must be told how many numbers reach a dense layer
    counts = "num_features" in inspect.signature(d2l.vgg).parameters
    return d2l.vgg(VGG_11, *([512 * 7 * 7] if counts else []))


def _resnet(depth: int, **options: Any) -> Callable[[Any, Callable[[str], Any]], Any]:
    return lambda d2l, chapter: d2l.resnet(depth, **options)


# what builds a network, from a framework's helpers and a function that gives what a chapter
# defines; channels and side of the image that is sent through it
NETWORKS = {
    "lenet": (lambda d2l, chapter: d2l.lenet(), 1, 28),
    "lenet-bn": (lambda d2l, chapter: d2l.lenet_bn(chapter("batch-norm").library_norm), 1, 28),
    "alexnet": (lambda d2l, chapter: d2l.alexnet(), 1, 224),
    "vgg": (_vgg, 1, 224),
    "nin": (lambda d2l, chapter: d2l.nin(), 1, 224),
    "googlenet": (lambda d2l, chapter: d2l.googlenet(), 1, 96),
    "resnet18": (lambda d2l, chapter: d2l.resnet18(), 1, 224),
    "narrow": (lambda d2l, chapter: chapter("one-network").narrow_resnet(), 1, 28),
    **{f"family-{depth}": (_resnet(depth), 3, 224) for depth in (18, 34, 50, 101, 152)},
    "family-18-3x3": (_resnet(18, num_classes=10, stem="3x3"), 3, 32),
}


def record(framework: Framework) -> dict[str, list[Row]]:
    """Return the rows of each network in a framework, which is loaded into this process."""
    if importlib.util.find_spec(framework.module) is None:
        raise ModuleNotFoundError(f"{framework.label} is not installed: {framework.install}")
    d2l = importlib.import_module(f"d2l_shim.{framework.module}")
    found = {}
    for key, (build, channels, size) in NETWORKS.items():
        axes = {"N": 1, "C": channels, "H": size, "W": size}
        net = build(d2l, lambda slug: definitions(slug, framework.name))
        found[key] = rows(net, tuple(axes[axis] for axis in framework.axes))
        print(f"{framework.label}: {key}, {len(found[key])} rows", flush=True)
    return found


def definitions(slug: str, framework: str) -> SimpleNamespace:
    """Return the functions and classes that a chapter defines for a framework."""
    path = ROOT / "chapters" / slug / "index.md"
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    names: dict[str, Any] = {"__name__": slug}
    for cell in read(path.read_text("utf8"), path).cells:
        if cell.metadata.get("framework") == framework:
            parts = [part for part in ast.parse(cell.source).body if isinstance(part, wanted)]
            exec(compile(ast.Module(parts, []), str(path), "exec"), names)
    return SimpleNamespace(**names)


def written(networks: dict[str, list[Row]]) -> str:
    """Return networks as JSON with a row a line, which shows a change of one row as one line."""
    parts = [
        f"{json.dumps(key)}: [\n" + ",\n".join(f" {json.dumps(row)}" for row in rows) + "\n]"
        for key, rows in networks.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def recorded(path: Path) -> dict[str, list[Row]]:
    """Return what a file holds that `written` made; a ValueError says what to do if it does not."""
    try:
        networks = json.loads(path.read_text("utf8"))
        return {
            key: [Row(name, tuple(shape), *numbers) for name, shape, *numbers in rows]
            for key, rows in networks.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"shapes/{path.name} cannot be read ({error}); say make shapes") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bookbuild shapes", description=DESCRIPTION)
    add = parser.add_argument
    add("--framework", choices=[*BY_NAME], help="one alone (default: all, a process each)")
    add("--output", type=Path, default=FOLDER, help="folder to write to (default: shapes)")
    given = parser.parse_args(arguments)
    if not given.output.is_dir():
        parser.error(f"there is no folder {given.output}; create it")
    if given.framework is None:
        command = [sys.executable, "-W", "ignore", "-m", "bookbuild", "shapes"]
        command += ["--output", str(given.output), "--framework"]
        return max(subprocess.run([*command, name]).returncode != 0 for name in BY_NAME)
    try:
        text = written(record(BY_NAME[given.framework]))
    except ModuleNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    rewrite(given.output / f"{given.framework}.json", text)
    return 0
