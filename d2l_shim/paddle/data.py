"""Batches of Paddle tensors."""

import numpy as np

from d2l_shim import faces
from d2l_shim.faces import face
from d2l_shim.frameworks import BY_NAME
from d2l_shim.paddle.native import paddle


class Data(faces.Data):
    framework = BY_NAME["paddle"]

    @staticmethod
    def tensors(X: np.ndarray, y: np.ndarray) -> tuple[paddle.Tensor, paddle.Tensor]:
        return paddle.to_tensor(X), paddle.to_tensor(y)


load_data_fashion_mnist = face(faces.load_data_fashion_mnist, Data)
batches = face(faces.batches, Data)
get_dataloader_workers = face(faces.get_dataloader_workers, Data)
