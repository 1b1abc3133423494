"""What the book's TensorFlow readers import: data, training, networks, written for TensorFlow."""

from d2l_shim.common import *
from d2l_shim.methods import public as _public
from d2l_shim.tensorflow import layer_table, weights
from d2l_shim.tensorflow.chapters import *
from d2l_shim.tensorflow.native import num_gpus, try_all_gpus, try_gpu
from d2l_shim.tensorflow.tensors import *
from d2l_shim.tensorflow.training import (
    TrainCallback,
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
