"""Datasets for all frameworks: found, downloaded, verified, parsed and cut into batches by NumPy.

Importing this loads no framework.
"""

from d2l_shim.data.batches import Batches, resize
from d2l_shim.data.fashion import FASHION_MNIST_CLASSES, fashion_mnist, fashion_mnist_batches
from d2l_shim.data.files import DataError, quick
from d2l_shim.data.idx import parse_idx

__all__ = [
    "FASHION_MNIST_CLASSES",
    "Batches",
    "DataError",
    "fashion_mnist",
    "fashion_mnist_batches",
    "parse_idx",
    "quick",
    "resize",
]
