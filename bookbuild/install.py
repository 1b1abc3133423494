"""Installs each framework, of the version in requirements.txt, that there is a wheel of here."""

import platform
import re
import subprocess
import sys
import tomllib

from bookbuild import ROOT
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS, Framework

PINS = ROOT / "requirements.txt"
# taken instead of the package of that name, where there is one for the machine
SMALLER = {"tensorflow": "tensorflow_cpu"}
# come with the package of that name, without what their metadata asks for: an old NumPy, and the
# TensorFlow that is not the smaller one
ALONE = {"mxnet": "mxnet", "tensorflow": "tf_keras"}


def pip_install(*arguments: str) -> str:
    """Runs `pip install`; returns '', or the package that has no wheel for this machine."""
    options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    command = [sys.executable, "-m", "pip", "install", *options, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if not done.returncode:
        return ""
    missing = re.search(r"No matching distribution found for (\S+)", done.stderr)
    if missing and "Retrying (" not in done.stderr:  # an index that does not answer has no wheel
        return missing[1]
    raise RuntimeError(done.stderr)


def install(framework: Framework, extra: list[str]) -> str:
    """Installs a framework and its extra; returns '', or the package that has no wheel here."""
    package = re.search(r'"([\w-]+)', framework.install)[1]
    pins = dict(re.findall(r"^([\w.-]+)==([^;\s]+)", PINS.read_text("utf8"), re.MULTILINE))
    for name in (SMALLER.get(package, package), package):
        if name not in pins:
            raise RuntimeError(f"requirements.txt has no version of {name}; say make lock")
        # without -c, with which pip calls a missing wheel a conflict
        missing = pip_install("--dry-run", "--no-deps", f"{name}=={pins[name]}")
        if not missing:
            break
    needed = [one for one in extra if not one.startswith(package)] or [name]
    missing = missing or pip_install("-c", str(PINS), *needed)
    if package in ALONE:
        missing = missing or pip_install("-c", str(PINS), "--no-deps", ALONE[package])
    return missing


def install_all(without: str = "") -> None:
    names = re.findall(r"[^\s,]+", without)
    if unknown := [name for name in names if name not in BY_NAME]:
        raise ValueError(f"There is no framework {unknown[0]}; the book has {', '.join(BY_NAME)}")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    left_out = []
    for framework in FRAMEWORKS:
        if framework.name in names:
            left_out.append(f"{framework.label} (as WITHOUT says)")
        elif missing := install(framework, project["optional-dependencies"][framework.name]):
            left_out.append(f"{framework.label} (there is no wheel of {missing} for {here})")
    if left_out:
        print("Left out, and not tested:", ", ".join(left_out))
