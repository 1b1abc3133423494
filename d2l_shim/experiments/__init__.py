"""Whole experiments, from image files to curves: for a shell, and for the book's notebooks.

`python -m d2l_shim.experiments.cifar10 --help` says how to run one. No framework is loaded before
a training starts.
"""

from d2l_shim.experiments.augmentation import (
    channel_statistics,
    crop,
    evaluation_batches,
    flip,
    normalize,
    training_batches,
)
from d2l_shim.experiments.experiment import Result, run
from d2l_shim.experiments.image_folder import (
    ImageFolder,
    cifar10_folders,
    train_and_test,
    write_folders,
)
from d2l_shim.experiments.recipe import ExperimentError, Recipe

__all__ = [
    "ExperimentError",
    "ImageFolder",
    "Recipe",
    "Result",
    "channel_statistics",
    "cifar10_folders",
    "crop",
    "evaluation_batches",
    "flip",
    "normalize",
    "run",
    "train_and_test",
    "training_batches",
    "write_folders",
]
