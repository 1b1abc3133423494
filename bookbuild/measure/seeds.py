"""`python -m bookbuild seeds`: train with several seeds, plainly and with all that is faster."""

import itertools
import statistics

from bookbuild.measure import runner
from d2l_shim.frameworks import BY_NAME

EPOCHS = 3
# how the chapters train their networks on a CPU, but for the number of epochs
RECIPES = {
    "lenet": {"batch_size": 256, "lr": 0.9, "momentum": 0.9},
    "resnet18": {"batch_size": 64, "lr": 0.05, "momentum": 0.0},
}
# training images of a network, the first of all, and where a framework takes too long, of the two
IMAGES = {"lenet": 60_000, "resnet18": 2_000, "paddle-resnet18": 1_000}
DESCRIPTION = f"""\
Train networks of the book on Fashion-MNIST by the CPU recipes of their chapters, {EPOCHS} epochs,
with several seeds, and with each seed twice: with fast=False and with fast=True. D2L_BFLOAT16=1 is
set, so that fast rounds to bfloat16 also on a processor without instructions for that. Each
training has a process of its own. At the end a table has for each network and framework the
accuracies on the test images with both, seed by seed; how far the plain ones lie apart (spread);
and how fast differs from plain: the most with the same seed (change), and in the mean.
"""
COLUMNS = ("network", "framework", "plain", "fast", "spread", "change", "mean change")


def rows(results: list[runner.Result]) -> list[runner.Row]:
    """Return what the table shows, its head first, of the seeds that are there both ways."""
    made = [COLUMNS]
    for network, framework in itertools.product(RECIPES, BY_NAME):
        ways = {False: {}, True: {}}
        for one in results:
            if (one["network"], one["framework"]) == (network, framework):
                ways[one["fast"]][one["seed"]] = one["accuracy"]
        seeds = sorted(ways[False].keys() & ways[True].keys())
        if not seeds:
            continue
        plain, fast = ([way[seed] for seed in seeds] for way in ways.values())
        changes = [b - a for a, b in zip(plain, fast, strict=True)]
        row = (
            network,
            BY_NAME[framework].label,
            *(", ".join(f"{accuracy:.3f}" for accuracy in way) for way in (plain, fast)),
            f"{max(plain) - min(plain):.3f}",
            f"{max(changes, key=abs):+z.3f}",
            f"{statistics.mean(changes):+z.3f}",
        )
        made.append(row)
    return made


def train(job: runner.Result) -> runner.Result:
    network = job["network"]
    images = IMAGES.get(f"{job['framework']}-{network}", IMAGES[network])
    told = job | RECIPES[network] | {"images": images, "epochs": EPOCHS}
    # whatever the processor has: the table is of accuracies alone
    environment = {"OMP_WAIT_POLICY": "PASSIVE", "D2L_BFLOAT16": "1"}
    return runner.in_its_own_process("seed", told, **environment)


def name(job: runner.Result) -> str:
    way = "fast" if job["fast"] else "plain"
    return f"{job['network']}, {BY_NAME[job['framework']].label}, seed {job['seed']}, {way}"


def main(arguments: list[str] | None = None) -> int:
    from d2l_shim.data import DataError, fashion_mnist  # which a build of pages has no use for

    reader = runner.parser("seeds", DESCRIPTION)
    runner.add_names(reader, "--network", RECIPES)
    text = "how many seeds: 0, 1, ... (default: %(default)s)"
    reader.add_argument("--seeds", type=int, default=3, help=text)
    given = reader.parse_args(arguments)
    if given.seeds < 1:
        reader.error("seeds must be at least 1")
    settings = {"epochs": EPOCHS, "images": IMAGES, "recipes": RECIPES, **runner.machine()}
    try:
        report = runner.Report(given.output, settings, given.again)
        fashion_mnist(train=True), fashion_mnist(train=False)  # once, before many ask for it
    except (OSError, ValueError, DataError) as error:
        reader.error(str(error))
    jobs = [
        {"network": network, "framework": framework, "seed": seed, "fast": fast}
        for network in given.network
        for framework in given.frameworks
        for seed in range(given.seeds)
        for fast in (False, True)
    ]
    failed = runner.run(report, jobs, train, name)
    return runner.end(rows(report.results), failed)
