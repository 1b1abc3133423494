"""What only PyTorch's networks can see."""

import torch
from seen.networks import Alike
from torch import nn
from torch.nn.utils import parametrizations


class Seen(Alike):
    utils, no_bias = parametrizations, {"bias": False}

    def __init__(self, b):
        super().__init__(b)
        self.networks |= {"backward hooks": self.backward_hooks, "lazy": self.lazy}
        self.rounded = {"plain", "frozen", "shared", "residual", "frozen norm", "dropout"}
        self.rounded |= {"unusual convolutions"}
        if torch.cuda.is_available():
            self.rounded -= {"dropout"}  # which would draw other numbers there
        self.each_call.add("lazy")

    def see(self, name, tensor):
        flat = tensor.detach().view(len(tensor), -1)  # as many old programs do
        self.log.append([name, list(flat.shape), str(tensor.dtype), list(tensor.stride())])

    def next_random(self):
        return float(torch.rand(1))

    def parameter(self, shape):
        return nn.Parameter(torch.full(shape, 0.1))

    def backward_hooks(self):
        net = self.hooked(self.plain())
        for i, layer in enumerate(net):
            layer.register_full_backward_hook(lambda _, X, Y, i=i: self.see(f"back {i}", Y[0]))
        return net

    def lazy(self):
        row = nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(10)
        return self.hooked(nn.Sequential(*row))
