"""Measures one framework in one way in its own process; prints what it found as JSON."""

import argparse
import contextlib
import importlib
import io
import itertools
import json
import sys
from importlib import metadata
from typing import Any

import numpy as np

from d2l_shim.bench.clock import Clock, Enough, Watched
from d2l_shim.frameworks import BY_NAME
from d2l_shim.numpy_names import dropped_names_for
from d2l_shim.training import device_name

IMAGES = {28: 60_000}  # as many as Fashion-MNIST has
LARGE_IMAGES = 6_400
EPOCHS = 1_000  # more than ever come to an end
PACKAGES = {"mxnet": "mxnet", "pytorch": "torch", "paddle": "paddlepaddle"}


def network(d2l: Any, name: str, size: int) -> Any:
    """Return a network of the book for grey images of this size; its weights are not drawn."""
    if name == "alexnet" and d2l.__name__.endswith(("torch", "paddle")):
        return d2l.alexnet({72: 256, 224: 6400}[size])
    return getattr(d2l, name)()


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Train until enough has been measured."""
    framework, size = BY_NAME[arguments.framework], arguments.size
    old = arguments.way == "old"
    if old and framework.name != "pytorch":
        # d2l_shim gives MXNet and Paddle more threads, unless they are loaded already
        with dropped_names_for(framework.module), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(framework.module)
    d2l = importlib.import_module(f"d2l_shim.{framework.module}")
    random = np.random.RandomState(0)
    num_images = IMAGES.get(size, LARGE_IMAGES)
    images = random.randint(0, 256, (num_images, 28, 28)).astype(np.uint8)
    labels = random.randint(0, 10, num_images)
    clock = Clock(arguments.seconds)

    def build() -> Any:
        return network(d2l, arguments.network, size)

    try:
        if old:
            loop = importlib.import_module(f"d2l_shim.{framework.module}.old_loop")
            loop.train(
                build, images, labels, size, arguments.batch_size, EPOCHS, clock, d2l.try_gpu()
            )
        else:
            data = importlib.import_module(f"d2l_shim.{framework.module}.data")
            batches = data.batches(images, labels, arguments.batch_size, size)
            means = [] if arguments.way == "data" else arguments.way.split("+")
            d2l.train_ch6(
                build if framework.name == "tensorflow" else build(),
                Watched(batches, clock),
                list(itertools.islice(batches, 1)),
                EPOCHS,
                0.01,
                fast=True if means == ["all"] else means,
            )
    except Enough:
        pass
    memory = peak_memory()
    side = (1, 1, size, size) if framework.axes == "NCHW" else (1, size, size, 1)
    parameters, multiply_adds = d2l.cost(build(), side)
    return {
        "framework": framework.name,
        "way": arguments.way,
        "version": version(framework.name),
        "examples_per_second": round(clock.speed, 1),
        "peak_memory": memory,
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "device": device_name(getattr(d2l.try_gpu(), "_device_name", d2l.try_gpu())),
    }


def version(framework: str) -> str:
    """Return the version of a framework that is installed."""
    names = [PACKAGES.get(framework, framework), "tensorflow-cpu"]
    for name in names:
        with contextlib.suppress(metadata.PackageNotFoundError):
            return metadata.version(name)
    return "unknown"


def peak_memory() -> int | None:
    """Return the most memory that this process has held so far, in bytes, if the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--framework", required=True, choices=list(BY_NAME))
    parser.add_argument("--network", required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--way", required=True, help="old, data, all, or means joined by +")
    with contextlib.redirect_stdout(sys.stderr):
        found = measure(parser.parse_args())
    print(json.dumps(found))


if __name__ == "__main__":
    main()
