"""The command line of the book's maintainers: `python -m bookbuild COMMAND`."""

import argparse
import importlib
import sys

COMMANDS = {
    "record": ("command", "bring notebooks up to date; only changed code is run"),
    "check": ("command", "tell whether every notebook matches its source"),
    "list": ("command", "print the notebooks of the book"),
    "new": ("command", "make the skeleton of a chapter"),
    "export": ("export", "write what chapters save into the package"),
    "translate": ("translation.command", "bring catalogues up to date with the sources"),
    "check-translations": ("translation.command", "tell what is wrong in catalogues, or behind"),
    "build-translations": ("translation.command", "build the pages of the translated editions"),
    "pdf": ("site.pdf", "print the built book with one framework's code"),
    "links": ("site.links", "tell which links of the built book are broken"),
    "weight": ("site.weight", "tell what pages cost over the wire"),
    "shapes": ("measure.shapes", "record the layers of every network"),
    "bench": ("measure.speed", "measure how fast the frameworks train"),
    "seeds": ("measure.seeds", "train with several seeds, plainly and fast"),
    "install": ("install", "install the frameworks that have a package for this machine"),
    "lock": ("lock", "make requirements.txt from pyproject.toml"),
    "release": ("release", "check and make the files of a release"),
}
"""Each command, the module of this package whose `main` carries it out, and what it does."""

SEVERAL = ("command", "translation.command")  # modules that are told which of their commands


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    width = max(map(len, COMMANDS))
    lines = (f"  {name:{width}}  {text}" for name, (_, text) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m bookbuild",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n" + "\n".join(lines),
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="see below")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="what it takes")
    given = parser.parse_args(arguments)
    name = COMMANDS[given.command][0]
    module = importlib.import_module(f"bookbuild.{name}")
    told = [given.command] if name in SEVERAL else []
    return module.main([*told, *given.rest])


if __name__ == "__main__":
    sys.exit(main())
