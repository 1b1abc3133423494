"""When to look at the clock, and when enough has been seen; no framework is imported."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

WARM_UP = 3  # steps in which memory is found, graphs are made, processes start
SECONDS = 2.0  # least time that is measured


class Enough(Exception):  # noqa: N818 (it is no error)
    """Enough has been measured; leaves a training loop in the middle."""


class Clock:
    """Measures a stretch of a training: called after each step, raises `Enough` at the end.

    Attributes:
        speed: examples a second, once it has been measured.
    """

    def __init__(self, seconds: float = SECONDS, warm_up: int = WARM_UP) -> None:
        """Take how many seconds to measure at least, after how many steps."""
        self.speed = 0.0
        self._seconds, self._warm_up = seconds, warm_up
        self._steps = self._examples = 0
        self._begin = 0.0

    def __call__(self, examples: int) -> None:
        """Count a step with so many examples.

        Raises:
            Enough: it was the last one that is needed.
        """
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
    """Batches whose consumer is watched: asking for the next one ends the step with the last."""

    def __init__(self, batches: Iterable, clock: Clock) -> None:
        """Take the batches and what is called after each step with its number of examples."""
        self._batches, self._clock = batches, clock

    def __len__(self) -> int:
        """Return the number of batches."""
        return len(self._batches)

    def __iter__(self) -> Iterator[Any]:
        """Start an epoch."""
        for X, y in self._batches:
            yield X, y
            self._clock(len(y))
