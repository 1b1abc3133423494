"""Datasets for all frameworks: found, downloaded, verified, parsed and cut into batches by NumPy.

A dataset is a description (`sources.Dataset`, with `files.File` or `archives.Archive`), by which
it is found or downloaded and verified, and a parser from bytes to arrays. Importing this loads no
framework.
"""

from d2l_shim.data.batches import Batches, resize
from d2l_shim.data.cifar import CIFAR10_CLASSES, cifar10, find_cifar10, parse_cifar10
from d2l_shim.data.fashion import FASHION_MNIST_CLASSES, fashion_mnist, fashion_mnist_batches
from d2l_shim.data.idx import parse_idx
from d2l_shim.data.sources import DataError, quick

__all__ = [
    "CIFAR10_CLASSES",
    "FASHION_MNIST_CLASSES",
    "Batches",
    "DataError",
    "cifar10",
    "fashion_mnist",
    "fashion_mnist_batches",
    "find_cifar10",
    "parse_cifar10",
    "parse_idx",
    "quick",
    "resize",
]
