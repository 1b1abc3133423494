"""What an experiment is told: the numbers of its recipe, checked, and the error that users see."""

import math
from dataclasses import dataclass, field
from typing import Any

DEPTHS = (18, 34, 50, 101, 152)
SCHEDULES = ("one-cycle", "constant")


class ExperimentError(RuntimeError):
    """An experiment cannot start or go on; the message says why and what to do."""


def _number(default: int | float | str, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Recipe:
    """How a ResNet is trained; the defaults suit small images such as those of CIFAR-10.

    Raises:
        ExperimentError: a number is outside its range.

    Examples:
        >>> Recipe(batch_size=128, lr=0.1, schedule="constant").smoothing
        0.1
    """

    epochs: int = _number(5, "how often each training image is seen")
    batch_size: int = _number(32, "images in a batch")
    lr: float = _number(0.05, "learning rate; of one-cycle the highest")
    schedule: str = _number("one-cycle", "learning rate over time: one-cycle or constant")
    momentum: float = _number(0.9, "share of the last update that is kept in the next")
    weight_decay: float = _number(5e-4, "what the gradient gets of each parameter")
    smoothing: float = _number(0.1, "share of a label that all classes divide among themselves")
    depth: int = _number(18, "layers of the ResNet: 18, 34, 50, 101 or 152")
    seed: int = _number(0, "what weights, order of images and augmentation depend on")

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            _check(self, name, int, 1, math.inf, "a whole number of at least 1")
        _check(self, "seed", int, 0, 2**32 - 1, "a whole number from 0 to 2**32 - 1")
        _check(self, "lr", float, 1e-12, 1e12, "a positive number")
        for name in ("momentum", "smoothing"):
            _check(self, name, float, 0, 1 - 1e-9, "a number from 0 to less than 1")
        _check(self, "weight_decay", float, 0, 1e12, "a number of at least 0")
        for name, choices in (("schedule", SCHEDULES), ("depth", DEPTHS)):
            if getattr(self, name) not in choices:
                listed = ", ".join(map(str, choices[:-1]))
                raise ExperimentError(
                    f"{name} must be {listed} or {choices[-1]}, not {getattr(self, name)!r}; "
                    f"{getattr(Recipe, name)} is usual"
                )


def _check(recipe: Recipe, name: str, kind: type, least: float, most: float, text: str) -> None:
    value, kinds = getattr(recipe, name), (int,) if kind is int else (int, float)
    # the comparison is also false for nan
    if not (isinstance(value, kinds) and not isinstance(value, bool) and least <= value <= most):
        raise ExperimentError(
            f"{name} must be {text}, not {value!r}; {getattr(Recipe, name)} is usual"
        )
