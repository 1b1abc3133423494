"""What only PyTorch's networks can see."""

import torch
from seen.networks import Called
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import parametrizations


class Seen(Called):
    def __init__(self, b):
        super().__init__(b)
        self.networks |= {
            "backward hooks": self.backward_hooks,
            "hook of a gradient": self.gradient_hook,
            "spectral norm": lambda: self.parametrized(parametrizations.spectral_norm),
            "weight norm": lambda: self.parametrized(parametrizations.weight_norm),
            "lazy": self.lazy,
            "functional": self.functional,
        }
        self.rounded = {"plain", "frozen", "shared", "residual", "frozen norm", "dropout"}
        self.rounded |= {"unusual convolutions"}
        if torch.cuda.is_available():
            self.rounded -= {"dropout"}  # which would draw other numbers there
        self.each_call.add("lazy")

    def see(self, name, tensor):
        flat = tensor.detach().view(len(tensor), -1)  # as many old programs do
        self.log.append([name, list(flat.shape), str(tensor.dtype), list(tensor.stride())])

    def view(self, X):
        return X.view(X.size(0), -1)

    def next_random(self):
        return float(torch.rand(1))

    def state(self, net):
        return {name: self.b.array(value) for name, value in net.state_dict().items()}

    def backward_hooks(self):
        net = self.hooked(self.plain())
        for i, layer in enumerate(net):
            layer.register_full_backward_hook(lambda _, X, Y, i=i: self.see(f"back {i}", Y[0]))
        return net

    def gradient_hook(self):
        net = self.plain()
        net[3].weight.register_hook(lambda gradient: self.see("gradient", gradient))
        return net

    def parametrized(self, norm):
        return nn.Sequential(norm(self.conv()), nn.ReLU(), *self.end())

    def lazy(self):
        row = nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(10)
        return self.hooked(nn.Sequential(*row))

    def unusual(self):
        """Convolutions with strides, dilation, groups, padding by name and around the edge."""
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding="same", dilation=2),
            nn.Conv2d(4, 8, (3, 5), stride=(1, 2), padding=(0, 1), groups=2, bias=False),
            nn.Conv2d(8, 4, 3, padding=1, padding_mode="circular"),
            nn.Conv2d(4, 4, 3, groups=4),
            nn.AdaptiveAvgPool2d(2),
            *self.end(16),
        )

    def scaled(self):
        class Scaled(nn.Module):
            def __init__(self):
                super().__init__()
                self.scale = nn.Parameter(torch.ones(4, 1, 1))
                self.bias = nn.Parameter(torch.zeros(1))

            def forward(self, X):
                return X * self.scale + self.bias

        return Scaled()

    def functional(self):
        seen = self

        class Functional(nn.Module):
            """Convolves with its own parameter, without a layer."""

            def __init__(self):
                super().__init__()
                self.kernel = nn.Parameter(torch.full((4, 1, 3, 3), 0.1))
                self.end = nn.Sequential(*seen.end())

            def forward(self, X):
                return self.end(F.relu(F.conv2d(X, self.kernel / self.kernel.norm(), padding=1)))

        return Functional()
