"""Whole experiments, from image files to curves: for a shell, and for the book's notebooks.

`python -m d2l_shim.experiments.cifar10 --help` says how to run one. No framework is loaded before
a training starts.
"""

from d2l_shim.experiments.experiment import Result, run
from d2l_shim.experiments.image_folder import (
    ImageFolder,
    cifar10_folders,
    train_and_test,
    write_folders,
)
from d2l_shim.experiments.recipe import ExperimentError, Recipe
