"""Compare gradients that Paddle computes in a graph with those without one; prints JSON.

For each network: whether there is a graph, and by how much gradients differ, as a share of the
largest entry of each.
"""

import json
from collections.abc import Callable

import paddle
from paddle import nn
from paddle.nn import functional as F  # noqa: N812

from d2l_shim.paddle.graph import Forward


class Function(nn.Layer):
    """Applies a function to the input and to layers."""

    def __init__(self, function: Callable, *layers: nn.Layer) -> None:
        super().__init__()
        self.function, self.layers = function, nn.LayerList(layers)

    def forward(self, X):
        return self.function(X, *self.layers)


def conv(channels_in=1, bias=True):
    return nn.Conv2D(channels_in, 4, 3, padding=1, bias_attr=None if bias else False)


def reshape(*shape):
    return Function(lambda X: paddle.reshape(X, shape))


def padded(X):
    return F.pad(X, (1, 1, 1, 1))


def end(num_features):
    return nn.Flatten(), nn.Linear(num_features, 10)


# the images have 14x14 pixels
NETWORKS = {
    "pooling": (conv(), nn.ReLU(), nn.AvgPool2D(2), *end(196)),
    "only biases": (conv(), *end(784)),
    "dense": (nn.Flatten(), nn.Linear(196, 9), nn.Sigmoid(), nn.Linear(9, 10)),
    "shortcut": (
        conv(),
        Function(lambda X, c: F.relu(X + c(X)), conv(4)),
        nn.MaxPool2D(2),
        *end(196),
    ),
    "two in a row": (
        conv(bias=False),
        conv(4, bias=False),
        nn.Sigmoid(),
        nn.MaxPool2D(7),
        *end(16),
    ),
    "views in a row": (conv(), nn.AvgPool2D(2), reshape(-1, 14, 14), *end(196)),
    "ReLU, flatten": (conv(), nn.ReLU(), *end(784)),
    "sigmoid, flatten": (conv(), nn.Sigmoid(), *end(784)),
    "ReLU, reshape": (conv(), nn.ReLU(), reshape(-1, 28, 28), *end(784)),
    "ReLU, padding": (conv(), nn.ReLU(), Function(padded), nn.MaxPool2D(2), *end(256)),
    "normalization, flatten": (conv(), nn.BatchNorm2D(4), *end(784)),
    "no bias, flatten": (conv(bias=False), *end(784)),
    "no bias, transposed": (
        conv(bias=False),
        Function(lambda X: paddle.transpose(X, (0, 1, 3, 2))),
        nn.MaxPool2D(2),
        *end(196),
    ),
    "shortcut, flatten": (conv(), Function(lambda X, c: X + c(X), conv(4)), *end(784)),
    "maps in a row, flatten": (
        conv(),
        Function(lambda X, c: paddle.concat([X, c(X)], 1), conv(4)),
        *end(1568),
    ),
}


def gradients(net, function, backward, X, y):
    net.clear_gradients()
    backward(F.cross_entropy(function(X), y))
    return [p.grad.numpy().copy() for p in net.parameters() if not p.stop_gradient]


paddle.seed(0)
X, y, seen = paddle.rand((6, 1, 14, 14)), paddle.arange(6), {}
for name, layers in NETWORKS.items():
    net = nn.Sequential(*layers)
    for p in net.parameters():
        p.set_value(paddle.uniform(p.shape, min=-0.5, max=0.5))
    forward = Forward(net, ("graph",))
    plain = gradients(net, net, paddle.Tensor.backward, X, y)
    pairs = list(zip(gradients(net, forward, forward.backward, X, y), plain, strict=True))
    largest = max(float(abs(b).max()) for _, b in pairs)
    seen[name] = {
        "graph": forward._graph is not None,
        "trains": all(layer.training for layer in net.sublayers(include_self=True)),
        "gradients": max(
            float(abs(a - b).max()) / max(float(abs(b).max()), 1e-3 * largest) for a, b in pairs
        ),
    }
print(json.dumps(seen))
