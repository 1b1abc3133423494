"""Sums that grow while a network trains or is evaluated; no framework is imported."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np


class Accumulator:
    """Keep `n` running sums.

    Attributes:
        data: the sums, floats.

    Examples:
        >>> sums = Accumulator(2)
        >>> sums.add(3, 64)
        >>> sums.add(1, 64)
        >>> sums[0] / sums[1]
        0.03125
    """

    def __init__(self, n: int) -> None:
        self.data = [0.0] * n

    def add(self, *args: Any) -> None:
        """Add one number to each sum; each may be any framework's scalar.

        Raises:
            ValueError: there are more or fewer numbers than sums.
        """
        if len(args) != len(self.data):
            raise ValueError(
                f"this Accumulator keeps {len(self.data)} sums and was given {len(args)} numbers; "
                f"pass one a sum, or make an Accumulator({len(args)})"
            )
        self.data = [a + float(b) for a, b in zip(self.data, args, strict=True)]

    def reset(self) -> None:
        """Set all sums to zero."""
        self.data = [0.0] * len(self.data)

    def __getitem__(self, i: int) -> float:
        return self.data[i]


def share_correct(data_iter: Iterable, correct: Callable[[Any, Any], float]) -> float:
    """Return which share of a dataset a network classifies correctly.

    Args:
        data_iter: batches (X, y).
        correct: gives for one batch how many of its labels y are predicted correctly.

    Raises:
        ValueError: there is no batch.

    Examples:
        >>> batches = [([1, 2], [1, 3]), ([4, 5], [4, 5])]
        >>> share_correct(batches, lambda X, y: sum(a == b for a, b in zip(X, y)))
        0.75
    """
    sums = Accumulator(2)
    for X, y in data_iter:
        sums.add(correct(X, y), np.prod(np.shape(y)))
    if sums[1] == 0:
        raise ValueError(
            "data_iter holds no batch, so there is no accuracy; "
            "give an iterable that starts anew each time, not a generator that has run out"
        )
    return sums[0] / sums[1]
