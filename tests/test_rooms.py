"""No import runs from a lower room of the house to a higher one; CONTRIBUTING.md has a picture."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[1]
# from the ground up; a room may import from itself and from what is below it
ROOMS = {
    "d2l_shim": (
        "frameworks processor methods metrics timing numpy_names",
        "state data",
        "plotting layer_table weights",
        "training learner faces common",
        " ".join(framework.module for framework in FRAMEWORKS),
        "experiments",
        "compat",
        "__init__ __main__",
    ),
    "bookbuild": (
        "source words install machine",
        "plain_markdown",
        "notebooks recorded lock new export",
        "measure",
        "translation",
        "pages",
        "site",
        "extension command release",
        "__main__",
    ),
}


def order(package: str) -> dict[str, int]:
    return {name: i for i, rooms in enumerate(ROOMS[package]) for name in rooms.split()}


def files(package: str) -> Iterator[tuple[str, Path]]:
    """Yield each file of a package and the room that it is in."""
    for path in sorted((ROOT / package).rglob("*.py")):
        yield path.relative_to(ROOT / package).parts[0].removesuffix(".py"), path


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports, also inside functions, as `package.room...`."""
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", ROOMS)
def test_each_file_is_in_a_room(package):
    assert {room for room, _ in files(package)} - {"__init__"} == order(package).keys() - {
        "__init__"
    }


@pytest.mark.parametrize("package", ROOMS)
def test_no_import_runs_upwards(package):
    rooms = order(package)
    upwards = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room, path in files(package)
        for name in imported(path)
        if name.startswith(f"{package}.")
        and rooms.get(name.split(".")[1], 0) > rooms.get(room, len(rooms))
    ]
    assert upwards == []


def test_the_package_knows_nothing_of_the_book():
    assert [
        str(path)
        for _, path in files("d2l_shim")
        if any(name.startswith("bookbuild") for name in imported(path))
    ] == []
