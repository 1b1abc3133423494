"""Run ResNet-18 with given weights in one framework and write what it computes; one process each.

What is exchanged is neutral: images NCHW, kernels (out, in, height, width), dense weights
(out, in), layers in the order in which the network uses its stem and registers its blocks.
"""

import argparse
import importlib

import numpy as np

from d2l_shim.frameworks import BY_NAME

STRIDED_BLOCK = 2  # the first residual block with a 1x1 convolution and stride 2


def residuals(net):
    for layer in getattr(net, "layers", net):
        if hasattr(layer, "conv1"):
            yield layer
        elif hasattr(layer, "layers") or hasattr(layer, "__getitem__"):
            yield from residuals(layer)


def weighted(net):
    """Yield convolutions, batch norms and dense layers."""
    for layer in getattr(net, "layers", net):
        if hasattr(layer, "conv1"):
            for name in ("conv1", "conv2", "conv3", "bn1", "bn2"):
                if getattr(layer, name) is not None:
                    yield getattr(layer, name)
        elif hasattr(layer, "layers") or hasattr(layer, "__getitem__"):
            yield from weighted(layer)
        elif kind(layer):
            yield layer


def kind(layer):
    name = type(layer).__name__
    for start, neutral in (("Conv", "conv"), ("BatchNorm", "norm"), ("Dense", "dense")):
        if name.startswith(start):
            return neutral
    return "dense" if name == "Linear" else None


class PyTorch:
    axes = "NCHW"

    def __init__(self):
        import torch

        self.torch = torch
        self.tensor = torch.from_numpy

    def load(self, layer, values):
        names = {"mean": "running_mean", "var": "running_var", "W": "weight", "b": "bias"}
        names |= {"gamma": "weight", "beta": "bias"}
        with self.torch.no_grad():
            for name, value in values.items():
                getattr(layer, names[name]).copy_(self.torch.from_numpy(value))

    def infer(self, net, X):
        net.eval()
        with self.torch.no_grad():
            return net(X).numpy()

    def block_in_training(self, block, X):
        block.train()
        return block(X).detach().numpy()

    def train(self, net, X, y):
        self.sizes = {}
        for layer in weighted(net):
            if kind(layer) == "norm":
                layer.register_forward_hook(
                    lambda layer, X, _: self.sizes.update({layer: X[0].numel() / X[0].shape[1]})
                )
        self.old = {layer: layer.running_var.numpy().copy() for layer in norms(net)}
        net.train()
        self.torch.nn.functional.cross_entropy(net(X), y).backward()

    def statistics(self, layer):
        # the only one that keeps the unbiased variance, N / (N - 1) times that of the others
        n, kept = self.sizes[layer], 0.9 * self.old[layer]
        variance = kept + (layer.running_var.numpy() - kept) * (n - 1) / n
        return layer.running_mean.numpy(), variance

    def shapes(self, net):
        return [tuple(p.shape) for p in net.parameters()]


class Paddle:
    axes = "NCHW"

    def __init__(self):
        import paddle

        self.paddle = paddle
        self.tensor = paddle.to_tensor

    def load(self, layer, values):
        names = {"mean": "_mean", "var": "_variance", "W": "weight", "b": "bias"}
        names |= {"gamma": "weight", "beta": "bias"}
        for name, value in values.items():
            turned = value.T if kind(layer) == "dense" else value
            getattr(layer, names[name]).set_value(np.ascontiguousarray(turned))

    def infer(self, net, X):
        net.eval()
        return net(X).numpy()

    def block_in_training(self, block, X):
        block.train()
        return block(X).numpy()

    def train(self, net, X, y):
        net.train()
        self.paddle.nn.functional.cross_entropy(net(X), y).backward()

    def statistics(self, layer):
        return layer._mean.numpy(), layer._variance.numpy()

    def shapes(self, net):
        shapes = [tuple(p.shape) for p in net.parameters() if not p.stop_gradient]
        return [shape[::-1] if len(shape) == 2 else shape for shape in shapes]


class MXNet:
    axes = "NCHW"

    def __init__(self):
        import mxnet

        self.mx = mxnet
        self.tensor = lambda value: mxnet.np.array(value, dtype=value.dtype)

    def load(self, layer, values):
        names = {"mean": "running_mean", "var": "running_var", "W": "weight", "b": "bias"}
        for name, value in values.items():
            getattr(layer, names.get(name, name)).set_data(self.tensor(value))

    def infer(self, net, X):
        return net(X).asnumpy()

    def block_in_training(self, block, X):
        with self.mx.autograd.record():
            return block(X).asnumpy()

    def train(self, net, X, y):
        with self.mx.autograd.record():
            loss = self.mx.gluon.loss.SoftmaxCrossEntropyLoss()(net(X), y).mean()
        loss.backward()
        self.mx.npx.waitall()

    def statistics(self, layer):
        return layer.running_mean.data().asnumpy(), layer.running_var.data().asnumpy()

    def shapes(self, net):
        parameters = net.collect_params().values()
        return [tuple(p.shape) for p in parameters if p.grad_req != "null"]


class TensorFlow:
    axes = "NHWC"

    def __init__(self):
        import tensorflow as tf

        self.tf = tf
        self.tensor = tf.convert_to_tensor

    def load(self, layer, values):
        turned = {name: self.turn(value) for name, value in values.items()}
        layer.set_weights(list(turned.values()))

    def turn(self, value):
        return value.transpose(2, 3, 1, 0) if value.ndim == 4 else value.T

    def infer(self, net, X):
        return net(X, training=False).numpy()

    def block_in_training(self, block, X):
        return block(X, training=True).numpy()

    def train(self, net, X, y):
        with self.tf.GradientTape() as tape:
            loss = self.tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            loss = loss(y, net(X, training=True))
        tape.gradient(loss, net.trainable_variables)

    def statistics(self, layer):
        return layer.moving_mean.numpy(), layer.moving_variance.numpy()

    def shapes(self, net):
        shapes = [tuple(v.shape) for v in net.trainable_variables]
        return [
            (s[3], s[2], s[0], s[1]) if len(s) == 4 else s[::-1] if len(s) == 2 else s
            for s in shapes
        ]

    def spoil(self, net, variant):
        """Make the network differ as a framework's defaults would make it differ."""
        if variant == "same-padding":
            for block in residuals(net):
                block.pad, block.conv1.padding = None, "same"
        for layer in norms(net):
            if variant == "epsilon":
                layer.epsilon = 1e-3
            elif variant == "momentum":
                layer.momentum = 0.99


def norms(net):
    return [layer for layer in weighted(net) if kind(layer) == "norm"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--framework", required=True, choices=list(BY_NAME))
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument(
        "--variant", default="none", choices=["none", "same-padding", "epsilon", "momentum"]
    )
    args = parser.parse_args()
    framework = BY_NAME[args.framework]
    d2l = importlib.import_module(f"d2l_shim.{framework.module}")
    native = {"pytorch": PyTorch, "paddle": Paddle, "mxnet": MXNet, "tensorflow": TensorFlow}
    native = native[args.framework]()

    with np.load(args.input) as given:
        given = dict(given)
    values = {}
    for key, value in given.items():
        if "/" in key:
            i, name = key.split("/")
            values.setdefault(int(i), {})[name] = value

    def images(name):
        X = given[name]
        return native.tensor(np.ascontiguousarray(X.transpose(0, 2, 3, 1)) if nhwc else X)

    def as_nchw(Y):
        return Y.transpose(0, 3, 1, 2) if nhwc else Y

    nhwc = native.axes == "NHWC"
    net = d2l.resnet18()
    if args.framework == "mxnet":
        net.initialize()
    native.infer(net, images("images"))  # shapes that are still open are found

    def load():
        for i, layer in enumerate(weighted(net)):
            native.load(layer, values[i])
        assert i + 1 == len(values), f"{i + 1} layers in the network, {len(values)} in the file"

    if args.variant != "none":
        native.spoil(net, args.variant)
    load()
    logits = native.infer(net, images("images"))
    block = list(residuals(net))[STRIDED_BLOCK]
    block_output = as_nchw(native.block_in_training(block, images("block_input")))
    load()
    native.train(net, images("images"), native.tensor(given["labels"]))
    statistics = {}
    for i, layer in enumerate(norms(net)):
        statistics[f"mean/{i}"], statistics[f"var/{i}"] = native.statistics(layer)
    shapes = np.array([" ".join(map(str, shape)) for shape in native.shapes(net)])
    np.savez(args.output, logits=logits, block=block_output, shapes=shapes, **statistics)


if __name__ == "__main__":
    main()
