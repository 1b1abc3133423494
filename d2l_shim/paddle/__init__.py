"""What the book's Paddle readers import: data, training, networks, written for Paddle."""

from d2l_shim.common import *
from d2l_shim.methods import public as _public
from d2l_shim.paddle import layer_table, weights
from d2l_shim.paddle.chapters import *
from d2l_shim.paddle.native import num_gpus, try_all_gpus, try_gpu
from d2l_shim.paddle.tensors import *
from d2l_shim.paddle.training import (
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
