"""Compare what a network computes plainly with what it computes faster; one framework a process.

Prints JSON: for each network and each means whether it is used, how far logits went within some
steps, and by how much logits and all parameters and statistics differ then.
"""

import importlib
import json
import sys

import numpy as np

from d2l_shim.bench.__main__ import MEANS
from d2l_shim.frameworks import BY_NAME

framework = BY_NAME[sys.argv[1]]
d2l = importlib.import_module(f"d2l_shim.{framework.module}")
NETWORKS = {"lenet": 28, "googlenet": 48, "resnet18": 32}
STEPS = 3
# small steps where there is no normalization, large ones for a sigmoid network
LRS = {"lenet": 0.5, "googlenet": 2e-4, "resnet18": 1e-3, "by hand": 1e-3}


def batch(size):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(8, 1, size, size)).astype(np.float32)
    return X if framework.axes == "NCHW" else X.transpose(0, 2, 3, 1), np.arange(8) % 10


def mxnet(name, X, y, means):
    import mxnet as mx
    from mxnet import autograd, gluon, np, npx

    from d2l_shim.mxnet.graph import Forward
    from d2l_shim.mxnet.training import draw

    X, y = np.array(X), np.array(y)
    net = by_hand("mxnet") if name == "by hand" else getattr(d2l, name)()
    net.initialize()
    net(X)
    mx.random.seed(0)
    draw(net, "he", npx.cpu())
    forward = Forward(net, means)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": LRS[name]})
    softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss()
    found = []
    for _ in range(STEPS):
        with autograd.record():
            loss = softmax_loss(forward(X), y).sum()
        loss.backward()
        trainer.step(len(y))
        found.append(forward(X[:5]).asnumpy())
    values = [p.data().asnumpy() for p in net.collect_params().values()]
    return found, values, forward._call is not net


def by_hand(name):
    """Return a network with a layer that changes itself while it computes."""
    if name == "mxnet":
        from mxnet.gluon import nn

        class Counting(nn.Block):
            mean = 0

            def forward(self, X):
                self.mean = X.mean()
                return X - self.mean

        net = nn.Sequential()
        net.add(nn.Conv2D(4, 3), Counting(), nn.Dense(10))
        return net
    from paddle import nn

    class Counting(nn.Layer):
        def __init__(self):
            super().__init__()
            self.mean = 0

        def forward(self, X):
            self.mean = X.mean()
            return X - self.mean

    return nn.Sequential(nn.Conv2D(1, 4, 3), Counting(), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))


def paddle(name, X, y, means):
    import paddle

    from d2l_shim.paddle.graph import Forward
    from d2l_shim.paddle.training import initialize

    X, y = paddle.to_tensor(X), paddle.to_tensor(y)
    paddle.seed(0)
    net = by_hand("paddle") if name == "by hand" else getattr(d2l, name)()
    net.apply(lambda layer: initialize(layer, "he"))
    forward = Forward(net, means)
    optimizer = paddle.optimizer.SGD(LRS[name], parameters=net.parameters())
    found = []
    for _ in range(STEPS):
        net.train()
        loss = paddle.nn.functional.cross_entropy(forward(X), y)
        forward.backward(loss)
        optimizer.step()
        optimizer.clear_grad()
        net.eval()
        with paddle.no_grad():
            found.append(forward(X[:5]).numpy())
    values = [value.numpy() for value in net.state_dict().values()]
    return found, values, forward._graph is not None


def torch(name, X, y, means):
    import torch

    from d2l_shim.torch.forward import Forward
    from d2l_shim.torch.training import initialize

    X, y = torch.from_numpy(X), torch.from_numpy(y)
    torch.manual_seed(0)
    net = getattr(d2l, name)()
    net.apply(lambda module: initialize(module, "he"))
    forward = Forward(net, torch.device("cpu"), means)
    optimizer = torch.optim.SGD(net.parameters(), LRS[name])
    found = []
    for _ in range(STEPS):
        net.train()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(forward(X), y).backward()
        optimizer.step()
        net.eval()
        with torch.no_grad():
            found.append(forward(X[:5]).numpy())
    forward.end()
    assert all(p.is_contiguous() for p in net.parameters())
    values = [v.numpy() for v in net.state_dict().values()]
    used = forward._call is not net or forward._layout is torch.channels_last
    return found, values, used or forward._bfloat16


def tensorflow(name, X, y, means):
    import tensorflow as tf

    from d2l_shim.tensorflow.forward import twin
    from d2l_shim.tensorflow.training import draw_by_he

    X, y = tf.constant(X), tf.constant(y)
    tf.keras.utils.set_random_seed(0)
    net = getattr(d2l, name)()
    net(X)
    draw_by_he(net)
    if means:
        net = twin(net, getattr(d2l, name), X, means)
        assert tf.keras.mixed_precision.dtype_policy().name == "float32"
    optimizer = tf.keras.optimizers.SGD(LRS[name])
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    found = []
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            loss = loss_of(y, tf.cast(net(X, training=True), tf.float32))
        variables = net.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        found.append(tf.cast(net(X[:5], training=False), tf.float32).numpy())
    return found, net.get_weights(), bool(means)


def difference(ours, theirs):
    pairs = zip(ours, theirs, strict=True)
    return max(float(abs(a - b).max() / max(1, abs(b).max())) for a, b in pairs)


run = {"mxnet": mxnet, "paddle": paddle, "torch": torch, "tensorflow": tensorflow}
run = run[framework.module]
networks = NETWORKS | ({"by hand": 28} if framework.name in ("mxnet", "paddle") else {})
seen = {}
for name, size in networks.items():
    plain = run(name, *batch(size), ())
    # keeping memory is no other way to compute
    for means in [means for means in MEANS[framework.name] if means != "kept-memory"]:
        faster = run(name, *batch(size), (means,))
        pairs = list(zip(faster[0], plain[0], strict=True))
        seen[f"{name}, {means}"] = {
            "used": [plain[2], faster[2]],
            "moved": (moved := float(abs(plain[0][0] - plain[0][-1]).max())),
            # as a share of how far they went
            "logits": max(float(abs(a - b).max()) for a, b in pairs) / moved,
            "values": difference(faster[1], plain[1]),
        }
if framework.name == "mxnet":
    from mxnet import autograd, np
    from mxnet.gluon import nn

    from d2l_shim.mxnet.graph import MEANS, Forward

    class AsksForTheMode(nn.Block):
        def forward(self, X):
            return X * 2 if autograd.is_training() else X

    block, X = AsksForTheMode(), np.ones((1, 2))
    forward = Forward(block, MEANS)
    with autograd.record():
        seen["asks for the mode"] = forward(X).tolist()
    assert not autograd.is_training()
if framework.name == "tensorflow":
    import tensorflow as tf

    from d2l_shim.tensorflow.forward import twin

    layers = tf.keras.layers
    one = tf.keras.Sequential([layers.Conv2D(2, 3), layers.BatchNormalization()])
    one(tf.ones((2, 5, 5, 1)))
    before = one.get_weights()
    seen["only one"] = ["no error", False]
    try:
        twin(one, lambda: one, tf.ones((2, 5, 5, 1)), MEANS["tensorflow"])
    except ValueError as error:
        same = all((a == b).all() for a, b in zip(one.get_weights(), before, strict=True))
        seen["only one"] = [str(error), same]
print(json.dumps(seen))
