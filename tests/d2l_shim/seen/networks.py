"""Networks that look at what happens to them; each notes what it sees in a log."""

import numpy as np

SIDE = 12
F = None  # the framework's functions, named as programs name them


class Networks:
    """Networks that any framework can have; each framework's class has more.

    Attributes:
        log: what the networks have noted.
        networks: a function that makes each, by name.
        prepare: what happens to a network before its first step, by its name.
        rounded: where bfloat16 cannot be seen, so that it is used.
        each_call: where each entry is noted once a call, in three steps and an evaluation.
    """

    def __init__(self, b):
        global F
        self.b, self.log, F = b, [], b.F
        self.networks = {
            "plain": self.plain,
            "frozen": self.frozen,
            "frozen norm": self.residual,
            "shared": self.shared,
            "residual": self.residual,
            "dropout": self.dropout,
            "unusual convolutions": self.unusual,
        }
        self.prepare = {
            "frozen": lambda net: b.freeze(self.layer(net, "Conv", 1)),
            "frozen norm": lambda net: b.freeze(self.layer(net, "BatchNorm", 0)),
            "control flow": lambda net: b.set(net.one, b=np.ones(4, np.float32)),
        }
        self.rounded, self.each_call = set(), set()

    def layer(self, net, kind, i):
        """Return the i-th layer of a kind."""
        layers = self.b.layers_of(net)
        return [layer for layer in layers if type(layer).__name__.startswith(kind)][i]

    def conv(self, c_in=1, **kwargs):
        return self.b.conv(c_in, 4, 3, padding=1, **kwargs)

    def norm(self):
        return self.b.norm(4)

    def end(self, num_features=4 * SIDE * SIDE):
        return self.b.flatten(), self.b.dense(num_features, 10)

    def plain(self):
        """Convolution, activation, average pooling, convolution: the beginning of LeNet."""
        row = []
        for c_in in (1, 4):
            row += self.activated(c_in)
            row.append(self.b.avg_pool(2))
        return self.b.sequential(*row, *self.end(36))

    def activated(self, c_in):
        """Return a convolution and its sigmoid, one layer where they can be one."""
        if self.b.counts:
            return [self.conv(c_in), self.b.nn.Sigmoid()]
        return [self.conv(c_in, activation="sigmoid")]

    def frozen(self):
        net = self.plain()
        self.b.freeze(self.layer(net, "Conv", 0))
        return net

    def network(self, forward, **parts):
        """Return a network that has these parts and computes like this."""
        net = type("Network", (self.b.Module,), {"forward": forward})()
        for name, part in parts.items():
            setattr(net, name, part)
        return net

    def head(self):
        return self.b.sequential(*self.end())

    def shared(self):
        def forward(self, X):
            return self.end(self.twice(F.relu(self.twice(self.first(X)))))

        return self.network(forward, first=self.conv(), twice=self.conv(4), end=self.head())

    def residual(self):
        def forward(self, X):
            Y = F.relu(self.norm1(self.conv1(X)))
            Y = self.norm2(self.conv2(Y))
            if self.conv3 is not None:
                X = self.conv3(X)
            return F.relu(Y + X)

        parts = {"conv1": self.conv(4), "norm1": self.norm()}
        parts |= {"conv2": self.conv(4), "norm2": self.norm(), "conv3": None}
        b, block = self.b, self.network(forward, **parts)
        row = self.conv(), self.norm(), b.relu(), block, b.max_pool(2), *self.end(144)
        return b.sequential(*row)

    def dropout(self):
        b = self.b
        row = self.conv(), b.dropout(0.5), b.relu(), b.flatten(), b.dense(576, 20), b.dropout(0.5)
        return b.sequential(*row, *self.end(20))


class Called(Networks):
    """Networks of frameworks that call a layer's code each time."""

    known = {}  # noqa: RUF012 (what tells a layer its shapes, where that is another's decision)

    def __init__(self, b):
        super().__init__(b)
        self.networks |= {
            "hooks": lambda: self.hooked(self.plain()),
            "control flow": self.branching,
            "view": self.viewing,
            "keeps what it sees": self.keeping,
        }
        self.each_call = {"hooks", "control flow", "view", "keeps what it sees"}

    def hooked(self, net):
        for i, layer in enumerate(net):
            self.after(layer, lambda _, X, Y, i=i: self.see(f"after {i}", Y))
            layer.register_forward_pre_hook(lambda _, X, i=i: self.see(f"before {i}", X[0]))
        self.after(net, lambda _, X, Y: self.see("after all", Y))
        return net

    def after(self, layer, hook):
        layer.register_forward_hook(hook)

    def branching(self):
        """Goes one way or the other, by what it sees and by how often it was called."""
        seen = self

        def forward(self, X):
            self.calls += 1
            seen.log.append(["branch", self.calls, seen.is_training(self)])
            layer = self.one if self.calls % 2 or float(X.mean()) > 1 else self.other
            return self.end(layer(X))

        one, other = self.conv(**self.known), self.conv(**self.known)
        return self.network(forward, one=one, other=other, end=self.head(), calls=0)

    def is_training(self, layer):
        return layer.training

    def viewing(self):
        seen = self

        def forward(self, X):
            X = F.relu(self.conv(X))
            seen.see("inside", X)
            return self.linear(seen.view(X))

        return self.network(forward, conv=self.conv(**self.known), linear=self.end()[-1])

    def keeping(self):
        """Keeps what it computed, and changes its own average while it computes."""
        seen = self

        def forward(self, X):
            self.map = self.conv(X)
            self.mean = 0.9 * self.mean + 0.1 * float(seen.b.array(self.map).mean())
            seen.log.append(["mean", round(self.mean, 4)])
            return self.end(self.map - self.mean)

        return self.network(forward, conv=self.conv(**self.known), end=self.head(), mean=0.0)


class Alike(Called):
    """Networks of PyTorch and of Paddle, whose layers are alike.

    Attributes:
        utils: where the framework has norms of weights.
        no_bias: how a layer is told to have none.
        uneven: how a convolution is told to pad one side alone, where it can be.
    """

    uneven = {}  # noqa: RUF012

    def __init__(self, b):
        super().__init__(b)
        self.networks |= {
            "hook of a gradient": self.gradient_hook,
            "spectral norm": lambda: self.parametrized(self.utils.spectral_norm),
            "weight norm": lambda: self.parametrized(self.utils.weight_norm),
            "own parameters": self.functional,
        }

    def view(self, X):
        return X.view((X.shape[0], -1))

    def state(self, net):
        return {name: self.b.array(value) for name, value in net.state_dict().items()}

    def gradient_hook(self):
        net = self.plain()
        net[3].weight.register_hook(lambda gradient: self.see("gradient", gradient))
        net[0].bias.register_hook(lambda gradient: self.see("gradient of a bias", gradient))
        return net

    def parametrized(self, norm):
        return self.b.sequential(norm(self.conv()), self.b.relu(), *self.end())

    def unusual(self):
        """Convolutions with strides, dilation, groups, padding by name and around the edge."""
        conv, pool = self.b.flat("Conv"), self.b.flat("AdaptiveAvgPool")
        return self.b.sequential(
            conv(1, 4, 3, padding="same", dilation=2),
            conv(4, 8, (3, 5), stride=(1, 2), padding=(0, 1), groups=2, **self.no_bias),
            conv(8, 4, 3, padding=1, padding_mode="circular"),
            conv(4, 4, 3, groups=4, **self.uneven),
            pool(2),
            *self.end(16),
        )

    def functional(self):
        """Convolves with its own parameter, without a layer."""

        def forward(self, X):
            return self.end(F.relu(F.conv2d(X, self.kernel / self.kernel.norm(), padding=1)))

        return self.network(forward, kernel=self.parameter((4, 1, 3, 3)), end=self.head())
