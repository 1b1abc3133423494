"""What the book's Paddle readers import: data, training, networks, written for Paddle."""

from d2l_shim.methods import public as _public
from d2l_shim.metrics import Accumulator
from d2l_shim.paddle.chapters import *
from d2l_shim.paddle.devices import num_gpus, try_all_gpus, try_gpu
from d2l_shim.paddle.layer_table import cost, summary
from d2l_shim.paddle.tensors import *
from d2l_shim.paddle.training import (
    accuracy,
    evaluate_accuracy,
    evaluate_accuracy_gpu,
    get_dataloader_workers,
    load_data_fashion_mnist,
    sgd,
    train_ch5,
    train_ch6,
)
from d2l_shim.paddle.weights import load_weights, save_weights
from d2l_shim.plotting import *
from d2l_shim.timing import Timer
from d2l_shim.training import one_cycle

__all__ = _public(globals())
