"""What `from d2l import tensorflow as d2l` gives: d2l_shim.tensorflow, old meanings kept."""

from d2l_shim import tensorflow as shim
from d2l_shim.compat.d2l.evaluation import in_float32, old_evaluation
from d2l_shim.compat.unknown_names import delegate
from d2l_shim.tensorflow.native import tf

__all__ = shim.__all__
__path__ = []
__getattr__ = delegate("d2l.tensorflow", shim)

_networks = (tf.keras.Model, tf.keras.layers.Layer)

evaluate_accuracy = old_evaluation(shim.evaluate_accuracy, shim.accuracy, _networks)
evaluate_accuracy_gpu = old_evaluation(shim.evaluate_accuracy_gpu, shim.accuracy, _networks)
train_ch6 = in_float32(shim.train_ch6)


def resnet18(num_classes: int, in_channels: int = 1) -> tf.keras.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.tensorflow.resnet18`."""
    return shim.resnet18(num_classes, in_channels, stem="3x3")
