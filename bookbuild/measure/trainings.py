"""Single trainings, each in a process that `runner` starts and that prints JSON at its end."""

import contextlib
import importlib
import io
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from bookbuild.measure import old_loops
from d2l_shim import faces
from d2l_shim.data import fashion_mnist
from d2l_shim.frameworks import BY_NAME
from d2l_shim.numpy_names import dropped_names_for
from d2l_shim.training import device_name

WARM_UP = 3  # steps in which memory is found, graphs are made, processes start
SIDE = 28  # of Fashion-MNIST's images
SET_SEED = {
    "mxnet": lambda native, seed: native.npx.random.seed(seed),
    "pytorch": lambda native, seed: native.torch.manual_seed(seed),
    "tensorflow": lambda native, seed: native.tf.keras.utils.set_random_seed(seed),
    "paddle": lambda native, seed: native.paddle.seed(seed),
}


class Enough(Exception):  # noqa: N818 (it is no error)
    """Enough has been measured; leaves a training loop in the middle."""


class Clock:
    """Called after each step of a training; raises `Enough` when it has measured the speed."""

    def __init__(self, seconds: float, warm_up: int = WARM_UP) -> None:
        self.speed = 0.0  # examples a second
        self._seconds, self._warm_up = seconds, warm_up
        self._steps = self._examples = 0
        self._begin = 0.0

    def __call__(self, examples: int) -> None:
        now = time.perf_counter()
        self._steps += 1
        if self._steps <= self._warm_up:
            self._begin = now
            return
        self._examples += examples
        if now - self._begin >= self._seconds:
            self.speed = self._examples / (now - self._begin)
            raise Enough


class Watched:
    def __init__(self, batches: Iterable, clock: Callable[[int], None]) -> None:
        self._batches, self._clock = batches, clock

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Any]:
        return old_loops.watched(self._batches, self._clock, epochs=1)


class AtTheEnd:
    """Test images for the last epoch; before it, where nobody asks for the accuracy, only some."""

    def __init__(self, batches: Iterable, epochs: int) -> None:
        self._batches, self._epochs = batches, epochs

    def __iter__(self) -> Iterator[Any]:
        self._epochs -= 1
        return itertools.islice(self._batches, None if self._epochs == 0 else 1)


def speed(
    framework: str, way: str, network: str, size: int, batch_size: int, seconds: float
) -> dict[str, Any]:
    """Train on made-up images, as resized to `size`, until `seconds` have been measured.

    The way is `old`, the loop of older books; `data`, the book's, plainly; `all`; or one technique.
    """
    told, module = BY_NAME[framework], BY_NAME[framework].module
    if way == "old" and framework != "pytorch":
        # d2l_shim gives MXNet and Paddle more threads, unless they are loaded already
        with dropped_names_for(module), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(module)
    d2l = importlib.import_module(f"d2l_shim.{module}")
    random = np.random.RandomState(0)
    num_images = 60_000 if size == SIDE else 6_400
    images = random.randint(0, 256, (num_images, 28, 28)).astype(np.uint8)
    labels = random.randint(0, 10, num_images)
    clock = Clock(seconds)

    build = getattr(d2l, network)
    with contextlib.suppress(Enough):
        if way == "old":
            given = build, images, labels, size, batch_size, clock, d2l.try_gpu()
            old_loops.LOOPS[framework](old_loops.Given(*given))
        else:
            training = importlib.import_module(f"d2l_shim.{module}.training")
            batches = faces.batches(training.Learner, images, labels, batch_size, size)
            test = list(itertools.islice(batches, 1))
            net = build if framework == "tensorflow" else build()
            fast = {"data": False, "all": True}.get(way, [way])
            d2l.train_ch6(net, Watched(batches, clock), test, old_loops.EPOCHS, 0.01, fast=fast)
    memory, products = peak_memory(), matrix_products(d2l)
    side = (1, 1, size, size) if told.axes == "NCHW" else (1, size, size, 1)
    parameters, multiply_adds = d2l.cost(build(), side)
    return {
        "examples_per_second": round(clock.speed, 1),
        "peak_memory": memory,
        "matrix_products": products,
        "parameters": parameters,
        "multiply_adds": multiply_adds,
        "device": device_name(getattr(d2l.try_gpu(), "_device_name", d2l.try_gpu())),
    }


def matrix_products(d2l: Any, size: int = 2048, tries: int = 5) -> float:
    """Return the most float32 operations per second that a framework reaches in a product."""
    X, times = d2l.ones((size, size)), []
    for _ in range(1 + tries):
        begin = time.perf_counter()
        d2l.numpy(d2l.matmul(X, X)[:1])  # waits for the device
        times.append(time.perf_counter() - begin)
    return 2 * size**3 / min(times[1:])


def peak_memory() -> int | None:
    """Return the most memory that this process has held so far, in bytes, if the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def seed(
    network: str,
    framework: str,
    seed: int,
    fast: bool,
    images: int,
    epochs: int,
    batch_size: int,
    lr: float,
    momentum: float,
) -> dict[str, Any]:
    """Train on the first images; the seed decides on the weights and on the images' order."""
    from bookbuild.recorded import RESULT  # it needs more than what measuring speed needs

    begin, package = time.perf_counter(), f"d2l_shim.{BY_NAME[framework].module}"
    d2l = importlib.import_module(package)
    training = importlib.import_module(f"{package}.training")
    native = importlib.import_module(f"{package}.native")
    X, y = (half[:images] for half in fashion_mnist(train=True))
    train_iter = faces.batches(training.Learner, X, y, batch_size, SIDE, seed)
    _, test_iter = d2l.load_data_fashion_mnist(batch_size)
    schedule = d2l.one_cycle(lr, epochs * len(train_iter))
    SET_SEED[framework](native, seed)
    build = getattr(d2l, network)
    net = build if framework == "tensorflow" else build()
    test = AtTheEnd(test_iter, epochs)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        d2l.train_ch6(net, train_iter, test, epochs, schedule, momentum=momentum, fast=fast)
    result = RESULT.search(said.getvalue())
    if result is None:
        raise RuntimeError(f"the training has no result, it printed {said.getvalue()!r}")
    return {
        "accuracy": float(result["accuracy"]),
        "device": result["device"],
        "seconds": round(time.perf_counter() - begin, 1),
    }


def nin(
    framework: str,
    seed: int,
    way: str,
    size: int,
    batch_size: int,
    lr: float,
    momentum: float,
) -> dict[str, Any]:
    """Train NiN for an epoch, as its chapter does; note the living units of its last block."""
    from bookbuild.measure.shapes import definitions
    from bookbuild.recorded import RESULT

    begin, package = time.perf_counter(), f"d2l_shim.{BY_NAME[framework].module}"
    d2l, native = (importlib.import_module(name) for name in (package, f"{package}.native"))
    chapter = definitions("nin", framework)
    ways = {"without": chapter.nin_without_last_relu, "normalized": chapter.nin_with_norm}
    build = ways.get(way, chapter.nin)
    X = next(iter(d2l.load_data_fashion_mnist(256, resize=size)[0]))[0]
    train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size, resize=size)
    schedule, start = d2l.one_cycle(lr, len(train_iter)), []
    SET_SEED[framework](native, seed)
    net = build if framework == "tensorflow" else build()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        made = d2l.train_ch6(
            net,
            train_iter,
            test_iter,
            1,
            schedule,
            momentum=momentum,
            init="he",
            prepare=lambda net: start.extend(chapter.alive(net, X)),
        )
    end = chapter.alive(made or net, X)
    return {
        "accuracy": float(RESULT.search(said.getvalue())["accuracy"]),
        "start": [*map(sorted, start)],
        "end": [*map(sorted, end)],
        "seconds": round(time.perf_counter() - begin, 1),
    }


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        found = {"speed": speed, "seed": seed, "nin": nin}[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps(found))
