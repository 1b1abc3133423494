"""What `from d2l import mxnet as d2l` gives: d2l_shim.mxnet, and what d2l meant otherwise."""

from d2l_shim import mxnet as shim
from d2l_shim.compat.d2l.evaluation import old_evaluation
from d2l_shim.compat.unknown_names import delegate
from d2l_shim.mxnet.native import nn

__all__ = shim.__all__
__path__ = []
__getattr__ = delegate("d2l.mxnet", shim)


evaluate_accuracy = old_evaluation(shim.evaluate_accuracy, shim.accuracy, nn.Block)
evaluate_accuracy_gpu = old_evaluation(shim.evaluate_accuracy_gpu, shim.accuracy, nn.Block)


def resnet18(num_classes: int, in_channels: int = 0) -> nn.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.mxnet.resnet18`.

    With `in_channels` 0 the first images tell how many channels there are.
    """
    return shim.resnet18(num_classes, in_channels, stem="3x3")
