"""What `from d2l import torch as d2l` gives: d2l_shim.torch, and what d2l meant otherwise."""

from d2l_shim import torch as shim
from d2l_shim.compat.d2l.evaluation import in_float32, leaving_eval_mode, old_evaluation
from d2l_shim.compat.unknown_names import delegate
from d2l_shim.torch.native import nn, torch

__all__ = shim.__all__
__path__ = []
__getattr__ = delegate("d2l.torch", shim)


evaluate_accuracy = old_evaluation(shim.evaluate_accuracy, shim.accuracy, nn.Module, torch.no_grad)
evaluate_accuracy_gpu = old_evaluation(
    shim.evaluate_accuracy_gpu, shim.accuracy, nn.Module, torch.no_grad
)
train_ch5 = leaving_eval_mode(shim.train_ch5)
train_ch6 = leaving_eval_mode(in_float32(shim.train_ch6))


def resnet18(num_classes: int, in_channels: int = 1) -> nn.Sequential:
    """Return ResNet-18 with a stem of one 3x3 convolution; see `d2l_shim.torch.resnet18`."""
    return shim.resnet18(num_classes, in_channels, stem="3x3")
