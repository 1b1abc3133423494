"""Use one framework's module as a reader would and print what was seen as JSON; a process each."""

import contextlib
import hashlib
import importlib
import io
import json
import os
import sys

import numpy as np

NUMPY_NAMES = set(vars(np))

from d2l_shim.frameworks import BY_NAME  # noqa: E402
from d2l_shim.training import device_name  # noqa: E402

framework = BY_NAME[sys.argv[1]]
d2l = importlib.import_module(f"d2l_shim.{framework.module}")
native = importlib.import_module(framework.module)
name, axes = framework.name, framework.axes


def shape(channels, side, batch=1):
    return (batch, channels, side, side) if axes == "NCHW" else (batch, side, side, channels)


def text(function, *args, **kwargs):
    """Return what a call prints, or the error that it raises."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            function(*args, **kwargs)
        except ValueError as error:
            return f"ValueError: {error}"
    return out.getvalue()


def seed():
    if name == "mxnet":
        native.random.seed(0)
    elif name == "pytorch":
        native.manual_seed(0)
    elif name == "tensorflow":
        native.keras.utils.set_random_seed(0)
    else:
        native.seed(0)


def random(of_shape):
    X = np.random.default_rng(0).normal(size=of_shape).astype(np.float32)
    return {
        "mxnet": lambda: native.np.array(X),
        "pytorch": lambda: native.from_numpy(X),
        "tensorflow": lambda: native.convert_to_tensor(X),
        "paddle": lambda: native.to_tensor(X),
    }[name]()


def residual(c_in, c_out, **kwargs):
    two = name in ("pytorch", "paddle")
    block = d2l.Residual(c_in, c_out, **kwargs) if two else d2l.Residual(c_out, **kwargs)
    if name == "mxnet":
        block.initialize()
    return block


def small_net():
    if name == "mxnet":
        nn = native.gluon.nn
        net = nn.Sequential()
        net.add(nn.Conv2D(8, 3, strides=2), nn.BatchNorm(), nn.Activation("relu"), nn.Dense(10))
        return net
    if name == "tensorflow":
        layers = native.keras.layers
        return native.keras.Sequential(
            [
                layers.Conv2D(8, 3, strides=2),
                layers.BatchNormalization(),
                layers.Activation("relu"),
                layers.Flatten(),
                layers.Dense(10),
            ]
        )
    nn = native.nn
    conv, norm = (nn.Conv2d, nn.BatchNorm2d) if name == "pytorch" else (nn.Conv2D, nn.BatchNorm2D)
    return nn.Sequential(
        conv(1, 8, 3, stride=2), norm(8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 13 * 13, 10)
    )


def trained(net, *args, **kwargs):
    """Train as this framework's readers do and return the network."""
    if name == "tensorflow":
        return d2l.train_ch6(lambda: net, *args, **kwargs)
    d2l.train_ch6(net, *args, **kwargs)
    return net


def weights(layer):
    """Return a layer's kernel and bias as NumPy arrays."""
    if name == "mxnet":
        return layer.weight.data().asnumpy(), layer.bias.data().asnumpy()
    if name == "tensorflow":
        return layer.kernel.numpy(), layer.bias.numpy()
    if name == "pytorch":
        return layer.weight.detach().numpy(), layer.bias.detach().numpy()
    return layer.weight.numpy(), layer.bias.numpy()


def statistics(norm):
    """Return a batch norm's gamma, running mean and running variance."""
    names = {
        "mxnet": ("gamma", "running_mean", "running_var"),
        "pytorch": ("weight", "running_mean", "running_var"),
        "tensorflow": ("gamma", "moving_mean", "moving_variance"),
        "paddle": ("weight", "_mean", "_variance"),
    }[name]
    values = [getattr(norm, part) for part in names]
    if name == "mxnet":
        return [value.data().asnumpy() for value in values]
    return [(v.detach() if name == "pytorch" else v).numpy().copy() for v in values]


def epoch_hash(batches):
    digest = hashlib.sha256()
    for X, y in batches:
        X = X.asnumpy() if name == "mxnet" else X.numpy()
        y = y.asnumpy() if name == "mxnet" else y.numpy()
        assert X.dtype == np.float32 and y.dtype == np.int64, (X.dtype, y.dtype)
        X = X.transpose(0, 3, 1, 2) if axes == "NHWC" else X
        digest.update(np.ascontiguousarray(X).tobytes() + y.tobytes())
    return digest.hexdigest()


def layer(net, i):
    return net.layers[i] if name == "tensorflow" else net[i]


seen = {"threads": os.environ.get("OMP_NUM_THREADS")}
seen["numpy_added"] = [
    n for n in set(vars(np)) - NUMPY_NAMES if getattr(vars(np)[n], "__name__", "") != f"numpy.{n}"
]
seen["device"], seen["no_such_gpu"] = (
    device_name(getattr(device, "_device_name", device))  # TensorFlow's has no text of its own
    for device in (d2l.try_gpu(), d2l.try_gpu(99))
)
seen["gpus"] = d2l.num_gpus()

seen["summary"] = text(d2l.summary, d2l.resnet18(), shape(1, 96))
seen["summary_depth_1"] = text(d2l.summary, d2l.resnet18(), shape(1, 96), depth=1)
seen["summary_depth_0"] = text(d2l.summary, d2l.resnet18(), shape(1, 96), depth=0)
seen["bad_depth"] = text(d2l.summary, d2l.resnet18(), shape(1, 96), depth=-1)
seen["summary_3x3"] = text(d2l.summary, d2l.resnet18(100, 3, stem="3x3"), shape(3, 32))
seen["bad_stem"] = text(d2l.resnet18, stem="5x5")
seen["bad_shape"] = text(d2l.summary, d2l.resnet18(), shape(7, 28))
seen["no_shape"] = text(d2l.summary, d2l.resnet18(), 28)
seen["residual"] = list(residual(3, 3)(random(shape(3, 6, 4))).shape)
strided = residual(3, 6, use_1x1conv=True, strides=2)(random(shape(3, 6, 4)))
seen["residual_strided"] = list(strided.shape)
two = (3, 6, 2) if name in ("pytorch", "paddle") else (6, 2)
block = d2l.resnet_block(*two)
if name in ("pytorch", "paddle"):
    # the way in which old code writes it
    block = native.nn.Sequential(*block)
if name == "mxnet":
    block.initialize()
seen["resnet_block"] = list(block(random(shape(3, 6, 4))).shape)

train, test = d2l.load_data_fashion_mnist(64, resize=28)
seen["lengths"] = [len(train), len(test)]
seen["hashes"] = [epoch_hash(train), epoch_hash(train), epoch_hash(test)]
seen["tall"] = list(next(iter(d2l.load_data_fashion_mnist(64, (20, 24))[0]))[0].shape)
seen["labels"] = d2l.get_fashion_mnist_labels(next(iter(test))[1][:3])

seen["results"] = []
net = small_net()
for lr in (0.05, 0.5, 0.05):
    seed()
    if name == "tensorflow":
        net = small_net()  # elsewhere the same network is trained anew
    train, test = d2l.load_data_fashion_mnist(64)
    seen["results"].append(text(trained, net, train, test, 10, lr))

# what a training starts from: with hardly any learning rate it stays there
first, prepared = [next(iter(train))], []


def drawn(W, bound):
    """Return largest weight and spread, both 1 for a uniform distribution up to that bound."""
    return [float(abs(W).max() / bound), float(W.std() * 3**0.5 / bound)]


for init in ("he", "xavier"):
    net, out = d2l.resnet18(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        net = trained(net, first, first, 1, 1e-12, init=init, prepare=prepared.append)
    W, b = weights(layer(net, -1))
    outputs = 0 if init == "he" else 10
    seen[f"{init} dense"] = [*drawn(W, (6 / (512 + outputs)) ** 0.5), float(abs(b).max())]
    W, b = weights(layer(layer(net, 4 if name != "tensorflow" else 6), 0).conv1)
    outputs = 0 if init == "he" else 64 * 9
    seen[f"{init} conv"] = [*drawn(W, (6 / (64 * 9 + outputs)) ** 0.5), float(abs(b).max())]
seen["prepared"] = [len(prepared), prepared[-1] is net]
seen["drawn"] = []
for _ in range(3):
    seed()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        net = trained(d2l.resnet18(), first, first, 1, 1e-12)
    digest = hashlib.sha256(weights(layer(net, -1))[0].tobytes())
    digest.update(weights(layer(net, 1 if name == "tensorflow" else 0))[0].tobytes())
    seen["drawn"].append(digest.hexdigest())


def set_bias(net):
    bias = layer(net, -1).bias
    if name == "mxnet":
        bias.set_data(native.np.full((10,), 2.0))
    elif name == "pytorch":
        native.nn.init.constant_(bias, 2.0)
    elif name == "tensorflow":
        bias.assign(native.fill([10], 2.0))
    else:
        bias.set_value(native.full([10], 2.0))


other = small_net()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
    other = trained(other, first, first, 1, 1e-12, prepare=set_bias)
seen["prepared_bias"] = weights(layer(other, -1))[1].tolist()
seen["bad_init"] = text(trained, small_net(), first, first, 1, 0.1, init="normal")

norm = layer(net, 1 if name != "tensorflow" else 2)
before = statistics(norm)
seen["accuracy"] = d2l.evaluate_accuracy(net, test)
seen["accuracy_on_device"] = d2l.evaluate_accuracy(net, test, d2l.try_gpu())
text(d2l.summary, net, shape(1, 28))
after = statistics(norm)
seen["unchanged"] = all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
if name in ("pytorch", "paddle"):
    net.train()
    layer(net, 1).eval()
    d2l.evaluate_accuracy(net, test)
    text(d2l.summary, net, shape(1, 28))
    seen["modes"] = [net.training, layer(net, 0).training, layer(net, 1).training]
if name == "mxnet":
    bare = d2l.resnet18()
    text(d2l.summary, bare, shape(1, 28))
    seen["initialized"] = any(p._data is not None for p in bare.collect_params().values())
    X = native.np.arange(4)
    seen["mask"] = X[X > 1].tolist()

X, y = random((4, 10)), next(iter(test))[1][:4]
seen["correct"] = [d2l.accuracy(y, y), d2l.accuracy(X, y)]
y_true = y.asnumpy() if name == "mxnet" else y.numpy()
X = X.asnumpy() if name == "mxnet" else X.numpy()
seen["correct_expected"] = [4.0, float((X.argmax(1) == y_true).sum())]

seen["family"] = [d2l.cost(d2l.resnet(depth), shape(3, 32)) for depth in (18, 34, 50, 101, 152)]
seen["errors"] = [
    text(trained, small_net(), train, test, 0, 0.1),
    text(trained, small_net(), train, test, 1, -0.1),
    text(trained, small_net(), [], test, 1, 0.1),
]
print(json.dumps(seen))
