"""Networks that look at what happens to them, in PyTorch; each notes what it sees in `LOG`."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import parametrizations

LOG = []
SIDE = 12


def images(X, y):
    return torch.from_numpy(X), torch.from_numpy(y)


def seed():
    torch.manual_seed(0)


def next_random():
    return float(torch.rand(1))


def state(net):
    return {name: value.detach().cpu().numpy() for name, value in net.state_dict().items()}


def conv(channels_in=1, **kwargs):
    return nn.Conv2d(channels_in, 4, 3, padding=1, **kwargs)


def end(num_features=4 * SIDE * SIDE):
    return nn.Flatten(), nn.Linear(num_features, 10)


def plain():
    """Convolution, activation, average pooling, convolution: the beginning of LeNet."""
    return nn.Sequential(
        conv(), nn.Sigmoid(), nn.AvgPool2d(2), conv(4), nn.Sigmoid(), nn.AvgPool2d(2), *end(36)
    )


def see(name, tensor):
    flat = tensor.detach().view(len(tensor), -1)  # as many old programs do
    LOG.append([name, list(flat.shape), str(tensor.dtype), list(tensor.stride())])


def hooked(net, backward=False):
    for i, layer in enumerate(net):
        layer.register_forward_hook(lambda _, X, Y, i=i: see(f"after {i}", Y))
        layer.register_forward_pre_hook(lambda _, X, i=i: see(f"before {i}", X[0]))
        if backward:
            layer.register_full_backward_hook(lambda _, X, Y, i=i: see(f"back {i}", Y[0]))
    return net


def gradient_hook():
    net = plain()
    net[3].weight.register_hook(lambda gradient: see("gradient", gradient))
    return net


def frozen():
    net = plain()
    net[0].requires_grad_(False)
    return net


def spectral():
    return nn.Sequential(parametrizations.spectral_norm(conv()), nn.ReLU(), *end())


def weight_norm():
    return nn.Sequential(parametrizations.weight_norm(conv()), nn.ReLU(), *end())


class Shared(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.twice, self.end = conv(), conv(4), nn.Sequential(*end())

    def forward(self, X):
        return self.end(self.twice(F.relu(self.twice(self.first(X)))))


def lazy():
    net = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(10))
    return hooked(net)


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale, self.bias = nn.Parameter(torch.ones(4, 1, 1)), nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return X * self.scale + self.bias


class Branching(nn.Module):
    """Goes one way or the other, by what it sees and by how often it was called."""

    def __init__(self):
        super().__init__()
        self.one, self.other, self.end, self.calls = conv(), conv(), nn.Sequential(*end()), 0

    def forward(self, X):
        self.calls += 1
        LOG.append(["branch", self.calls, self.training])
        layer = self.one if self.calls % 2 or X.mean() > 1 else self.other
        return self.end(layer(X))


class Viewing(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.linear = conv(), nn.Linear(4 * SIDE * SIDE, 10)

    def forward(self, X):
        X = F.relu(self.conv(X))
        see("inside", X)
        return self.linear(X.view(X.size(0), -1))


class Keeping(nn.Module):
    """Keeps what it computed, and changes its own average while it computes, as NumPy would."""

    def __init__(self):
        super().__init__()
        self.conv, self.end, self.mean = conv(), nn.Sequential(*end()), 0.0

    def forward(self, X):
        self.map = self.conv(X)
        self.mean = 0.9 * self.mean + 0.1 * float(self.map.detach().cpu().numpy().mean())
        LOG.append(["mean", round(self.mean, 4)])
        return self.end(self.map - self.mean)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1, self.conv2, self.norm2 = conv(4), norm(), conv(4), norm()
        self.conv3 = None

    def forward(self, X):
        Y = F.relu(self.norm1(self.conv1(X)))
        Y = self.norm2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return F.relu(Y + X)


def norm():
    return nn.BatchNorm2d(4)


def residual():
    return nn.Sequential(conv(), norm(), nn.ReLU(), Residual(), nn.MaxPool2d(2), *end(144))


def frozen_norm():
    net = residual()
    net[1].requires_grad_(False)
    return net


def dropout():
    return nn.Sequential(
        conv(), nn.Dropout(), nn.ReLU(), nn.Flatten(), nn.Linear(576, 20), nn.Dropout(), *end(20)
    )


def unusual():
    """Convolutions with strides, dilation, groups, padding by name and around the edge."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding="same", dilation=2),
        nn.Conv2d(4, 8, (3, 5), stride=(1, 2), padding=(0, 1), groups=2, bias=False),
        nn.Conv2d(8, 4, 3, padding=1, padding_mode="circular"),
        nn.Conv2d(4, 4, 3, groups=4),
        nn.AdaptiveAvgPool2d(2),
        *end(16),
    )


class Functional(nn.Module):
    """Convolves with its own parameter, without a layer."""

    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.full((4, 1, 3, 3), 0.1))
        self.end = nn.Sequential(*end())

    def forward(self, X):
        return self.end(F.relu(F.conv2d(X, self.kernel / self.kernel.norm(), padding=1)))


def linear():
    return nn.Sequential(*end(SIDE * SIDE))


def set_zero(net):
    nn.init.zeros_(net[-1].weight)


NETWORKS = {
    "plain": plain,
    "hooks": lambda: hooked(plain()),
    "backward hooks": lambda: hooked(plain(), backward=True),
    "hook of a gradient": gradient_hook,
    "frozen": frozen,
    "spectral norm": spectral,
    "weight norm": weight_norm,
    "shared": Shared,
    "lazy": lazy,
    "own parameters": lambda: nn.Sequential(conv(), Scaled(), *end()),
    "control flow": Branching,
    "view": Viewing,
    "keeps what it sees": Keeping,
    "residual": residual,
    "frozen norm": frozen_norm,
    "dropout": dropout,
    "unusual convolutions": unusual,
    "functional": Functional,
}
# what `prepare` does, where a network has it
PREPARE = {
    "frozen": lambda net: net[3].requires_grad_(False),
    "control flow": lambda net: nn.init.ones_(net.one.bias),
}
# where bfloat16 cannot be seen, so that it is used
ROUNDED = {"plain", "frozen", "shared", "residual", "frozen norm", "dropout"}
ROUNDED |= {"unusual convolutions"}
# where each entry is noted once a call, in three steps and an evaluation
EACH_CALL = {"hooks", "lazy", "control flow", "view", "keeps what it sees"}
