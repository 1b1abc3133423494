"""Networks that look at what happens to them, in MXNet; each notes what it sees in `LOG`."""

import mxnet as mx
from mxnet import autograd, np, npx
from mxnet.gluon import nn

LOG = []
SIDE = 12


def images(X, y):
    return np.array(X), np.array(y)


def seed():
    mx.random.seed(0)


def next_random():
    return float(np.random.uniform())


def state(net):
    # MXNet's names count the layers of a process
    params = net.collect_params().values()
    return {str(i): param.data().asnumpy() for i, param in enumerate(params)}


def sequence(*layers):
    net = nn.Sequential()
    net.add(*layers)
    return net


def conv(**kwargs):
    return nn.Conv2D(4, 3, padding=1, **kwargs)


def plain(*, known=False):
    """Convolution, activation, average pooling, convolution: the beginning of LeNet."""
    inputs = (1, 4, 36) if known else (0, 0, 0)
    return sequence(
        conv(in_channels=inputs[0], activation="sigmoid"),
        nn.AvgPool2D(2),
        conv(in_channels=inputs[1], activation="sigmoid"),
        nn.AvgPool2D(2),
        nn.Dense(10, in_units=inputs[2]),
    )


def see(name, array):
    LOG.append([name, list(array.shape), str(array.dtype), autograd.is_training()])


def hooked(net):
    for i, layer in enumerate(net):
        layer.register_forward_hook(lambda _, X, Y, i=i: see(f"after {i}", Y))
        layer.register_forward_pre_hook(lambda _, X, i=i: see(f"before {i}", X[0]))
    net.register_forward_hook(lambda _, X, Y: see("after all", Y))
    return net


def freeze(layer):
    layer.collect_params().setattr("grad_req", "null")


class Shared(nn.Block):
    def __init__(self):
        super().__init__()
        self.first, self.twice, self.end = conv(), conv(), nn.Dense(10)

    def forward(self, X):
        return self.end(self.twice(npx.relu(self.twice(self.first(X)))))


class Scaled(nn.Block):
    def __init__(self):
        super().__init__()
        self.scale = self.params.get("scale", shape=(4, 1, 1), init=mx.init.One())

    def forward(self, X):
        return X * self.scale.data()


class Branching(nn.Block):
    """Goes one way or the other, by what it sees and by how often it was called."""

    def __init__(self):
        super().__init__()
        self.calls = 0
        self.one, self.other = conv(in_channels=1), conv(in_channels=1)
        self.end = nn.Dense(10, in_units=4 * SIDE * SIDE)

    def forward(self, X):
        self.calls += 1
        LOG.append(["branch", self.calls, autograd.is_training()])
        layer = self.one if self.calls % 2 or float(X.mean()) > 1 else self.other
        return self.end(layer(X))


class Viewing(nn.Block):
    def __init__(self):
        super().__init__()
        self.conv, self.linear = conv(), nn.Dense(10)

    def forward(self, X):
        return self.linear(npx.relu(self.conv(X)).reshape(len(X), -1))


class Keeping(nn.Block):
    """Keeps what it computed, and changes its own average while it computes, as NumPy would."""

    def __init__(self):
        super().__init__()
        self.conv, self.end, self.mean = conv(in_channels=1), nn.Dense(10, in_units=576), 0.0

    def forward(self, X):
        self.map = self.conv(X)
        self.mean = 0.9 * self.mean + 0.1 * float(self.map.asnumpy().mean())
        LOG.append(["mean", round(self.mean, 4)])
        return self.end(self.map - self.mean)


class Residual(nn.Block):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1, self.conv2, self.norm2 = conv(), norm(), conv(), norm()

    def forward(self, X):
        Y = npx.relu(self.norm1(self.conv1(X)))
        return npx.relu(self.norm2(self.conv2(Y)) + X)


def norm():
    return nn.BatchNorm()


def residual():
    return sequence(conv(), norm(), Residual(), nn.MaxPool2D(2), nn.Dense(10))


def dropout():
    return sequence(conv(), nn.Dropout(0.5), nn.Dense(20), nn.Dropout(0.5), nn.Dense(10))


def hybrid():
    net = nn.HybridSequential()
    net.add(conv(), nn.Activation("relu"), nn.BatchNorm(), nn.Dense(10))
    net.hybridize()
    return net


def unusual():
    return sequence(
        nn.Conv2D(8, 3, dilation=2), nn.Conv2D(8, (3, 5), groups=2, strides=(1, 2)), nn.Dense(10)
    )


def linear():
    return sequence(nn.Dense(10, in_units=SIDE * SIDE))


def set_zero(net):
    net[0].weight.set_data(np.zeros((10, SIDE * SIDE)))


NETWORKS = {
    "plain": plain,
    "shapes known": lambda: hooked(plain(known=True)),
    "hooks": lambda: hooked(plain()),
    "frozen": plain,
    "frozen norm": residual,
    "shared": Shared,
    "own parameters": lambda: sequence(conv(), Scaled(), nn.Dense(10)),
    "control flow": Branching,
    "view": Viewing,
    "keeps what it sees": Keeping,
    "residual": residual,
    "dropout": dropout,
    "hybrid": hybrid,
    "unusual convolutions": unusual,
    "function": lambda: sequence(conv(), nn.Lambda(lambda X: np.tanh(X)), nn.Dense(10)),
}
# what `prepare` does, where a network has it
PREPARE = {
    "frozen": lambda net: freeze(net[2]),
    "frozen norm": lambda net: freeze(net[1]),
    "control flow": lambda net: net.one.bias.set_data(np.ones(4)),
}
# where each entry is noted once a call, in three steps and an evaluation
EACH_CALL = {"shapes known", "hooks", "control flow", "keeps what it sees"}
