"""`python -m bookbuild seeds`: train with several seeds, plainly and with all that makes it faster.

`make seeds` runs this for the page on speed.
"""

import itertools
import statistics
from typing import NamedTuple

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
accuracies on the test images with both, seed by seed, and their means; how far the plain ones lie
apart (spread); and how fast differs from plain: the most with the same seed (change), and in the
mean (mean change).
"""
COLUMNS = ("network", "framework", "plain", "fast", "plain mean", "fast mean")
COLUMNS += ("spread", "change", "mean change")


class Compared(NamedTuple):
    """Accuracies of one network in one framework, seed by seed, with fast=False and fast=True."""

    network: str
    framework: str
    plain: list[float]
    fast: list[float]

    @property
    def spread(self) -> float:
        """How far the plain ones lie apart."""
        return max(self.plain) - min(self.plain)

    @property
    def change(self) -> float:
        """What fast has more than plain with the same seed, where they differ most."""
        return max((b - a for a, b in zip(self.plain, self.fast, strict=True)), key=abs)

    @property
    def mean_change(self) -> float:
        """What the mean of fast has more than that of plain."""
        return statistics.mean(self.fast) - statistics.mean(self.plain)


def compared(results: list[runner.Result]) -> list[Compared]:
    """Return what is there with both ways, in the order of the networks and frameworks."""
    made = []
    for pair in itertools.product(RECIPES, BY_NAME):
        plain, fast = {}, {}
        for one in results:
            if (one["network"], one["framework"]) == pair:
                (fast if one["fast"] else plain)[one["seed"]] = one["accuracy"]
        if seeds := sorted(plain.keys() & fast.keys()):
            made.append(Compared(*pair, [plain[i] for i in seeds], [fast[i] for i in seeds]))
    return made


def rows(results: list[runner.Result]) -> list[runner.Row]:
    """Return what the table shows, its head first."""
    made = [COLUMNS]
    for one in compared(results):
        ways = (one.plain, one.fast)
        row = (
            one.network,
            BY_NAME[one.framework].label,
            *(", ".join(f"{value:.3f}" for value in way) for way in ways),
            *(f"{statistics.mean(way):.4f}" for way in ways),
            f"{one.spread:.3f}",
            f"{one.change:+z.3f}",
            f"{one.mean_change:+z.4f}",
        )
        made.append(row)
    return made


def train(job: runner.Result) -> runner.Result:
    """Train once and return what that reached."""
    network = job["network"]
    images = IMAGES.get(f"{job['framework']}-{network}", IMAGES[network])
    told = job | RECIPES[network] | {"images": images, "epochs": EPOCHS}
    # whatever the processor has: the table is of accuracies alone
    environment = {"OMP_WAIT_POLICY": "PASSIVE", "D2L_BFLOAT16": "1"}
    return runner.in_its_own_process("seed", told, **environment)


def name(job: runner.Result) -> str:
    """Return what a training is called where it is reported."""
    label, way = BY_NAME[job["framework"]].label, "fast" if job["fast"] else "plain"
    return f"{job['network']}, {label}, seed {job['seed']}, {way}"


def main(arguments: list[str] | None = None) -> int:
    """Train as the arguments say and return the exit status."""
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
