"""What an experiment needs of TensorFlow: its network, its batches, its devices."""

import numpy as np

from d2l_shim.tensorflow.chapters import resnet
from d2l_shim.tensorflow.native import num_gpus, tf
from d2l_shim.tensorflow.training import Learner, draw_by_he

__all__ = ["Learner", "batch", "device", "network", "num_gpus"]


def device(name: str) -> str:
    return "/CPU:0" if name == "cpu" else f"/{name.upper()}"


def network(
    num_classes: int, depth: int, size: tuple[int, int], seed: int, device: str
) -> tf.keras.Model:
    tf.keras.utils.set_random_seed(seed)
    with tf.device(device):
        net = resnet(depth, num_classes, stem="3x3")
        # its layers make their weights with the first images
        net(tf.zeros((1, *size, 3)), training=False)
        draw_by_he(net)
    return net


def batch(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return X, y
