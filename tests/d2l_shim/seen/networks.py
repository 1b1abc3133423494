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
            "own parameters": lambda: b.sequential(self.conv(), self.scaled(), *self.end()),
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
            return [self.conv(c_in), self.b.sigmoid()]
        return [self.conv(c_in, activation="sigmoid")]

    def linear(self):
        return self.b.sequential(*self.end(SIDE * SIDE))

    def frozen(self):
        net = self.plain()
        self.b.freeze(self.layer(net, "Conv", 0))
        return net

    def shared(self):
        seen = self

        class Shared(self.b.Module):
            def __init__(self):
                super().__init__()
                self.first, self.twice = seen.conv(), seen.conv(4)
                self.end = seen.b.sequential(*seen.end())

            def forward(self, X):
                return self.end(self.twice(F.relu(self.twice(self.first(X)))))

        return Shared()

    def residual(self):
        seen = self

        class Residual(self.b.Module):
            def __init__(self):
                super().__init__()
                self.conv1, self.norm1 = seen.conv(4), seen.norm()
                self.conv2, self.norm2 = seen.conv(4), seen.norm()
                self.conv3 = None

            def forward(self, X):
                Y = F.relu(self.norm1(self.conv1(X)))
                Y = self.norm2(self.conv2(Y))
                if self.conv3 is not None:
                    X = self.conv3(X)
                return F.relu(Y + X)

        b = self.b
        row = self.conv(), self.norm(), b.relu(), Residual(), b.max_pool(2), *self.end(144)
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
        seen = self

        class Branching(self.b.Module):
            """Goes one way or the other, by what it sees and by how often it was called."""

            def __init__(self):
                super().__init__()
                self.one, self.other = seen.conv(**seen.known), seen.conv(**seen.known)
                self.end, self.calls = seen.b.sequential(*seen.end()), 0

            def forward(self, X):
                self.calls += 1
                seen.log.append(["branch", self.calls, seen.is_training(self)])
                layer = self.one if self.calls % 2 or float(X.mean()) > 1 else self.other
                return self.end(layer(X))

        return Branching()

    def is_training(self, layer):
        return layer.training

    def viewing(self):
        seen = self

        class Viewing(self.b.Module):
            def __init__(self):
                super().__init__()
                self.conv, self.linear = seen.conv(**seen.known), seen.end()[-1]

            def forward(self, X):
                X = F.relu(self.conv(X))
                seen.see("inside", X)
                return self.linear(seen.view(X))

        return Viewing()

    def keeping(self):
        seen = self

        class Keeping(self.b.Module):
            """Keeps what it computed, and changes its own average while it computes."""

            def __init__(self):
                super().__init__()
                self.conv, self.end, self.mean = (
                    seen.conv(**seen.known),
                    seen.b.sequential(*seen.end()),
                    0.0,
                )

            def forward(self, X):
                self.map = self.conv(X)
                self.mean = 0.9 * self.mean + 0.1 * float(seen.b.array(self.map).mean())
                seen.log.append(["mean", round(self.mean, 4)])
                return self.end(self.map - self.mean)

        return Keeping()
