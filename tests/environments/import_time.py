"""Measure how long each framework's module takes to import, against the framework alone.

`python tests/environments/import_time.py [framework ...]` prints medians of 5, in seconds of wall
time and of processor time, each import in a process of its own.
"""

import importlib.util
import resource
import statistics
import subprocess
import sys
import time

from d2l_shim.frameworks import BY_NAME

REPEATS = 5
# MXNet does not load without the names that NumPy has dropped
ALONE = {
    "mxnet": "from d2l_shim.numpy_names import dropped_names_for\n"
    "with dropped_names_for('mxnet'): import mxnet",
}


def seconds(code: str) -> tuple[float, float]:
    """Return the wall time and the processor time that a program takes, in seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(*programs: str) -> list[list[float]]:
    """Return the median wall and processor time of programs, run in turns after a first try."""
    for program in programs:
        seconds(program)
    runs = [[seconds(program) for program in programs] for _ in range(REPEATS)]
    return [
        [statistics.median(times) for times in zip(*of_one, strict=True)]
        for of_one in zip(*runs, strict=True)
    ]


def main(names: list[str]) -> None:
    """Print a line a framework."""
    print("              alone            module           more")
    print("framework     wall     cpu     wall     cpu     wall     cpu")
    for name in names or BY_NAME:
        module = BY_NAME[name].module
        if importlib.util.find_spec(module) is None:
            print(f"{name:10} is not installed")
            continue
        alone = ALONE.get(name, f"import {module}")
        (wall, cpu), (our_wall, our_cpu) = medians(alone, f"import d2l_shim.{module}")
        print(
            f"{name:10}{wall:8.2f}{cpu:8.2f}{our_wall:9.2f}{our_cpu:8.2f}"
            f"{our_wall - wall:9.2f}{our_cpu - cpu:8.2f}  {our_wall / wall - 1:+.0%}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
