"""Use every name of one framework's module and print what came out as JSON; a process each."""

import contextlib
import importlib
import inspect
import io
import json
import os
import sys

import numpy as np

from d2l_shim import names
from d2l_shim.frameworks import BY_NAME

framework = BY_NAME[sys.argv[1]]
d2l = importlib.import_module(f"d2l_shim.{framework.module}")
native = importlib.import_module(framework.module)
name = framework.name
if name == "mxnet":
    from mxnet import autograd, gluon, init
    from mxnet.gluon import nn
elif name == "tensorflow":
    layers = native.keras.layers
else:
    nn = native.nn
    conv2d = nn.Conv2d if name == "pytorch" else nn.Conv2D
    optim = native.optim if name == "pytorch" else native.optimizer


def values(x):
    """Return any framework's tensor as nested lists of numbers."""
    return d2l.numpy(x).tolist()


def text(function, *args, **kwargs):
    """Return what a call prints, or the error that it raises."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            function(*args, **kwargs)
        except ValueError as error:
            return f"ValueError: {error}"
    return out.getvalue()


def described(entry, value):
    """Return what a name of the table stands for in truth, as the table would write it."""
    if entry.kind == "native":
        modules = {"np": getattr(native, "np", None), framework.module: native, "tf": native}
        return ["native", entry.text if eval(entry.text, modules) is value else "another"]
    if entry.text.startswith("x."):
        return ["function", value.__doc__.split("`")[1]]
    signature = inspect.signature(value)
    arguments = [
        parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()
    ]
    kind = "class" if inspect.isclass(value) else "function"
    bare = signature.replace(parameters=arguments, return_annotation=signature.empty)
    return [kind, str(bare)]


def aliases():
    X = d2l.tensor([[1.0, -2.0], [3.0, 4.0]])
    shape = (2, 3)
    # where the frameworks do not agree
    normal = (shape, 7.0, 1e-3) if name == "tensorflow" else (7.0, 1e-3, shape)
    rand = (2, 3) if name in ("mxnet", "pytorch") else (shape,)
    return {
        "abs": values(d2l.abs(X)),
        "arange": values(d2l.arange(3)),
        "argmax": values(d2l.argmax(X, axis=1)),
        "astype": [str(d2l.numpy(d2l.astype(X, t)).dtype) for t in (d2l.int32, d2l.float32)],
        "concat": values(d2l.concat([X, X], 0)),
        "cos": values(d2l.cos(d2l.zeros((2,)))),
        "eye": values(d2l.eye(2)),
        "log": values(d2l.log(d2l.ones((2,)))),
        "matmul": values(d2l.matmul(X, X)),
        "normal": [list(d2l.normal(*normal).shape), round(float(d2l.normal(*normal)[1, 2]))],
        "ones_like": values(d2l.ones_like(X)),
        "rand": [list(d2l.rand(*rand).shape), 0 <= float(d2l.rand(*rand)[1, 2]) < 1],
        "reduce_mean": values(d2l.reduce_mean(X)),
        "reduce_sum": values(d2l.reduce_sum(X, 0)),
        "reshape": values(d2l.reshape(X, (4, 1))),
        "sin": values(d2l.sin(d2l.zeros((2,)))),
        "size": d2l.size(X),
        "stack": values(d2l.stack([X, X], 0)),
        "tanh": values(d2l.tanh(d2l.zeros((2,)))),
        "transpose": values(d2l.transpose(X)),
        "zeros_like": values(d2l.zeros_like(X)),
    }


def count(start, *shape):
    X = np.arange(start, start + np.prod(shape), dtype=np.float32)
    return d2l.tensor(X.reshape(shape).tolist())


def learn(X, Y):
    """Return the gradient of the error at zero, the kernel one step on, and that 29 steps later."""
    K, seen = d2l.tensor([[0.0, 0.0]]), []
    if name == "tensorflow":
        K = native.Variable(K)
    elif name == "mxnet":
        K.attach_grad()
    elif name == "pytorch":
        K.requires_grad_()
    else:
        K.stop_gradient = False
    for i in range(30):
        if name == "tensorflow":
            with native.GradientTape() as tape:
                error = d2l.reduce_sum((d2l.corr2d(X, K) - Y) ** 2)
            grad = tape.gradient(error, K)
        else:
            with autograd.record() if name == "mxnet" else contextlib.nullcontext():
                error = d2l.reduce_sum((d2l.corr2d(X, K) - Y) ** 2)
            error.backward()
            grad = K.grad
        seen += [values(grad)] if i == 0 else []
        d2l.sgd([K], *([[grad]] if name == "tensorflow" else []), 0.06, 2)
        seen += [values(K)] if i in (0, 29) else []
    return seen


def layer(kernel, padding, strides=1):
    """Return a convolution with one channel that pads both sides alike."""
    if name == "mxnet":
        return nn.Conv2D(1, kernel, strides, padding)
    if name == "tensorflow":
        conv = layers.Conv2D(1, kernel, strides)
        return native.keras.Sequential([layers.ZeroPadding2D(padding), conv])
    return conv2d(1, 1, kernel, strides, padding)


def with_weights():
    """Return the layer of chapter 2 with the kernel 0, 1, 2, 3."""
    K = np.arange(4, dtype=np.float32).reshape(1, 1, 2, 2)
    if name == "mxnet":
        weights = init.Constant(native.np.array(K))
        return nn.Conv2D(1, 2, (3, 2), 1, use_bias=False, weight_initializer=weights)
    made = layer(2, 1, (3, 2))
    if name == "tensorflow":
        made.build((None, 3, 3, 1))
        made.set_weights([K.reshape(2, 2, 1, 1), np.zeros(1)])
    else:
        with native.no_grad():
            made.weight.set_(native.tensor(K)) if name == "pytorch" else made.weight.set_value(K)
            made.bias.zero_()
    return made


def outline():
    edges = np.ones((6, 8), dtype=np.float32)
    edges[:, 2:6] = 0
    X, K = d2l.tensor(edges.tolist()), d2l.tensor([[1.0, -1.0]])
    Y = d2l.corr2d(X, K)
    x3, k2 = count(0, 3, 3), count(0, 2, 2)
    two, k_two = d2l.stack([x3, count(1, 3, 3)], 0), d2l.stack([k2, count(1, 2, 2)], 0)
    k_three = d2l.stack([k_two, k_two + 1, k_two + 2], 0)
    rng = np.random.default_rng(0)
    image, k_1x1 = (rng.normal(size=size).astype(np.float32) for size in ((3, 3, 3), (2, 3, 1, 1)))
    by_conv = d2l.corr2d_multi_in_out(d2l.tensor(image.tolist()), d2l.tensor(k_1x1.tolist()))
    by_matmul = (k_1x1.reshape(2, 3) @ image.reshape(3, 9)).reshape(2, 3, 3)
    eight = d2l.ones((8, 8))
    return {
        "corr2d": values(d2l.corr2d(x3, k2)),
        "edges": values(Y),
        "edges_transposed": values(d2l.corr2d(d2l.tensor(edges.T.tolist()), K)),
        "learned": learn(X, Y),
        "shapes": [
            list(d2l.comp_conv2d(made, eight).shape)
            for made in (
                layer(3, 1),
                layer((5, 3), (2, 1)),
                layer(3, 1, 2),
                layer((3, 5), (0, 1), (3, 4)),
            )
        ],
        "strided": values(d2l.comp_conv2d(with_weights(), x3)),
        "multi_in": values(d2l.corr2d_multi_in(two, k_two)),
        "multi_in_out": values(d2l.corr2d_multi_in_out(two, k_three)),
        "one_by_one": float(abs(d2l.numpy(by_conv) - by_matmul).max()),
        "max": values(d2l.pool2d(x3, (2, 2))),
        "avg": values(d2l.pool2d(x3, (2, 2), "avg")),
        "tall": list(d2l.pool2d(x3, (3, 1)).shape),
        "median": text(d2l.pool2d, x3, (2, 2), "median"),
    }


def blocks():
    """Return the table of each block, first channels given where the framework asks for them."""

    def table(make, *args, channels, side):
        block = make(channels, *args) if name in ("pytorch", "paddle") else make(*args)
        nhwc = framework.axes == "NHWC"
        shape = (1, side, side, channels) if nhwc else (1, channels, side, side)
        return text(d2l.summary, block, shape)

    def vgg(*args):
        return d2l.vgg_block(2, *args)

    three = (64, (96, 128), (16, 32), 32)
    return {
        "vgg": table(vgg, 8, channels=3, side=16),
        "nin": table(d2l.nin_block, 96, 11, 4, "valid" if name == "tensorflow" else 0,
                     channels=1, side=224),
        "nin_same": table(d2l.nin_block, 16, 5, 1, "same" if name == "tensorflow" else 2,
                          channels=3, side=26),
        "inception": table(d2l.Inception, *three, channels=192, side=12),
    }  # fmt: skip


def small_net():
    if name == "mxnet":
        net = nn.Sequential()
        net.add(nn.Flatten(), nn.Dense(16, activation="relu"), nn.Dense(10))
        net.initialize(init.Xavier())
        return net
    if name == "tensorflow":
        flat = [layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10)]
        return native.keras.Sequential(flat)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))


def optimizer(kind, net, lr):
    if name == "mxnet":
        return gluon.Trainer(net.collect_params(), kind, {"learning_rate": lr})
    kind = {"sgd": "SGD", "adam": "Adam"}[kind]
    if name == "tensorflow":
        return getattr(native.keras.optimizers, kind)(lr)
    if name == "pytorch":
        return getattr(optim, kind)(net.parameters(), lr)
    return getattr(optim, kind)(lr, parameters=net.parameters())


def training():
    train, test = (list(batches)[:3] for batches in d2l.load_data_fashion_mnist(256))
    device = d2l.try_gpu()
    net = small_net()

    def ch5(kind, lr, num_epochs, batches):
        made = optimizer(kind, net, lr)
        return text(d2l.train_ch5, net, batches, test, 256, made, device, num_epochs)

    os.environ["D2L_QUICK"] = "1"
    seen = {"quick": ch5("sgd", 0.1, 3, train)}
    os.environ["D2L_QUICK"] = "0"
    before = values(net(train[0][0]))
    seen["full"] = ch5("sgd", 1e-9, 2, train)
    seen["moved"] = float(np.abs(np.subtract(values(net(train[0][0])), before)).max())
    seen["adam"] = ch5("adam", 0.003, 12, train)
    seen["accuracies"] = [
        d2l.evaluate_accuracy(net, test),
        d2l.evaluate_accuracy_gpu(net, test, device),
    ]
    seen["errors"] = [ch5("sgd", 0.1, 0, train), ch5("sgd", 0.1, 1, [])]
    os.environ["D2L_QUICK"] = "1"
    first = small_net if name == "tensorflow" else small_net()
    seen["ch6"] = text(d2l.train_ch6, first, train, test, 2, 0.1, device)
    return seen


def steps():
    """Return what two weights that start at zero become in one step on half a batch."""
    X, y = d2l.tensor([[1.0], [1.0]]), d2l.astype(d2l.tensor([0, 0]), d2l.int32)
    if name == "mxnet":
        net = nn.Dense(2, use_bias=False, weight_initializer="zeros")
        net.initialize()
    elif name == "tensorflow":
        net = native.keras.Sequential([layers.Dense(2, use_bias=False, kernel_initializer="zeros")])
    elif name == "pytorch":
        net, y = nn.Linear(1, 2, bias=False), d2l.astype(y, native.int64)
        nn.init.zeros_(net.weight)
    else:
        net, y = nn.Linear(1, 2, bias_attr=False), d2l.astype(y, native.int64)
        net.weight.set_value(native.zeros((1, 2)))
    made = optimizer("sgd", net, 1.0)
    os.environ["D2L_QUICK"] = "1"
    text(d2l.train_ch5, net, [(X, y)], [(X, y)], 4, made, d2l.try_gpu(), 1)
    return values(net(X))[0]


def callback():
    train, test = d2l.load_data_fashion_mnist(256)
    net = small_net()
    loss = native.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(optimizer="sgd", loss=loss, metrics=["accuracy"])
    os.environ["D2L_QUICK"] = "0"
    made = d2l.TrainCallback(net, train, test, 2, "/CPU:0")
    printed = text(net.fit, train, epochs=2, verbose=0, callbacks=[made])
    os.environ["D2L_QUICK"] = "1"
    quick = d2l.TrainCallback(net, train, test, 5, "/CPU:0")
    quick_printed = text(net.fit, train, epochs=5, verbose=0, callbacks=[quick])
    return {
        "printed": [printed, quick_printed],
        "epochs": [made.animator.X, len(quick.timer.times)],
        "accuracy": [quick.animator.Y[2][-1], d2l.evaluate_accuracy(net, test)],
    }


def figures():
    from matplotlib import pyplot

    x = d2l.tensor([0.0, 1.0, 2.0])
    if name == "pytorch":
        x.requires_grad_()
    if name == "paddle":
        x.stop_gradient = False
    d2l.set_figsize((4, 3))
    d2l.plot(x, [x**2, 2 * x], "x", "y", legend=["square", "double"])
    lines = [line.get_xydata().tolist() for line in pyplot.gca().get_lines()]
    pyplot.close("all")
    X, y = next(iter(d2l.load_data_fashion_mnist(4)[1]))
    d2l.show_fashion_mnist(X, d2l.get_fashion_mnist_labels(y))
    shown = [(axis.get_title(), len(axis.images)) for axis in pyplot.gcf().axes]
    return {"lines": lines, "shown": shown, "axes": len(d2l.show_images(X, 2, 2))}


table = names.public_names(framework.module)
seen = {
    "all": sorted(d2l.__all__),
    "described": {n: described(entry, getattr(d2l, n)) for n, entry in table.items()},
    "workers": d2l.get_dataloader_workers(),
    "devices": [len(d2l.try_all_gpus()), max(1, d2l.num_gpus())],
    "aliases": aliases(),
    "outline": outline(),
    "blocks": blocks(),
    "training": training(),
    "steps": steps(),
    "figures": figures(),
}
if name == "tensorflow":
    seen["callback"] = callback()
print(json.dumps(seen))
