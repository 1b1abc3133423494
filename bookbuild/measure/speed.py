"""`python -m bookbuild bench`: how fast each framework trains a network of the book here."""

import statistics

from bookbuild.measure import runner
from d2l_shim.frameworks import BY_NAME

NETWORKS = {
    "lenet": {"size": 28, "batch_size": 256},
    "resnet18": {"size": 96, "batch_size": 64},
}
DESCRIPTION = """\
Train a network on made-up images, with the loop of older books (images resized one by one in each
epoch, float32) and with the book's, on the same device, and compare. All ways are measured one
after the other, each in a process of its own, and then all of them again. A speed is the median of
the repeats. A gain that is not larger than what the repeats of the two ways differ by is none.
Loading counts, resizing once and what the first steps do does not.
"""
COLUMNS = ("framework", "way", "examples/s", "spread", "gain", "peak memory", "share of peak")


def ways(framework: str, each: bool = True) -> list[str]:
    """Return the ways to train that are compared; a single technique is all that there is."""
    means = BY_NAME[framework].means
    return ["old", *(["data", *(means if len(means) > 1 else ())] if each else ()), "all"]


def together(results: list[runner.Result]) -> list[runner.Result]:
    """Return one result for all repeats of a way, in the order of the table."""
    made = []
    for job in ({"framework": name, "way": way} for name in BY_NAME for way in ways(name)):
        if same := [one for one in results if job.items() <= one.items()]:
            memories = [one["peak_memory"] for one in same]
            speeds = [one["examples_per_second"] for one in same]
            memory = None if None in memories else max(memories)
            products = max(one["matrix_products"] for one in same)
            found = {"examples_per_second": speeds, "peak_memory": memory}
            made.append(same[0] | found | {"matrix_products": products})
    return made


def matrix_product_peak(results: list[runner.Result]) -> float:
    """Return the most float32 operations per second that a framework reached in products here."""
    return max(one["matrix_products"] for one in results)


def gain(speeds: list[float], first: list[float]) -> str:
    """Return how many times as fast as the first way one is, or that nothing shows in the noise."""
    median, before = statistics.median(speeds), statistics.median(first)
    spread = max((max(speeds) - min(speeds)) / median, (max(first) - min(first)) / before)
    return f"{median / before:.2f}" if abs(median / before - 1) > spread else "none"


def rows(report: runner.Result) -> list[runner.Row]:
    """Return what the table shows of a report whose repeats are together, its head first."""
    made, before, peak = [COLUMNS], {}, matrix_product_peak(report["results"])
    for one in report["results"]:
        speeds, memory = one["examples_per_second"], one["peak_memory"]
        median, first = statistics.median(speeds), before.setdefault(one["framework"], speeds)
        share = median * 6 * one["multiply_adds"] / peak
        row = (
            BY_NAME[one["framework"]].label,
            one["way"],
            f"{median:,.0f}",
            f"{min(speeds):,.0f} to {max(speeds):,.0f}",
            "1.00" if first is speeds else gain(speeds, first),
            "unknown" if memory is None else f"{memory / 2**30:.1f} GiB",
            f"{100 * share:.0f} %" if one["device"] == "cpu" else "",
        )
        made.append(row)
    return made


def main(arguments: list[str] | None = None) -> int:
    import numpy as np

    reader = runner.parser("bench", DESCRIPTION)
    add = reader.add_argument
    add("--network", choices=NETWORKS, default="resnet18", help="default: %(default)s")
    add("--each", action="store_true", help="measure each technique by itself too")
    add("--repeats", type=int, default=5, help="times to measure each way (default: %(default)s)")
    add("--seconds", type=float, default=2.0, help="least time to measure (default: %(default)s)")
    given = reader.parse_args(arguments)
    told = {"network": given.network, **NETWORKS[given.network], "seconds": given.seconds}
    if given.repeats < 1 or given.seconds <= 0:
        reader.error("repeats and seconds must be positive")
    settings = told | runner.machine() | {"numpy": np.__version__}
    try:
        report = runner.Report(given.output, settings, given.again)
    except (OSError, ValueError) as error:
        reader.error(str(error))

    def train(job: runner.Result) -> runner.Result:
        found = runner.in_its_own_process("speed", told | job)
        return {"version": settings["versions"].get(job["framework"])} | found

    def name(job: runner.Result) -> str:
        return f"{BY_NAME[job['framework']].label}, {job['way']}"

    jobs = [
        {"framework": framework, "way": way}
        for framework in given.frameworks
        for way in ways(framework, given.each)
    ]
    failed = runner.run(report, jobs * given.repeats, train, name)
    results = together(report.results)
    if results:
        print(
            f"{given.network}, {told['size']}x{told['size']} pixels, batches of "
            f"{told['batch_size']}, on {settings['processor']} with {settings['cores']} cores, "
            f"whose products of matrices reach {matrix_product_peak(results) / 1e9:.0f} GFLOP/s"
        )
    return runner.end(rows({"results": results}) if results else [], failed)
