"""The commands for translators: bring catalogues up to date, check them, build an edition."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from bookbuild.translation.catalogue import catalogues, extract, update
from bookbuild.translation.checks import check
from bookbuild.translation.editions import Edition, build_edition, editions


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("translate", "bring the catalogues of all editions up to date with the sources"),
        (
            "check-translations",
            "tell what is wrong in catalogues, and which are behind the English text",
        ),
        ("build-translations", "build the pages of all editions but the English one"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name == "check-translations":
            command.add_argument("file", nargs="*", type=Path, help="these catalogues only")
            text = "list what is not translated or has changed since, and fail"
            command.add_argument("--complete", action="store_true", help=text)
    options = parser.parse_args(arguments)
    status = 0
    try:
        for edition in editions().values():
            if options.command == "translate":
                update(edition)
            elif options.command == "check-translations":
                files = [path.resolve() for path in options.file]
                status |= _check(edition, files, options.complete)
            else:
                status |= build_edition(edition)
    except (RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return status


def _check(edition: Edition, files: list[Path], complete: bool) -> int:
    """Print what is wrong; where a catalogue may be behind, only that it is, one line a file."""
    paths = [path for path in files or catalogues(edition) if edition.catalogues in path.parents]
    templates = None if files else extract(edition.root)
    found = list(check(edition, paths, templates))
    wrong = [problem for problem in found if complete or not problem.behind]
    behind = Counter(problem.file for problem in found if problem.behind)
    for problem in wrong:
        print(problem.sentence)
    for file, count in () if complete else behind.items():
        print(f"{file} is behind the English text ({count} messages), which is shown instead")
    if not found:
        print(f"{len(paths)} catalogues of {edition.language} hold what their sources hold")
    return int(bool(wrong))
