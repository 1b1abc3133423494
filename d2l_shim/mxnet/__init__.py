"""What the book's MXNet readers import: data, training, networks, written for MXNet."""

from d2l_shim.methods import public as _public
from d2l_shim.metrics import Accumulator
from d2l_shim.mxnet.chapters import *
from d2l_shim.mxnet.devices import num_gpus, try_all_gpus, try_gpu
from d2l_shim.mxnet.layer_table import cost, summary
from d2l_shim.mxnet.tensors import *
from d2l_shim.mxnet.training import (
    accuracy,
    evaluate_accuracy,
    evaluate_accuracy_gpu,
    get_dataloader_workers,
    load_data_fashion_mnist,
    sgd,
    train_ch5,
    train_ch6,
)
from d2l_shim.mxnet.weights import load_weights, save_weights
from d2l_shim.plotting import *
from d2l_shim.timing import Timer
from d2l_shim.training import one_cycle

__all__ = _public(globals())
