"""Batches of PyTorch tensors."""

import numpy as np

from d2l_shim import faces
from d2l_shim.faces import face
from d2l_shim.frameworks import BY_NAME
from d2l_shim.torch.native import torch


class Data(faces.Data):
    framework = BY_NAME["pytorch"]

    @staticmethod
    def tensors(X: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.from_numpy(X), torch.from_numpy(y)


load_data_fashion_mnist = face(faces.load_data_fashion_mnist, Data)
batches = face(faces.batches, Data)
get_dataloader_workers = face(faces.get_dataloader_workers, Data)
