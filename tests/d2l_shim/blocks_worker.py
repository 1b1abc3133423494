"""Compare networks with what computes them on blocks of pixels; one framework a process.

Prints JSON: for each network whether it is computed on blocks, and by how much its output and its
gradients differ then, each as a share of the largest entry.
"""

import json
import sys

import numpy as np

framework = sys.argv[1]
# kernel, padding, activation, size of the images, channels
KNOWN = {
    "LeNet's": (5, 2, "sigmoid", 28, 6),
    "odd size": (5, 2, "sigmoid", 27, 6),
    "no padding": (3, 0, "relu", 16, 3),
    "eight channels": (3, 1, "relu", 16, 8),
    "odd map": (3, 0, "sigmoid", 15, 5),
}
UNKNOWN = {
    "larger steps": {"strides": 2},
    "colour": {"colours": 3},
    "no biases": {"bias": False},
    "maximum": {"pool": "max"},
    "overlapping": {"pool_strides": 1},
    "no convolution after it": {"following": False},
    "not a sequence": {"sequence": False},
}


def mxnet_network(kernel, padding, activation, channels, options):
    from d2l_shim.mxnet.native import nn

    class Block(nn.Block):
        def __init__(self, net):
            super().__init__()
            self.net = net

        def forward(self, X):
            return self.net(X)

    pool = nn.MaxPool2D if options.get("pool") == "max" else nn.AvgPool2D
    net = nn.Sequential()
    net.add(
        nn.Conv2D(
            channels,
            kernel,
            options.get("strides", 1),
            padding,
            use_bias=options.get("bias", True),
        ),
        nn.Activation(activation),
        pool(2, options.get("pool_strides", 2)),
        *([nn.Conv2D(4, 3)] if options.get("following", True) else []),
        nn.AvgPool2D(2, 1),
        nn.Flatten(),
        nn.Dense(10),
    )
    return net if options.get("sequence", True) else Block(net)


def mxnet(X, y, *arguments):
    from d2l_shim.mxnet.graph import graph_of
    from d2l_shim.mxnet.native import autograd, gluon, initializer
    from d2l_shim.mxnet.native import np as mxnp

    net = mxnet_network(*arguments)
    net.initialize(initializer.Uniform(0.5))
    X, y = mxnp.array(X), mxnp.array(y)
    net(X)
    softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss()

    def compute(forward):
        with autograd.record():
            loss = softmax_loss(forward(X), y).mean()
        loss.backward()
        gradients = [p.grad().asnumpy().copy() for p in net.collect_params().values()]
        return forward(X).asnumpy(), gradients

    graph = graph_of(net, blocks=True)
    # a convolution with a fixed kernel is there on blocks only
    used = "_npi_eye" in graph._cached_graph[1].tojson()
    return compute(net), compute(graph), used


def torch(X, y, kernel, padding, activation, channels, options):
    import torch
    from torch import nn

    from d2l_shim.torch.blocks import in_blocks

    X, y = torch.from_numpy(X), torch.from_numpy(y)
    activations = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}
    net = nn.Sequential(
        nn.Conv2d(
            X.shape[1],
            channels,
            kernel,
            options.get("strides", 1),
            padding,
            bias=options.get("bias", True),
        ),
        activations[activation](),
        (nn.MaxPool2d if options.get("pool") == "max" else nn.AvgPool2d)(
            2, options.get("pool_strides", 2)
        ),
        *([nn.Conv2d(channels, 4, 3)] if options.get("following", True) else []),
        nn.AvgPool2d(2, 1),
        nn.Flatten(),
        nn.LazyLinear(10),
    )
    net(X)
    if not options.get("sequence", True):
        net = nn.ModuleList([net])
        net.forward = net[0].forward
    forward = in_blocks(net)

    def compute(function):
        net.zero_grad()
        Y = function(X)
        nn.functional.cross_entropy(Y, y).backward()
        return Y.detach().numpy(), [p.grad.numpy().copy() for p in net.parameters()]

    return compute(net), compute(forward), forward is not net


def paddle(X, y, kernel, padding, activation, channels, options):
    import paddle
    from paddle import nn

    from d2l_shim.paddle.graph import Forward

    X, y = paddle.to_tensor(X), paddle.to_tensor(y)
    activations = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}
    start = nn.Sequential(
        nn.Conv2D(
            X.shape[1],
            channels,
            kernel,
            options.get("strides", 1),
            padding,
            bias_attr=None if options.get("bias", True) else False,
        ),
        activations[activation](),
        (nn.MaxPool2D if options.get("pool") == "max" else nn.AvgPool2D)(
            2, options.get("pool_strides", 2)
        ),
        *([nn.Conv2D(channels, 4, 3)] if options.get("following", True) else []),
        nn.AvgPool2D(2, 1),
        nn.Flatten(),
    )
    net = nn.Sequential(*start, nn.Linear(start(X).shape[1], 10))
    if not options.get("sequence", True):

        class Layer(nn.Layer):
            def __init__(self, net):
                super().__init__()
                self.net = net

            def forward(self, X):
                return self.net(X)

        net = Layer(net)
    for p in net.parameters():
        p.set_value(paddle.uniform(p.shape, min=-0.5, max=0.5))
    forward = Forward(net, ("blocks",))

    def compute(forward, backward):
        net.clear_gradients()
        Y = forward(X)
        backward(nn.functional.cross_entropy(Y, y))
        return Y.numpy(), [p.grad.numpy().copy() for p in net.parameters()]

    plain = compute(net, paddle.Tensor.backward)
    return plain, compute(forward, forward.backward), forward._graph._traced is not net


def difference(ours, theirs):
    return float(abs(ours - theirs).max() / max(1e-3, abs(theirs).max()))


run = {"mxnet": mxnet, "pytorch": torch, "paddle": paddle}[framework]
rng = np.random.default_rng(0)
seen = {}
cases = {name: (*values, {}) for name, values in KNOWN.items()}
cases |= {name: (*KNOWN["LeNet's"], options) for name, options in UNKNOWN.items()}
for name, (kernel, padding, activation, size, channels, options) in cases.items():
    X = rng.normal(size=(6, options.get("colours", 1), size, size)).astype(np.float32)
    plain, blocks, used = run(X, np.arange(6), kernel, padding, activation, channels, options)
    seen[name] = {
        "used": used,
        "known": name in KNOWN,
        "moved": float(abs(plain[0]).max()),
        "output": difference(blocks[0], plain[0]),
        "gradients": max(difference(*pair) for pair in zip(blocks[1], plain[1], strict=True)),
    }
print(json.dumps(seen))
