"""The commands for notebooks: new, record, check and list."""

import argparse
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from tqdm import tqdm

from bookbuild import export
from bookbuild.new import new
from bookbuild.notebooks import notebook_path, problem, record
from bookbuild.source import ROOT, SourceError, chapters
from bookbuild.translation import notebooks as translations
from bookbuild.translation.editions import editions
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild", description=__doc__)
    found = {path.parent.name: path for path in chapters()}
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("record", "bring notebooks up to date; only changed code is run"),
        ("check", "tell whether every notebook matches its source (no framework needed)"),
        ("list", "print the notebooks of the book"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--chapter", choices=list(found), help="one chapter only")
        command.add_argument("--framework", choices=list(BY_NAME), help="one framework only")
        if name == "record":
            command.add_argument("--force", action="store_true", help="run unchanged code too")
        elif name == "list":
            text = "only those whose framework is installed here"
            command.add_argument("--installed", action="store_true", help=text)
    command = commands.add_parser("new", help="make the skeleton of a chapter")
    command.add_argument("slug", help="name of its folder: `dense-blocks`")
    command.add_argument("--title", required=True, help="its heading")
    command.add_argument("--part", default="", help="the part of _toc.yml to add it to")
    options = parser.parse_args(arguments)
    if options.command == "new":
        try:
            print(new(options.slug, options.title, options.part))
        except SourceError as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    chosen = [found[options.chapter]] if options.chapter else found.values()
    frameworks = [options.framework] if options.framework else BY_NAME
    if options.command == "list" and options.installed:
        frameworks = [name for name in frameworks if find_spec(BY_NAME[name].module)]
        if not frameworks:
            print(f"{options.framework or 'No framework'} is not installed", file=sys.stderr)
            return 1
    jobs = [(path, framework) for path in chosen for framework in frameworks]
    if options.command == "list":
        print(*(notebook_path(*job).relative_to(ROOT).as_posix() for job in jobs), sep="\n")
        return 0
    failures = 0
    for path, framework in jobs:
        message = ""
        try:
            if options.command == "check":
                message = problem(path, framework)
                for edition in editions().values():
                    message = message or translations.problem(edition, path, framework)
            else:
                _record(path, framework, options.force)
                for edition in editions().values():
                    done = translations.record(edition, path, framework)
                    name = notebook_path(path, framework, edition.name).name
                    print(f"{edition.name}/{name}: {done}", flush=True)
        except (RuntimeError, ValueError) as error:
            message = str(error)
        if message:
            failures += 1
            print(message, file=sys.stderr)
    if options.command == "check":
        stale = [message for one in FRAMEWORKS if (message := export.problem(one))]
        print(*stale, sep="\n", end="\n" if stale else "", file=sys.stderr)
        failures += len(stale)
        if not failures:
            print(f"{len(jobs)} notebooks match their sources")
    return min(failures, 1)


def _record(path: Path, framework: str, force: bool) -> None:
    begin, name = time.perf_counter(), notebook_path(path, framework).name
    with tqdm(desc=name, unit="cell", leave=False) as bar:

        def progress(done: int, cells: int) -> None:
            bar.total = cells
            bar.update(done - bar.n)

        done = record(path, framework, force=force, progress=progress)
    print(f"{name}: {done} in {time.perf_counter() - begin:.0f} s", flush=True)
