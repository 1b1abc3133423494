"""`python -m d2l_shim run`: run a program that was written for d2l, d2lzh or d2lzh_pytorch."""

import argparse
import json
import os
import runpy
import sys

import d2l_shim
from d2l_shim.compat.aliases import RUN


def main(arguments: list[str] | None = None) -> None:
    """Run a script or a module under the old packages' names, as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m d2l_shim", description=d2l_shim.__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="run a program under the names of the old packages",
        description=(
            "Run a program written for the packages d2l, d2lzh or d2lzh_pytorch, unchanged. "
            "With the environment variable D2L_QUICK=1 it sees a small part of the data, and "
            "the training functions stop after one epoch."
        ),
        usage="python -m d2l_shim run [-h] [--force] (script.py | -m module) [argument ...]",
    )
    add, all_that_follows = run.add_argument, argparse.REMAINDER
    add("--force", action="store_true", help="replace an original package that is installed")
    add("-m", nargs=all_that_follows, metavar="module", help="a module, as `python -m` takes it")
    add("script", nargs=all_that_follows, metavar="script.py", help="a script, and its arguments")
    given = parser.parse_args(arguments)
    sys.argv = given.m or given.script
    if not sys.argv:
        run.error("name a script to run, or a module with -m")
    if not given.m:
        if not os.path.exists(sys.argv[0]):
            run.error(f"there is no {sys.argv[0]}; name a script to run, or a module with -m")
        # where Python itself looks first for what a script imports
        sys.path[0] = os.path.dirname(os.path.realpath(sys.argv[0]))
    asked = {"module" if given.m else "script": sys.argv[0]}
    os.environ[RUN] = json.dumps({"force": given.force, "script": None} | asked)
    runpy.run_module("d2l_shim.compat.program", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
