"""Writes requirements.txt: a version of each package that the extras of pyproject.toml bring.

What is chosen by hand stays as it is, other versions while they fit.
"""

import json
import platform
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookbuild import ROOT
from bookbuild.install import PINS, SMALLER

# from here on the file is written anew
FOUND = "# Found by pip, with make lock; make lock UPGRADE=1 takes the newest.\n"
HERE = "3.11 Linux x86_64"  # the oldest Python, and a machine that has all frameworks
# what PyTorch brings for a GPU; a small build of it brings none
FOR_A_GPU = re.compile("nvidia-|cuda-|triton")


def wanted(pyproject: str) -> list[str]:
    """Returns the requirements of a project and all its extras, with smaller packages if any."""
    project = tomllib.loads(pyproject)["project"]
    found = list(project["dependencies"])
    for name, extra in project["optional-dependencies"].items():
        found += [SMALLER[name]] if name in SMALLER else extra
    return found


def fitting(pins: str, wanted: list[str]) -> str:
    """Returns the lines of pins that agree with what is wanted."""
    ranges = {canonicalize_name(one.name): one.specifier for one in map(Requirement, wanted)}
    kept = []
    for line in pins.splitlines(keepends=True):
        name, _, version = line.strip().partition("==")
        if version in ranges.get(canonicalize_name(name), version):
            kept.append(line)
    return "".join(kept)


def resolve(wanted: list[str], constraints: str) -> dict[str, str]:
    """Returns the version of each package that pip would install, by name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "constraints.txt")
        file.write_text(constraints, "utf8")
        options = ["--dry-run", "--ignore-installed", "--quiet", "--report", "-", "-c", file]
        command = [sys.executable, "-m", "pip", "install", *options, *wanted]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{done.stderr}\nIf versions are in the way: make lock UPGRADE=1")
    found = [one["metadata"] for one in json.loads(done.stdout)["install"]]
    # without +cpu and the like, which only some indexes have
    return {one["name"]: one["version"].partition("+")[0] for one in found}


def locked(chosen: str, versions: dict[str, str]) -> str:
    """Returns the text of requirements.txt from what is chosen by hand and what pip has found."""
    by_hand = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", chosen, re.M)}
    lines = [
        f"{name}=={version}\n"
        for name, version in versions.items()
        if canonicalize_name(name) not in by_hand and not FOR_A_GPU.match(name)
    ]
    return chosen + FOUND + "".join(sorted(lines, key=str.lower))


def here() -> str:
    python = platform.python_version().rpartition(".")[0]
    return f"{python} {platform.system()} {platform.machine()}"


def lock(upgrade: bool = False) -> None:
    if here() != HERE:
        raise RuntimeError(f"requirements.txt is made on {HERE}, which has all frameworks")
    chosen, _, pins = PINS.read_text("utf8").partition(FOUND)
    asked = wanted((ROOT / "pyproject.toml").read_text("utf8"))
    versions = resolve(asked, chosen + ("" if upgrade else fitting(pins, asked)))
    PINS.write_text(locked(chosen, versions), "utf8")
