"""What `from d2l import torch as d2l` gives: d2l_shim.torch, and what d2l had besides."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from d2l_shim import torch as shim
from d2l_shim.compat import downloads, drawing, shared
from d2l_shim.compat.handed_on import drop_in
from d2l_shim.methods import method
from d2l_shim.torch.native import nn, torch

nn_Module = nn.Module  # noqa: N816 (its name there)
exp, linspace, meshgrid = torch.exp, torch.linspace, torch.meshgrid
sinh, cosh, randn, to = torch.sinh, torch.cosh, torch.randn, method("to")
NAMES = """
    nn_Module exp linspace meshgrid sinh cosh randn to split_batch d2l=d2l_shim.compat.d2l.torch
    data=torch.utils.data torchvision=torchvision transforms=torchvision.transforms
"""


def split_batch(X, y, devices):
    """Return the parts of a batch, one on each GPU."""
    return nn.parallel.scatter(X, devices), nn.parallel.scatter(y, devices)


def draw(net: nn.Module) -> None:
    """Draw the weights of linear layers and of convolutions by Xavier's rule, and nothing else."""
    for layer in net.modules():
        # as d2l did: a layer of a class that is derived from these keeps its weights
        if type(layer) in (nn.Linear, nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)


class Helpers(shared.Eager):
    """d2l's functions for PyTorch."""

    _network, _optimizer, _clear = nn.Module, torch.optim.Optimizer, "zero_grad"
    _no_grad = torch.no_grad
    _train_ch6 = shared.Eager._train_ch6 | {"prepare": draw}

    def load_array(self, data_arrays, batch_size, is_train=True):
        """Return tensors of equal length as batches, shuffled for training."""
        dataset = torch.utils.data.TensorDataset(*data_arrays)
        return torch.utils.data.DataLoader(dataset, batch_size, shuffle=is_train)

    def train_batch_ch13(self, net, X, y, loss, trainer, devices):
        """Move a batch, or a list of inputs, to the first device, and update with it."""
        X = [x.to(devices[0]) for x in X] if isinstance(X, list) else X.to(devices[0])
        return super().train_batch_ch13(net, X, y.to(devices[0]), loss, trainer, devices)

    def _placed(self, net: nn.Module, devices: Sequence) -> AbstractContextManager[nn.Module]:
        return nullcontext(nn.DataParallel(net, device_ids=devices).to(devices[0]))


helpers = Helpers(shim)
OWNERS = helpers, shim, shim.native, downloads, drawing, shared
__all__, __path__, __getattr__ = drop_in("d2l.torch", OWNERS, NAMES)
