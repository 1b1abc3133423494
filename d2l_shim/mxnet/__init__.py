"""What the book's MXNet readers import: data, training, networks, written for MXNet."""

from d2l_shim.common import *
from d2l_shim.methods import public as _public
from d2l_shim.mxnet import layer_table, weights
from d2l_shim.mxnet.chapters import *
from d2l_shim.mxnet.native import num_gpus, try_all_gpus, try_gpu
from d2l_shim.mxnet.tensors import *
from d2l_shim.mxnet.training import (
    accuracy,
    batches,
    evaluate_accuracy,
    evaluate_accuracy_gpu,
    get_dataloader_workers,
    load_data_fashion_mnist,
    sgd,
    train_ch5,
    train_ch6,
)

__all__ = _public(globals())
