"""Run the book's networks with the same weights in one framework and write what they compute.

One process each. What is exchanged is neutral: images NCHW, kernels (out, in, height, width), dense
weights (out, in), layers in the order in which the networks use and the blocks register them. The
weights come from one seed: each framework draws them for the shapes it finds in its own network.
"""

import argparse
import importlib

import numpy as np

from d2l_shim.frameworks import BY_NAME

STRIDED_BLOCK = 2  # the first residual block with a 1x1 convolution and stride 2
# what the blocks of the book call their layers
RESIDUAL = ("conv1", "conv2", "conv3", "bn1", "bn2")
FAMILY = ("layer1", "layer2", "layer3", "shortcut")
INCEPTION = ("p1", "p2", "p3", "p4")
SMALL_VGG = ((1, 16), (1, 32), (2, 64), (2, 128), (2, 128))
SIZES = {
    "lenet": 28,
    "alexnet": 72,
    "vgg": 64,
    "nin": 72,
    "googlenet": 48,
    "lenet_bn": 28,
    "resnet18": 96,
    "resnet18_3x3": 32,
    "resnet50": 64,
}
# channels, height and width of what is flattened, where it is more than one pixel
GAINS = {"lenet": 4, "lenet_bn": 4}  # what a sigmoid, of slope 1/4, takes away
MAPS = {"lenet": (16, 5, 5), "lenet_bn": (16, 5, 5), "vgg": (128, 2, 2)}


def build(d2l, native, name):
    """Return a network of the book, its weights not yet set."""
    if name == "alexnet" and native.counts_features:
        return d2l.alexnet(256)
    if name == "vgg":
        features = [512] if native.counts_features else []
        return d2l.vgg(SMALL_VGG, *features, num_hiddens=256)
    if name == "lenet_bn":
        return d2l.lenet_bn(native.norm)
    if name == "resnet18_3x3":
        return d2l.resnet(18, num_classes=10, in_channels=1, stem="3x3")
    if name == "resnet50":
        return d2l.resnet(50, num_classes=10, in_channels=1)
    return getattr(d2l, name)()


def residuals(net):
    for layer in getattr(net, "layers", net):
        if hasattr(layer, "conv1"):
            yield layer
        elif hasattr(layer, "layers") or hasattr(layer, "__getitem__"):
            yield from residuals(layer)


def weighted(net):
    """Yield convolutions, batch norms and dense layers."""
    for layer in getattr(net, "layers", net):
        if kind(layer):
            yield layer
        elif any(hasattr(layer, names[0]) for names in (RESIDUAL, FAMILY, INCEPTION)):
            parts = (getattr(layer, name, None) for name in RESIDUAL + FAMILY + INCEPTION)
            yield from weighted([part for part in parts if part is not None])
        elif hasattr(layer, "layers") or hasattr(layer, "__getitem__"):
            yield from weighted(layer)


def kind(layer):
    name = type(layer).__name__
    for start, neutral in (("Conv", "conv"), ("BatchNorm", "norm"), ("Dense", "dense")):
        if name.startswith(start):
            return neutral
    return "dense" if name == "Linear" else None


def has_bias(layer):
    return getattr(layer, "use_bias", getattr(layer, "bias", None) is not None)


def draw(rng, kind, shape, gain, bias):
    """Return random weights of a layer, of a size that lets signals pass.

    Args:
        rng: NumPy's generator.
        kind: conv, norm or dense.
        shape: neutral shape of the layer's weight.
        gain: factor of a convolution's or a dense layer's weights.
        bias: whether it has one.
    """
    c = shape[0]
    if kind == "norm":
        values = {
            "gamma": rng.uniform(0.5, 1.5, c),
            "beta": rng.normal(size=c) * 0.1,
            "mean": rng.normal(size=c) * 0.1,
            "var": rng.uniform(0.5, 1.5, c),
        }
    else:
        scale = gain * np.sqrt(2 / np.prod(shape[1:]))
        values = {"W": rng.normal(size=shape) * scale}
        if bias:
            values["b"] = rng.normal(size=c) * 0.1
    return {name: value.astype(np.float32) for name, value in values.items()}


class PyTorch:
    axes = "NCHW"
    counts_features = True

    def __init__(self):
        import torch

        self.torch = torch
        self.tensor = torch.from_numpy

    def norm(self, num_features, num_dims):
        nn = self.torch.nn
        return (nn.BatchNorm2d if num_dims == 4 else nn.BatchNorm1d)(num_features)

    def shape(self, layer):
        return tuple(layer.weight.shape)

    def load(self, layer, values, maps=None):
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
    counts_features = True

    def __init__(self):
        import paddle

        self.paddle = paddle
        self.tensor = paddle.to_tensor

    def norm(self, num_features, num_dims):
        nn = self.paddle.nn
        return (nn.BatchNorm2D if num_dims == 4 else nn.BatchNorm1D)(num_features)

    def shape(self, layer):
        shape = tuple(layer.weight.shape)
        return shape[::-1] if kind(layer) == "dense" else shape

    def load(self, layer, values, maps=None):
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
    counts_features = False

    def __init__(self):
        import mxnet

        self.mx = mxnet
        self.tensor = lambda value: mxnet.np.array(value, dtype=value.dtype)

    def norm(self, num_features, num_dims):
        return self.mx.gluon.nn.BatchNorm()

    def shape(self, layer):
        return tuple((layer.gamma if kind(layer) == "norm" else layer.weight).shape)

    def load(self, layer, values, maps=None):
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
    counts_features = False

    def __init__(self):
        import tensorflow as tf

        self.tf = tf
        self.tensor = tf.convert_to_tensor

    def norm(self, num_features, num_dims):
        return self.tf.keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)

    def shape(self, layer):
        return self.neutral((layer.gamma if kind(layer) == "norm" else layer.kernel).shape)

    def neutral(self, shape):
        return tuple(shape[i] for i in (3, 2, 0, 1)) if len(shape) == 4 else tuple(shape)[::-1]

    def load(self, layer, values, maps=None):
        if kind(layer) == "dense" and maps:
            # what was flattened had its channels last
            W = values["W"].reshape(-1, *maps).transpose(0, 2, 3, 1)
            values = values | {"W": W.reshape(values["W"].shape)}
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
        return [self.neutral(v.shape) for v in net.trainable_variables]

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


def run(d2l, native, name, given, variant):
    """Return what a network computes, by the names of the parts that are compared."""
    nhwc = native.axes == "NHWC"

    def images(name):
        X = given[name]
        return native.tensor(np.ascontiguousarray(X.transpose(0, 2, 3, 1)) if nhwc else X)

    def as_nchw(Y):
        return Y.transpose(0, 3, 1, 2) if nhwc else Y

    X = images(f"images/{SIZES[name]}")
    net = build(d2l, native, name)
    if hasattr(net, "initialize"):
        net.initialize()
    native.infer(net, X)  # shapes that are still open are found
    rng = np.random.default_rng(0)
    gain = GAINS.get(name, 1)
    values = [
        draw(rng, kind(layer), native.shape(layer), gain, has_bias(layer))
        for layer in weighted(net)
    ]

    def load():
        maps = MAPS.get(name)
        for layer, value in zip(weighted(net), values, strict=True):
            native.load(layer, value, maps)
            if kind(layer) == "dense":
                maps = None  # only the first one sees what was flattened

    if variant != "none":
        native.spoil(net, variant)
    load()
    found = {"logits": native.infer(net, X)}
    found["layers"] = np.array([str(native.shape(layer)) for layer in weighted(net)])
    found["shapes"] = np.array([" ".join(map(str, shape)) for shape in native.shapes(net)])
    if name == "resnet18":
        block = list(residuals(net))[STRIDED_BLOCK]
        found["block"] = as_nchw(native.block_in_training(block, images("block_input")))
    if norms(net):
        load()
        native.train(net, X, native.tensor(given["labels"]))
        for i, layer in enumerate(norms(net)):
            found[f"mean{i}"], found[f"var{i}"] = native.statistics(layer)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--framework", required=True, choices=list(BY_NAME))
    parser.add_argument("--networks", nargs="+", default=list(SIZES), choices=list(SIZES))
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
    made = {}
    for name in args.networks:
        found = run(d2l, native, name, given, args.variant)
        made |= {f"{name}/{part}": value for part, value in found.items()}
    np.savez(args.output, **made)


if __name__ == "__main__":
    main()
