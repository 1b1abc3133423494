"""No import runs from a lower room of the house to a higher one; CONTRIBUTING.md has a picture."""

import ast
from collections.abc import Iterator
from pathlib import Path

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
        "plain_markdown recorded",
        "notebooks lock new export",
        "measure",
        "translation",
        "pages",
        "site",
        "extension command release",
        "__main__",
    ),
}


RANKS = {
    f"{package}.{name}": (number, i)
    for number, (package, floors) in enumerate(ROOMS.items())
    for i, rooms in enumerate(floors)
    for name in rooms.split()
}


def files() -> Iterator[tuple[str, Path]]:
    """Yield each file of the house and the room that it is in."""
    for package in ROOMS:
        for path in sorted((ROOT / package).rglob("*.py")):
            part = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
            yield f"{package}.{part}", path


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports, also inside functions, as `package.room`."""
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            of = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                yield ".".join(f"{of}{alias.name}".split(".")[:2])


def test_each_file_is_in_a_room():
    top = {f"{package}.__init__" for package in ROOMS}
    assert {room for room, _ in files()} | top == RANKS.keys() | top


def test_no_import_runs_upwards():
    """Nor from the package, which knows nothing of the book, to the book."""
    upwards = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room, path in files()
        for name in imported(path)
        if RANKS.get(name, (name.startswith("bookbuild"), 0)) > RANKS.get(room, (1, 99))
    ]
    assert upwards == []
