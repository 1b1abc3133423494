"""What only MXNet's networks can see."""

import mxnet as mx
from mxnet import autograd, np
from mxnet.gluon import nn
from seen.networks import SIDE, Called


class Seen(Called):
    known = {"in_channels": 1}  # noqa: RUF012

    def __init__(self, b):
        super().__init__(b)
        self.networks |= {
            "shapes known": lambda: self.hooked(self.known_shapes()),
            "hybrid": self.hybrid,
            "own parameters": lambda: b.sequential(self.conv(), self.scaled(), *self.end()),
            "function": lambda: b.sequential(self.conv(), nn.Lambda(np.tanh), *self.end()),
        }
        self.each_call.add("shapes known")

    def see(self, name, array):
        self.log.append([name, list(array.shape), str(array.dtype), autograd.is_training()])

    def is_training(self, layer):
        return autograd.is_training()

    def view(self, X):
        return X.reshape(len(X), -1)

    def next_random(self):
        return float(np.random.uniform())

    def state(self, net):
        # MXNet's names count the layers of a process
        return dict(enumerate(map(self.b.array, net.collect_params().values())))

    def known_shapes(self):
        return self.b.sequential(
            self.conv(in_channels=1, activation="sigmoid"),
            nn.AvgPool2D(2),
            self.conv(in_channels=4, activation="sigmoid"),
            nn.AvgPool2D(2),
            nn.Dense(10, in_units=36),
        )

    def end(self, num_features=4 * SIDE * SIDE):
        return nn.Flatten(), nn.Dense(10, in_units=num_features)

    def hybrid(self):
        net = nn.HybridSequential()
        net.add(self.conv(), nn.Activation("relu"), nn.BatchNorm(), nn.Dense(10))
        net.hybridize()
        return net

    def unusual(self):
        return self.b.sequential(
            nn.Conv2D(8, 3, dilation=2),
            nn.Conv2D(8, (3, 5), groups=2, strides=(1, 2)),
            nn.Dense(10),
        )

    def scaled(self):
        class Scaled(nn.Block):
            def __init__(self):
                super().__init__()
                self.scale = self.params.get("scale", shape=(4, 1, 1), init=mx.init.One())

            def forward(self, X):
                return X * self.scale.data()

        return Scaled()
