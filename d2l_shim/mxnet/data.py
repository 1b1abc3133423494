"""Batches of MXNet arrays."""

import numpy

from d2l_shim import faces
from d2l_shim.faces import face
from d2l_shim.frameworks import BY_NAME
from d2l_shim.mxnet.native import np


class Data(faces.Data):
    framework = BY_NAME["mxnet"]

    @staticmethod
    def tensors(X: numpy.ndarray, y: numpy.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.array(X, dtype=X.dtype), np.array(y, dtype=y.dtype)


load_data_fashion_mnist = face(faces.load_data_fashion_mnist, Data)
batches = face(faces.batches, Data)
get_dataloader_workers = face(faces.get_dataloader_workers, Data)
