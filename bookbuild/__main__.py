"""The command line of the book's maintainers: `python -m bookbuild COMMAND`."""

import argparse
import importlib
import sys
from pathlib import Path

from d2l_shim.frameworks import BY_NAME

ARGUMENTS = {
    "--chapter": {"help": "one chapter only"},
    "--framework": {"choices": BY_NAME, "help": "one framework only"},
    "--force": {"action": "store_true", "help": "run unchanged code too"},
    "--installed": {"action": "store_true", "help": "only where the framework is installed here"},
    "slug": {"help": "name of the chapter's folder: `dense-blocks`"},
    "--title": {"required": True, "help": "its heading"},
    "--part": {"default": "", "help": "the part of _toc.yml to add it to"},
    "files": {"nargs": "*", "type": Path, "help": "these catalogues only"},
    "--complete": {"action": "store_true", "help": "list what is behind, too, and fail"},
    "--page": {"action": "append", "help": "only this page of _toc.yml, and those named likewise"},
    "--output": {"type": Path, "help": "default _build/pdf/book-FRAMEWORK.pdf"},
    "pages": {"nargs": "*", "help": "pages; without any, all chapters in one line each"},
    "--limit": {"type": float, "metavar": "KB", "help": "fail above so many kilobytes"},
    "--without": {"default": "", "help": "names of frameworks to leave out"},
    "--upgrade": {"action": "store_true", "help": "take the newest versions that fit"},
    "version": {"help": "three numbers, as 0.2.0"},
}
# of each command the function of this package, what it does, and its arguments; or None where the
# function reads them by itself
COMMANDS = {
    "record": ("command.record_all", "bring notebooks up to date", "--chapter --framework --force"),
    "check": ("command.check", "tell which notebooks do not match", "--chapter --framework"),
    "list": ("command.list_all", "print where notebooks lie", "--chapter --framework --installed"),
    "new": ("new.new", "make the skeleton of a chapter", "slug --title --part"),
    "export": ("export.export_all", "write what chapters save into the package", ""),
    "translate": ("command.translate", "bring catalogues up to date", ""),
    "check-translations": ("command.check_translations", "check catalogues", "files --complete"),
    "build-translations": ("command.build_translations", "build the translated pages", ""),
    "pdf": ("site.pdf.make", "print the book for one framework", "--framework --page --output"),
    "links": ("site.links.check", "tell which links of the built book are broken", ""),
    "weight": ("site.weight.tell", "tell what pages cost over the wire", "pages --limit"),
    "install": ("install.install_all", "install frameworks that have a wheel here", "--without"),
    "lock": ("lock.lock", "make requirements.txt from pyproject.toml", "--upgrade"),
    "release": ("release.release", "check and make the files of a release", "version"),
    "shapes": ("measure.shapes.main", "record the layers of every network", None),
    "bench": ("measure.speed.main", "measure how fast the frameworks train", None),
    "seeds": ("measure.seeds.main", "train with several seeds, plainly and fast", None),
    "nin": ("measure.nin.main", "train NiN as published and as the chapter mends it", None),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status; what is wrong is said in a sentence."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, text, takes) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text, add_help=takes is not None)
        for argument in (takes or "").split():
            command.add_argument(argument, **ARGUMENTS[argument])
    given, rest = parser.parse_known_args(arguments)
    function, _, takes = COMMANDS[vars(given).pop("command")]
    if rest and takes is not None:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    module, _, function = f"bookbuild.{function}".rpartition(".")
    run = getattr(importlib.import_module(module), function)
    try:
        return run(rest) if takes is None else run(**vars(given)) or 0
    except (RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
