"""`python -m d2l_shim.bench`: how fast each framework trains a network of the book here."""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from d2l_shim.bench.clock import SECONDS
from d2l_shim.frameworks import BY_NAME

# sides of the images, and images in a batch
NETWORKS = {
    "lenet": (28, 256),
    "alexnet": (72, 64),
    "nin": (72, 64),
    "googlenet": (96, 64),
    "resnet18": (96, 64),
}
DESCRIPTION = """\
Train a network on made-up images, with the loop of older books (images resized one by one in each
epoch, float32) and with the book's, on the same device, and compare. All ways are measured one
after the other, each in a process of its own, and then all of them again. A speed is the median of
the repeats. A gain that is not larger than what the repeats of the two ways differ by is none.
Loading counts, resizing once and what the first steps do does not.
"""
NO_GAIN = "none"
COLUMNS = ("framework", "way", "examples/s", "spread", "gain", "peak memory", "share of peak")


def matrix_product_peak(size: int = 2048, tries: int = 7) -> float:
    """Return the most floating-point operations a second that NumPy reaches in matrix products.

    Args:
        size: rows and columns of the matrices, float32.
        tries: of which the fastest counts.
    """
    X = np.random.RandomState(0).rand(size, size).astype(np.float32)
    X @ X
    times = []
    for _ in range(tries):
        begin = time.perf_counter()
        X @ X
        times.append(time.perf_counter() - begin)
    return 2 * size**3 / min(times)


def processor() -> str:
    """Return the processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def num_cores() -> int:
    """Return the cores that this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def measure(framework: str, way: str, given: argparse.Namespace) -> dict[str, Any]:
    """Measure one framework in one way, in a process of its own.

    Raises:
        RuntimeError: it failed; the message ends with what it said last.
    """
    command = [sys.executable, "-W", "ignore", "-m", "d2l_shim.bench.worker"]
    for name in ("network", "size", "batch_size", "seconds"):
        command += [f"--{name.replace('_', '-')}", str(getattr(given, name))]
    command += ["--framework", framework, "--way", way]
    env = os.environ | {"MPLBACKEND": "agg", "D2L_QUICK": "0"}
    ended = subprocess.run(command, env=env, capture_output=True, text=True)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise RuntimeError(f"{BY_NAME[framework].label}, {way}: {last}")
    return json.loads(ended.stdout.splitlines()[-1])


def gain(speeds: list[float], first: list[float]) -> str:
    """Return how many times as fast one way is as another, or that nothing shows in the noise.

    Args:
        speeds: of the one, repeat by repeat.
        first: of the other.

    Examples:
        >>> gain([190, 200, 210], [95, 100, 105]), gain([95, 104, 110], [95, 100, 105])
        ('2.00', 'none')
    """
    median, before = statistics.median(speeds), statistics.median(first)
    spread = max((max(speeds) - min(speeds)) / median, (max(first) - min(first)) / before)
    return f"{median / before:.2f}" if abs(median / before - 1) > spread else NO_GAIN


def _alone(means: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is to be measured by itself: a single technique is all that there is."""
    return means if len(means) > 1 else ()


def together(before: dict[str, Any] | None, measured: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a way once another repeat has been measured."""
    speeds = [*(before or {}).get("examples_per_second", ()), measured["examples_per_second"]]
    memories = [one["peak_memory"] for one in (before, measured) if one]
    memory = None if None in memories else max(memories)
    return measured | {"examples_per_second": speeds, "peak_memory": memory}


def rows(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return what the table shows, line by line, its head first."""
    made = [COLUMNS]
    before: dict[str, list[float]] = {}
    for result in report["results"]:
        speeds = result["examples_per_second"]
        median = statistics.median(speeds)
        first = before.setdefault(result["framework"], speeds)
        memory = result["peak_memory"]
        share = median * 6 * result["multiply_adds"] / report["matrix_product_peak"]
        made.append(
            (
                BY_NAME[result["framework"]].label,
                result["way"],
                f"{median:,.0f}",
                f"{min(speeds):,.0f} to {max(speeds):,.0f}",
                "1.00" if first is speeds else gain(speeds, first),
                "unknown" if memory is None else f"{memory / 2**30:.1f} GiB",
                f"{100 * share:.0f} %" if result["device"] == "cpu" else "",
            )
        )
    return made


def print_table(lines: list[tuple[str, ...]]) -> None:
    """Print rows with their columns aligned, names to the left and numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="python -m d2l_shim.bench",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--network", choices=list(NETWORKS), default="resnet18", help="what is trained")
    add("--size", type=int, help="side of the images in pixels (default: as the book has it)")
    add("--batch-size", type=int, help="images in a batch (default: 256 for lenet, else 64)")
    add(
        "--frameworks",
        nargs="+",
        default=["all"],
        choices=["all", *BY_NAME],
        metavar="NAME",
        help=f"all, or some of {', '.join(BY_NAME)} (default: all)",
    )
    add("--each", action="store_true", help="measure each means of a faster training by itself too")
    add("--repeats", type=int, default=5, help="times to measure each way (default: %(default)s)")
    add(
        "--seconds",
        type=float,
        default=SECONDS,
        help="least time to measure for (default: %(default)s)",
    )
    add("--output", type=Path, help="file to write all figures to, as JSON")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Measure as the arguments say and return the exit status."""
    reader = parser()
    given = reader.parse_args(arguments)
    size, batch_size = NETWORKS[given.network]
    given.size, given.batch_size = given.size or size, given.batch_size or batch_size
    if min(given.size, given.batch_size, given.repeats) < 1 or given.seconds <= 0:
        reader.error("sizes, repeats and seconds must be positive")
    if given.output and not given.output.absolute().parent.is_dir():
        reader.error(f"there is no folder {given.output.parent}; create it")
    names = list(BY_NAME) if "all" in given.frameworks else given.frameworks
    report = {
        "network": given.network,
        "size": given.size,
        "batch_size": given.batch_size,
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": num_cores(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "matrix_product_peak": matrix_product_peak(),
        "results": [],
    }
    ways = [
        (name, way)
        for name in names
        for way in ("old", "data", *_alone(BY_NAME[name].means), "all")
        if given.each or way in ("old", "all")
    ]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    failed: dict[tuple[str, str], str] = {}
    with tqdm(total=len(ways) * given.repeats, unit="process", disable=None) as bar:
        for job in ways * given.repeats:
            bar.set_description(f"{BY_NAME[job[0]].label}, {job[1]}")
            if job not in failed:
                try:
                    found[job] = together(found.get(job), measure(*job, given))
                except RuntimeError as error:
                    failed[job] = str(error)
            bar.update()
    report["results"] = [found[job] for job in ways if job in found and job not in failed]
    print(
        f"{given.network}, {given.size}x{given.size} pixels, batches of {given.batch_size}, on "
        f"{report['processor']} with {report['cores']} cores, whose matrix products in NumPy "
        f"reach {report['matrix_product_peak'] / 1e9:.0f} GFLOP/s"
    )
    print_table(rows(report))
    if given.output:
        partial = given.output.with_suffix(".partial")
        partial.write_text(json.dumps(report, indent=1) + "\n", "utf8")
        os.replace(partial, given.output)
    for line in failed.values():
        print(line, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
