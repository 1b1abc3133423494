"""Trains one network once, in its own process; prints the accuracy it reaches as JSON."""

import argparse
import contextlib
import importlib
import io
import itertools
import json
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bookbuild.recorded import RESULT
from d2l_shim.data import fashion_mnist
from d2l_shim.frameworks import BY_NAME


class Recipe(NamedTuple):
    """How a chapter trains its network on a CPU, but for the number of epochs.

    Attributes:
        batch_size: images in a batch.
        lr: the highest learning rate of a one-cycle schedule.
        momentum: share of the last update that is kept in the next.
    """

    batch_size: int
    lr: float
    momentum: float


RECIPES = {"lenet": Recipe(256, 0.9, 0.9), "resnet18": Recipe(64, 0.05, 0.0)}
SIZE = 28  # side of the images
SET_SEED = {
    "mxnet": lambda native, seed: native.npx.random.seed(seed),
    "pytorch": lambda native, seed: native.torch.manual_seed(seed),
    "tensorflow": lambda native, seed: native.tf.keras.utils.set_random_seed(seed),
    "paddle": lambda native, seed: native.paddle.seed(seed),
}


class AtTheEnd:
    """Test images for the last epoch; for those before it, whose accuracy nobody asks, only some.

    Attributes:
        epochs: how many times it is still to be gone through.
    """

    def __init__(self, batches: Iterable, epochs: int) -> None:
        """Take the batches and the number of epochs."""
        self._batches, self.epochs = batches, epochs

    def __iter__(self) -> Iterator[Any]:
        """Start the evaluation of an epoch."""
        self.epochs -= 1
        return itertools.islice(self._batches, None if self.epochs == 0 else 1)


def train(arguments: argparse.Namespace) -> dict[str, Any]:
    """Train once; the seed decides on the weights and on the order of the images.

    Raises:
        RuntimeError: the training printed no result with numbers.
    """
    framework, begin = BY_NAME[arguments.framework], time.perf_counter()
    package = f"d2l_shim.{framework.module}"
    d2l = importlib.import_module(package)
    data, native = (importlib.import_module(f"{package}.{name}") for name in ("data", "native"))
    recipe = RECIPES[arguments.network]
    images, labels = (half[: arguments.images] for half in fashion_mnist(train=True))
    train_iter = data.batches(images, labels, recipe.batch_size, SIZE, arguments.seed)
    _, test_iter = d2l.load_data_fashion_mnist(recipe.batch_size)
    lr = d2l.one_cycle(recipe.lr, arguments.epochs * len(train_iter))
    SET_SEED[framework.name](native, arguments.seed)
    build = getattr(d2l, arguments.network)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        d2l.train_ch6(
            build if framework.name == "tensorflow" else build(),
            train_iter,
            AtTheEnd(test_iter, arguments.epochs),
            arguments.epochs,
            lr,
            momentum=recipe.momentum,
            fast=arguments.fast,
        )
    result = RESULT.search(said.getvalue())
    if result is None:
        raise RuntimeError(f"the training has no result, it printed {said.getvalue()!r}")
    return {
        "accuracy": float(result["accuracy"]),
        "device": result["device"],
        "seconds": round(time.perf_counter() - begin, 1),
    }


def main() -> None:
    """Train as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", required=True, choices=list(RECIPES))
    parser.add_argument("--framework", required=True, choices=list(BY_NAME))
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--images", type=int, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--fast", action="store_true")
    with contextlib.redirect_stdout(sys.stderr):
        found = train(parser.parse_args())
    print(json.dumps(found))


if __name__ == "__main__":
    main()
