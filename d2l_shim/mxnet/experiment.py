"""What an experiment needs of MXNet: its network, its batches, its devices."""

import numpy

from d2l_shim.mxnet.chapters import resnet
from d2l_shim.mxnet.native import gluon, mx, np, npx, num_gpus, try_gpu
from d2l_shim.mxnet.training import Learner, draw

__all__ = ["Learner", "batch", "device", "network", "num_gpus"]


def device(name: str) -> mx.Context:
    return npx.cpu() if name == "cpu" else try_gpu(int(name.split(":")[1]))


def network(
    num_classes: int, depth: int, size: tuple[int, int], seed: int, device: mx.Context
) -> gluon.Block:
    net = resnet(depth, num_classes, stem="3x3")
    net.initialize(ctx=device)
    # layers find out their numbers of channels, and then all parameters are there
    net(np.zeros((1, 3, *size), ctx=device))
    mx.random.seed(seed)
    draw(net, "he", device)
    return net


def batch(X: numpy.ndarray, y: numpy.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.array(numpy.ascontiguousarray(X.transpose(0, 3, 1, 2))), np.array(y)
