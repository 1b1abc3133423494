"""Installs each framework that there is a wheel of, and says in a line which are left out and why.

`make test` runs it in an environment that has all else; what it installs, requirements.txt pins.
"""

import argparse
import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

ROOT = Path(__file__).resolve().parent.parent
# taken in place of what the extra names, where there is one for the machine
SMALLER = {"tensorflow": "tensorflow-cpu"}
# without what their metadata asks for: an old NumPy, and the TensorFlow that is not the smaller one
ALONE = {"mxnet": "mxnet", "tensorflow": "tf_keras"}


def install(*wanted: str) -> str:
    """Installs packages from wheels; returns the one that has none for this Python and machine.

    Raises:
        RuntimeError: pip fails for another reason, with what it says.
    """
    options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    command = [sys.executable, "-m", "pip", "install", *options, "-c", ROOT / "requirements.txt"]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True)
    if not done.returncode:
        return ""
    missing = re.search(r"No matching distribution found for (\S+)", done.stderr)
    if missing and "Retrying (" not in done.stderr:  # an index that does not answer has no wheel
        return missing[1]
    raise RuntimeError(done.stderr)


def install_framework(name: str) -> str:
    """Installs a framework and what it needs; returns what there is no wheel of."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    missing = install(SMALLER[name]) if name in SMALLER else "something smaller"
    if missing:
        missing = install(*project["optional-dependencies"][name])
    if not missing and name in ALONE:
        missing = install("--no-deps", ALONE[name])
    return missing


def main(arguments: list[str] | None = None) -> int:
    """Installs the frameworks and returns the exit status; says nothing if none is left out."""
    parser = argparse.ArgumentParser(prog="python -m tools.install", description=__doc__)
    parser.add_argument("--without", default="", help="names of frameworks to leave out")
    without = re.findall(r"[^\s,]+", parser.parse_args(arguments).without)
    if unknown := [name for name in without if name not in BY_NAME]:
        print(f"There is no framework {unknown[0]}; the book has {', '.join(BY_NAME)}")
        return 1
    here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    left_out = []
    for framework in FRAMEWORKS:
        try:
            missing = "" if framework.name in without else install_framework(framework.name)
        except RuntimeError as error:
            print(error)
            return 1
        if framework.name in without:
            left_out.append(f"{framework.label} (as WITHOUT says)")
        elif missing:
            left_out.append(f"{framework.label} (there is no wheel of {missing} for {here})")
    if left_out:
        print("Left out, and not tested:", ", ".join(left_out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
