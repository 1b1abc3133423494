"""Command line for translators: bring catalogues up to date, check them, build an edition."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from booktext.catalogue import catalogues, extract, update
from booktext.checks import UNTRANSLATED, check
from booktext.editions import Edition, build_edition, editions


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m booktext", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("update", "bring the catalogues of all editions up to date with the sources"),
        ("check", "tell what is missing or wrong in catalogues; all, and whether they are current"),
        ("build", "build the pages of all editions but the English one"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name == "check":
            command.add_argument("file", nargs="*", type=Path, help="these catalogues only")
    options = parser.parse_args(arguments)
    status = 0
    try:
        for edition in editions().values():
            if options.command == "update":
                update(edition)
            elif options.command == "check":
                status |= _check(edition, [path.resolve() for path in options.file])
            else:
                status |= build_edition(edition)
    except (RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return status


def _check(edition: Edition, files: list[Path]) -> int:
    """Print what is wrong; messages without a translation are only counted, one line a file."""
    paths = [path for path in files or catalogues(edition) if edition.catalogues in path.parents]
    templates = None if files else extract(edition.root)
    untranslated: Counter[str] = Counter()
    failures = 0
    for sentence in check(edition, paths, templates):
        failures += 1
        if sentence.endswith(f": {UNTRANSLATED}"):
            untranslated[sentence.split(":")[0]] += 1
        else:
            print(sentence)
    for name, count in untranslated.items():
        print(f"{name}: {count} messages {UNTRANSLATED}")
    if not failures:
        print(f"{len(paths)} catalogues of {edition.language} hold what their sources hold")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
