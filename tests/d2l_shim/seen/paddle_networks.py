"""Networks that look at what happens to them, in Paddle; each notes what it sees in `LOG`."""

import paddle
from paddle import nn
from paddle.nn import functional as F  # noqa: N812

LOG = []
SIDE = 12


def images(X, y):
    return paddle.to_tensor(X), paddle.to_tensor(y)


def seed():
    paddle.seed(0)


def next_random():
    return float(paddle.rand((1,)))


def state(net):
    return {name: value.numpy() for name, value in net.state_dict().items()}


def conv(channels_in=1, **kwargs):
    return nn.Conv2D(channels_in, 4, 3, padding=1, **kwargs)


def end(num_features=4 * SIDE * SIDE):
    return nn.Flatten(), nn.Linear(num_features, 10)


def plain():
    """Convolution, activation, average pooling, convolution: the beginning of LeNet."""
    return nn.Sequential(
        conv(), nn.Sigmoid(), nn.AvgPool2D(2), conv(4), nn.Sigmoid(), nn.AvgPool2D(2), *end(36)
    )


def see(name, tensor):
    flat = tensor.detach().reshape((len(tensor), -1))
    LOG.append([name, flat.shape, str(tensor.dtype), str(tensor.place)])


def hooked(net):
    for i, layer in enumerate(net):
        layer.register_forward_post_hook(lambda _, X, Y, i=i: see(f"after {i}", Y))
        layer.register_forward_pre_hook(lambda _, X, i=i: see(f"before {i}", X[0]))
    return net


def gradient_hook():
    net = plain()
    net[3].weight.register_hook(lambda gradient: see("gradient", gradient))
    net[0].bias.register_hook(lambda gradient: see("gradient of a bias", gradient))
    return net


def freeze(layer):
    for param in layer.parameters():
        param.stop_gradient = True


def frozen():
    net = plain()
    freeze(net[0])
    return net


class Backward(nn.Layer):
    """Sees the gradient of a map on its way back."""

    def __init__(self):
        super().__init__()
        self.conv, self.end = conv(), nn.Sequential(*end())

    def forward(self, X):
        Y = self.conv(X)
        if not Y.stop_gradient:
            Y.register_hook(lambda gradient: see("back", gradient))
        return self.end(F.relu(Y))


class Shared(nn.Layer):
    def __init__(self):
        super().__init__()
        self.first, self.twice, self.end = conv(), conv(4), nn.Sequential(*end())

    def forward(self, X):
        return self.end(self.twice(F.relu(self.twice(self.first(X)))))


class Scaled(nn.Layer):
    def __init__(self):
        super().__init__()
        self.scale = self.create_parameter((4, 1, 1))
        self.bias = self.create_parameter((1,), is_bias=True)

    def forward(self, X):
        return X * self.scale + self.bias


class Branching(nn.Layer):
    """Goes one way or the other, by what it sees and by how often it was called."""

    def __init__(self):
        super().__init__()
        self.one, self.other, self.end, self.calls = conv(), conv(), nn.Sequential(*end()), 0

    def forward(self, X):
        self.calls += 1
        LOG.append(["branch", self.calls, self.training])
        layer = self.one if self.calls % 2 or float(X.mean()) > 1 else self.other
        return self.end(layer(X))


class Viewing(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv, self.linear = conv(bias_attr=False), nn.Linear(4 * SIDE * SIDE, 10)

    def forward(self, X):
        X = self.conv(X)
        see("inside", X)
        return self.linear(X.view((X.shape[0], -1)))


class Keeping(nn.Layer):
    """Keeps what it computed, and changes its own average while it computes, as NumPy would."""

    def __init__(self):
        super().__init__()
        self.conv, self.end, self.mean = conv(), nn.Sequential(*end()), 0.0

    def forward(self, X):
        self.map = self.conv(X)
        self.mean = 0.9 * self.mean + 0.1 * float(self.map.numpy().mean())
        LOG.append(["mean", round(self.mean, 4)])
        return self.end(self.map - self.mean)


class Residual(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1, self.conv2, self.norm2 = conv(4), norm(), conv(4), norm()

    def forward(self, X):
        Y = F.relu(self.norm1(self.conv1(X)))
        return F.relu(self.norm2(self.conv2(Y)) + X)


def norm():
    return nn.BatchNorm2D(4)


def residual():
    return nn.Sequential(conv(), norm(), nn.ReLU(), Residual(), nn.MaxPool2D(2), *end(144))


def frozen_norm():
    net = residual()
    freeze(net[1])
    return net


def dropout():
    return nn.Sequential(
        conv(), nn.Dropout(), nn.ReLU(), nn.Flatten(), nn.Linear(576, 20), nn.Dropout(), *end(20)
    )


def unusual():
    """Convolutions with strides, dilation, groups, padding by name and around the edge."""
    return nn.Sequential(
        nn.Conv2D(1, 4, 3, padding="SAME", dilation=2),
        nn.Conv2D(4, 8, (3, 5), stride=(1, 2), padding=(0, 1), groups=2, bias_attr=False),
        nn.Conv2D(8, 4, 3, padding=1, padding_mode="circular"),
        nn.Conv2D(4, 4, 3, groups=4, padding=[1, 0, 0, 1]),
        nn.AdaptiveAvgPool2D(2),
        *end(16),
    )


class ChannelsLast(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv, self.end = conv(data_format="NHWC"), nn.Sequential(*end())

    def forward(self, X):
        return self.end(self.conv(X.transpose((0, 2, 3, 1))))


class Functional(nn.Layer):
    """Convolves with its own parameter, without a layer, once in shorter numbers."""

    def __init__(self):
        super().__init__()
        self.kernel = self.create_parameter((4, 1, 3, 3))
        self.conv, self.end = conv(4), nn.Sequential(*end())

    def forward(self, X):
        Y = F.relu(F.conv2d(X, self.kernel / self.kernel.norm(), padding=1))
        with paddle.amp.auto_cast(dtype="bfloat16", level="O1"):
            Y = self.conv(Y)
        LOG.append(["shorter", str(Y.dtype)])
        return self.end(Y.astype("float32"))


class Traced(nn.Layer):
    """Has a part that is a graph of the program's own."""

    def __init__(self):
        super().__init__()
        self.part = paddle.jit.to_static(nn.Sequential(conv(), nn.ReLU()))
        self.end = nn.Sequential(*end())

    def forward(self, X):
        return self.end(self.part(X))


def linear():
    return nn.Sequential(*end(SIDE * SIDE))


def set_zero(net):
    nn.initializer.Constant(0.0)(net[-1].weight)


NETWORKS = {
    "plain": plain,
    "hooks": lambda: hooked(plain()),
    "gradient of a map": Backward,
    "hook of a gradient": gradient_hook,
    "frozen": frozen,
    "spectral norm": lambda: nn.Sequential(nn.utils.spectral_norm(conv()), nn.ReLU(), *end()),
    "weight norm": lambda: nn.Sequential(nn.utils.weight_norm(conv()), nn.ReLU(), *end()),
    "shared": Shared,
    "own parameters": lambda: nn.Sequential(conv(), Scaled(), *end()),
    "control flow": Branching,
    "view": Viewing,
    "keeps what it sees": Keeping,
    "residual": residual,
    "frozen norm": frozen_norm,
    "dropout": dropout,
    "unusual convolutions": unusual,
    "channels last": ChannelsLast,
    "functional": Functional,
    "a graph of its own": Traced,
}
# what `prepare` does, where a network has it
PREPARE = {
    "frozen": lambda net: freeze(net[3]),
    "control flow": lambda net: nn.initializer.Constant(1.0)(net.one.bias),
}
# where each entry is noted once a call, in three steps and an evaluation
EACH_CALL = {"hooks", "control flow", "view", "keeps what it sees"}
