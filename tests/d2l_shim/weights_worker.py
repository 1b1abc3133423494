"""Save networks of one framework, or load what all have saved, and write what they compute.

One process each. Images, labels and results are neutral: images NCHW, arrays as in the files.

Gradients and losses of networks that have hardly been trained are computed in double precision: in
single precision each batch has a ReLU or two whose input is so near to 0 that frameworks disagree
about its sign, and small networks that are trained from there go apart by percents, whatever the
file. Those of the network whose weights ship with the package are computed in single precision.
"""

import argparse
import importlib
import json
import zlib
from pathlib import Path

import numpy as np
from network_worker import (
    GAINS,
    MAPS,
    SIZES,
    MXNet,
    Paddle,
    PyTorch,
    TensorFlow,
    build,
    draw,
    has_bias,
    kind,
    weighted,
)

from d2l_shim import weights
from d2l_shim.frameworks import BY_NAME

LR = 0.05
NUM_STEPS = 10


class TorchSteps(PyTorch):
    def layers(self):
        nn = self.torch.nn
        return {
            "conv": lambda c_in, c, size: nn.Conv2d(c_in, c, size, padding=size // 2),
            "norm": lambda c: nn.BatchNorm2d(c),
            "flat_norm": lambda c: nn.BatchNorm1d(c),
            "plain_norm": lambda c: nn.BatchNorm2d(c, affine=False),
            "dense": nn.Linear,
            "relu": nn.ReLU,
            "flatten": nn.Flatten,
            "pool": lambda: nn.AdaptiveAvgPool2d(1),
            "embedding": lambda: nn.Embedding(3, 4),
            "sequential": nn.Sequential,
        }

    def loss_and_gradients(self, net, params, X, y):
        net.train()
        loss = self.torch.nn.functional.cross_entropy(net(X), y)
        return float(loss.detach()), self.torch.autograd.grad(loss, params)

    def update(self, param, change):
        with self.torch.no_grad():
            param -= change

    def in_double(self, make):
        return make().double()


class PaddleSteps(Paddle):
    def layers(self):
        nn = self.paddle.nn
        return {
            "conv": lambda c_in, c, size: nn.Conv2D(c_in, c, size, padding=size // 2),
            "norm": lambda c: nn.BatchNorm2D(c),
            "flat_norm": lambda c: nn.BatchNorm1D(c),
            "plain_norm": lambda c: nn.BatchNorm2D(c, weight_attr=False, bias_attr=False),
            "dense": nn.Linear,
            "relu": nn.ReLU,
            "flatten": nn.Flatten,
            "pool": lambda: nn.AdaptiveAvgPool2D(1),
            "embedding": lambda: nn.Embedding(3, 4),
            "sequential": nn.Sequential,
        }

    def loss_and_gradients(self, net, params, X, y):
        net.train()
        loss = self.paddle.nn.functional.cross_entropy(net(X), y)
        loss.backward()
        gradients = [param.grad.clone() for param in params]
        net.clear_gradients()
        return float(loss), gradients

    def update(self, param, change):
        param.set_value(param - change)

    def in_double(self, make):
        return make().to(dtype="float64")


class MXNetSteps(MXNet):
    def layers(self):
        nn = self.mx.gluon.nn

        def sequential(*layers):
            net = nn.Sequential()
            net.add(*layers)
            return net

        return {
            "conv": lambda _, c, size: nn.Conv2D(c, size, padding=size // 2),
            "norm": lambda c: nn.BatchNorm(),
            "flat_norm": lambda c: nn.BatchNorm(),
            "plain_norm": lambda c: nn.BatchNorm(scale=False),
            "dense": lambda _, c: nn.Dense(c),
            "relu": lambda: nn.Activation("relu"),
            "flatten": nn.Flatten,
            "pool": nn.GlobalAvgPool2D,
            "embedding": lambda: nn.Embedding(3, 4),
            "sequential": sequential,
        }

    def loss_and_gradients(self, net, params, X, y):
        with self.mx.autograd.record():
            loss = self.mx.gluon.loss.SoftmaxCrossEntropyLoss()(net(X), y).mean()
        loss.backward()
        return float(loss), [param.grad().copy() for param in params]

    def update(self, param, change):
        param.set_data(param.data() - change)

    def in_double(self, make):
        net = make()
        net.cast("float64")
        return net


class TensorFlowSteps(TensorFlow):
    def layers(self):
        layers = self.tf.keras.layers
        same = {"momentum": 0.9, "epsilon": 1e-5}
        return {
            "conv": lambda _, c, size: layers.Conv2D(c, size, padding="same"),
            "norm": lambda c: layers.BatchNormalization(**same),
            "flat_norm": lambda c: layers.BatchNormalization(**same),
            "plain_norm": lambda c: layers.BatchNormalization(scale=False),
            "dense": lambda _, c: layers.Dense(c),
            "relu": layers.ReLU,
            "flatten": layers.Flatten,
            "pool": lambda: layers.GlobalAveragePooling2D(keepdims=True),
            "embedding": lambda: layers.Embedding(3, 4),
            "sequential": lambda *parts: self.tf.keras.Sequential(list(parts)),
        }

    def loss_and_gradients(self, net, params, X, y):
        with self.tf.GradientTape() as tape:
            # Keras' own loss is always in single precision
            loss = self.tf.nn.sparse_softmax_cross_entropy_with_logits(y, net(X, training=True))
            loss = self.tf.reduce_mean(loss)
        return float(loss), tape.gradient(loss, [param.value for param in params])

    def update(self, param, change):
        param.assign_sub(change)

    def in_double(self, make):
        policy = self.tf.keras.mixed_precision.set_global_policy
        policy("float64")
        try:
            return make()
        finally:
            policy("float32")


STEPS = {
    "pytorch": TorchSteps,
    "paddle": PaddleSteps,
    "mxnet": MXNetSteps,
    "tensorflow": TensorFlowSteps,
}


class Worker:
    """One framework: its helpers, its own functions, and the networks of the tests."""

    def __init__(self, name, given):
        framework = BY_NAME[name]
        self.d2l = importlib.import_module(f"d2l_shim.{framework.module}")
        self.weights = weights
        self.native, self.given = STEPS[name](), given
        self.layers = self.native.layers()

    def images(self, X, dtype=np.float32):
        turned = X.transpose(0, 2, 3, 1) if self.native.axes == "NHWC" else X
        return self.native.tensor(np.ascontiguousarray(turned, dtype))

    def sized(self, function, c_in, *args, **kwargs):
        """Call what is told the number of input channels in two frameworks."""
        first = [c_in] if self.native.counts_features else []
        return function(*first, *args, **kwargs)

    def resnet(self, num_residuals=1):
        """Return a ResNet with 16 channels in its 3x3 stem and up to 128."""
        make, d2l = self.layers, self.d2l
        return make["sequential"](
            make["conv"](1, 16, 3),
            make["norm"](16),
            make["relu"](),
            self.sized(d2l.resnet_block, 16, 16, num_residuals, first_block=True),
            self.sized(d2l.resnet_block, 16, 32, num_residuals),
            self.sized(d2l.resnet_block, 32, 64, num_residuals),
            self.sized(d2l.resnet_block, 64, 128, num_residuals),
            make["pool"](),
            make["flatten"](),
            make["dense"](128, 10),
        )

    def blocks(self):
        """Return the other blocks of the book in a row, and flatten maps of 7x7 inside blocks."""
        make, d2l = self.layers, self.d2l
        sequential = make["sequential"]
        return sequential(
            make["conv"](1, 8, 3),
            self.sized(d2l.Inception, 8, 4, (4, 6), (2, 4), 2),
            self.sized(d2l.BasicBlock, 16, 16, 2, True),
            sequential(self.sized(d2l.Bottleneck, 16, 4, 2, True), make["relu"]()),
            sequential(sequential(make["flatten"]())),
            make["flat_norm"](784),
            sequential(make["relu"](), make["dense"](784, 24), make["relu"]()),
            make["dense"](24, 10),
        )

    def lenet(self):
        return self.d2l.lenet()

    def ready(self, net, size=28, dtype=np.float32):
        """Return a network that has found out its shapes."""
        if hasattr(net, "initialize"):
            net.initialize()
        self.native.infer(net, self.images(np.zeros((1, 1, size, size)), dtype))
        return net

    def loadable(self, net, dtype=np.float32):
        """Return a network that weights can be loaded into; only Keras needs its shapes before."""
        return self.ready(net, dtype=dtype) if self.native.axes == "NHWC" else net

    def drawn(self, net, name, seed=0):
        """Draw the weights of a network of the book, without the functions that are tested."""
        maps, rng = MAPS.get(name), np.random.default_rng(seed)
        for layer in weighted(net):
            shape = self.native.shape(layer)
            value = draw(rng, kind(layer), shape, GAINS.get(name, 1), has_bias(layer))
            self.native.load(layer, value, maps)
            if kind(layer) == "dense":
                maps = None
        return net

    def trained(self, net):
        for i in range(NUM_STEPS, NUM_STEPS + 5):
            self.step(net, i)
        return net

    def gradients(self, net, i, dtype=np.float32):
        entries = [
            entry
            for entry in self.weights.entries(net)
            if not entry.name.endswith((".mean", ".variance"))
        ]
        X = self.images(self.given[f"X{i}"], dtype)
        y = self.native.tensor(self.given[f"y{i}"])
        params = [entry.parameter for entry in entries]
        loss, gradients = self.native.loss_and_gradients(net, params, X, y)
        return loss, entries, gradients

    def step(self, net, i, dtype=np.float32):
        loss, entries, gradients = self.gradients(net, i, dtype)
        for entry, gradient in zip(entries, gradients, strict=True):
            self.native.update(entry.parameter, LR * gradient)
        return loss

    def logits(self, net):
        return self.native.infer(net, self.images(self.given["test"]))

    def training(self, path):
        """Return gradients and losses of the ResNet with a file's weights."""
        net = self.loadable(self.native.in_double(self.resnet), np.float64)
        self.d2l.load_weights(net, path)
        return self.trained_on(net, "resnet", np.float64)

    def shipped(self):
        """Return what the network with the package's weights computes, in single precision."""
        net = self.loadable(self.resnet(num_residuals=2))
        self.d2l.load_weights(net, weights.NARROW_RESNET)
        return {"shipped/logits": self.logits(net)} | self.trained_on(
            net, "shipped", np.float32, "ten"
        )

    def trained_on(self, net, prefix, dtype, first=0):
        """Return a network's gradients for one batch, and its losses in some steps."""
        found = {}
        _, entries, gradients = self.gradients(net, first, dtype)
        for entry, gradient in zip(entries, gradients, strict=True):
            array = gradient.asnumpy() if hasattr(gradient, "asnumpy") else gradient.numpy()
            found[f"{prefix}/gradient of {entry.name}"] = entry.to_neutral(array)
        losses = [self.step(net, i, dtype) for i in range(NUM_STEPS)]
        return found | {f"{prefix}/losses": np.array(losses)}

    def state(self, net):
        """Return copies of all that a network's file would hold."""
        read = weights.layout_of(net).read
        return {e.name: e.to_neutral(read(e.parameter)).copy() for e in self.weights.entries(net)}

    def fingerprints(self):
        """Return the names, shapes and checksums of drawn networks of the book."""
        found = {}
        for name, size in SIZES.items():
            net = self.drawn(self.ready(build(self.d2l, self.native, name), size), name)
            found[name] = [
                (key, value.shape, zlib.crc32(np.ascontiguousarray(value)))
                for key, value in self.state(net).items()
            ]
        return found


NETWORKS = ("resnet", "blocks", "lenet")


def save(worker, name, folder):
    """Save one network of each kind, and what it computes."""
    made, seed = {}, list(STEPS).index(name)
    for network in NETWORKS:
        net = worker.ready(getattr(worker, network)())
        if network == "resnet":
            worker.trained(net)
        else:
            worker.drawn(net, network, seed)
        path = folder / f"{network}-{name}.safetensors"
        worker.d2l.save_weights(net, path)
        made[f"{network}/logits"] = worker.logits(net)
        if network == "resnet":
            made["resnet/first loss"] = worker.gradients(net, 0)[0]
            made |= worker.training(path)
    return made | worker.shipped()


def load(worker, sources, folder):
    """Load what frameworks have saved, and note what it computes here."""
    made = {}
    for source in sources:
        found = {}
        for network in NETWORKS:
            net = worker.loadable(getattr(worker, network)())
            path = folder / f"{network}-{source}.safetensors"
            worker.d2l.load_weights(net, path)
            found[f"{network}/logits"] = worker.logits(net)
            if network == "resnet":
                found["resnet/first loss"] = worker.gradients(net, 0)[0]
                found |= worker.training(path)
        made |= {f"{source}/{part}": value for part, value in found.items()}
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--framework", required=True, choices=list(BY_NAME))
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sources", nargs="*", help="load what these have saved; else save")
    args = parser.parse_args()
    with np.load(args.folder / "given.npz") as given:
        worker = Worker(args.framework, dict(given))
    if args.sources:
        made = load(worker, args.sources, args.folder)
        np.savez(args.folder / f"loaded-{args.framework}.npz", **made)
        return
    from weights_seen import seen

    np.savez(
        args.folder / f"saved-{args.framework}.npz",
        **save(worker, args.framework, args.folder),
    )
    told = {"networks": worker.fingerprints()} | seen(worker, args.framework, args.folder)
    (args.folder / f"seen-{args.framework}.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()
