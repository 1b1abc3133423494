"""Command line of the book's maintainers: record, check, list and serve."""

import argparse
import contextlib
import functools
import http.server
import sys
import time
import webbrowser
from pathlib import Path

from tqdm import tqdm

from bookbuild.notebooks import notebook_path, problem, record
from bookbuild.source import ROOT, SourceError, chapters
from d2l_shim.frameworks import BY_NAME


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("record", "bring notebooks up to date; only changed code is run"),
        ("check", "tell whether every notebook matches its source (no framework needed)"),
        ("list", "print the notebooks of the book"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--chapter", help="folder of one chapter, for example resnet")
        command.add_argument("--framework", choices=list(BY_NAME), help="one framework only")
        if name == "record":
            command.add_argument("--force", action="store_true", help="run unchanged code too")
    commands.add_parser("serve", help="open the built book on a free local port")
    options = parser.parse_args(arguments)
    if options.command == "serve":
        return serve(ROOT / "_build/html")

    found = {path.parent.name: path for path in chapters()}
    if options.chapter and options.chapter not in found:
        parser.error(f"no chapter {options.chapter!r}; there are {', '.join(found)}")
    chosen = [found[options.chapter]] if options.chapter else found.values()
    frameworks = [options.framework] if options.framework else BY_NAME
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
            else:
                _record(path, framework, options.force)
        except (SourceError, RuntimeError) as error:
            message = str(error)
        if message:
            failures += 1
            print(message, file=sys.stderr)
    if options.command == "check" and not failures:
        print(f"{len(jobs)} notebooks match their sources")
    return min(failures, 1)


def serve(folder: Path) -> int:
    """Serves the built book to this machine alone until it is interrupted."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/index.html"
        print(f"The book is at {address} (stop with Ctrl-C)", flush=True)
        webbrowser.open(address)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    return 0


def _record(path: Path, framework: str, force: bool) -> None:
    begin, name = time.perf_counter(), notebook_path(path, framework).name
    with tqdm(desc=name, unit="cell", leave=False) as bar:

        def progress(done: int, cells: int) -> None:
            bar.total = cells
            bar.update(done - bar.n)

        done = record(path, framework, force=force, progress=progress)
    print(f"{name}: {done} in {time.perf_counter() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
