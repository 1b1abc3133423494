"""What pyproject.toml promises: floors, not pins; each framework an extra; nothing left out."""

import re
import tomllib
from pathlib import Path

from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]


def test_readers_get_floors_and_no_pins():
    asked = list(PROJECT["project"]["dependencies"])
    for framework in FRAMEWORKS:
        asked += EXTRAS[framework.name]
    assert len(asked) > 8
    for requirement in asked:
        assert re.fullmatch(r"[\w-]+>=[\d.]+", requirement)


def test_the_floor_of_a_framework_is_the_one_in_its_install_line():
    for framework in FRAMEWORKS:
        if framework.name != "mxnet":  # whose extra holds only what it needs beside it
            (requirement,) = EXTRAS[framework.name]
            assert framework.install == f'pip install "{requirement}"'


def test_every_folder_of_the_package_is_in_the_wheel():
    folders = {file.parent for file in (ROOT / "d2l_shim").rglob("*.py")}
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages
