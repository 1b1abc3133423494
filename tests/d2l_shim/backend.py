"""What differs between frameworks, as far as the tests of d2l_shim need it: a class each.

What passes between a test and a backend is neutral: NumPy arrays, images NCHW, kernels (out, in,
height, width), dense weights (out, in).
"""

import contextlib
import functools
import importlib
import io
import re

import numpy as np

from d2l_shim.frameworks import BY_NAME

RESULT = re.compile(  # what `train_ch6` prints
    r"loss \d+\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}\n"
    r"\d+\.\d examples/sec on (cpu|cuda:\d+|gpu:\d+|mps)\n"
)
# what layers call their weight, their bias, and the four arrays of a batch norm
PART_NAMES = ("W", "b", "gamma", "beta", "mean", "var")
PARTS = {
    "mxnet": ("weight", "bias", "gamma", "beta", "running_mean", "running_var"),
    "pytorch": ("weight", "bias", "weight", "bias", "running_mean", "running_var"),
    "tensorflow": ("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"),
    "paddle": ("weight", "bias", "weight", "bias", "_mean", "_variance"),
}
# by number of axes, the order of a weight's axes that makes it neutral
TURNED = {"tensorflow": {4: (3, 2, 0, 1), 2: (1, 0)}, "paddle": {2: (1, 0)}}


@functools.cache
def load(name):
    """Return the backend of a framework, which this process holds from now on."""
    name = name.replace("keras2", "tensorflow")
    return BACKENDS[name](BY_NAME[name])


def printed(function, *args, **kwargs):
    """Return what a call prints, or the error that it raises."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            function(*args, **kwargs)
        except ValueError as error:
            return f"ValueError: {error}"
    return out.getvalue()


class Backend:
    """One framework: our module `d2l`, its own module `native`, and what the tests call alike.

    Attributes:
        nn, F, Module: its layers, its functions, the class of what programs write themselves.
        counts: whether layers are told the number of input channels.
        d: the last letter of its `Conv2D`.
    """

    counts = True
    d = "D"

    def __init__(self, framework):
        self.framework = framework
        self.name, self.axes = framework.name, framework.axes
        self.parts = dict(zip(PART_NAMES, PARTS[self.name], strict=True))
        self.d2l = importlib.import_module(f"d2l_shim.{framework.module}")
        self.native = importlib.import_module(framework.module)
        self.set_up(self.native)
        self.flatten, self.dropout = self.nn.Flatten, self.nn.Dropout
        self.max_pool, self.avg_pool = self.flat("MaxPool"), self.flat("AvgPool")

    def shape(self, channels, height, width=None, batch=1):
        size = height, width or height
        return (batch, channels, *size) if self.axes == "NCHW" else (batch, *size, channels)

    def images(self, X, dtype=np.float32):
        X = X if self.axes == "NCHW" else X.transpose(0, 2, 3, 1)
        return self.tensor(np.ascontiguousarray(X, dtype))

    def as_nchw(self, Y):
        return Y if self.axes == "NCHW" else Y.transpose(0, 3, 1, 2)

    def sized(self, function, c_in, *args, **kwargs):
        """Call what is told the number of input channels in two frameworks."""
        return function(*([c_in] if self.counts else []), *args, **kwargs)

    def flat(self, name):
        return getattr(self.nn, f"{name}2{self.d}")

    def dense(self, c_in, c):
        return self.nn.Linear(c_in, c) if self.counts else self.nn.Dense(c)

    def relu(self):
        return self.nn.ReLU() if self.counts else self.nn.Activation("relu")

    def layers_of(self, net):
        return list(getattr(net, "layers", net))

    def parameter(self, layer, part):
        return getattr(layer, self.parts[part])

    def get(self, layer, part):
        """Return a copy of a layer's array: W, b, gamma, beta, mean or var."""
        return self.neutral(self.array(self.parameter(layer, part)))

    def set(self, layer, **values):
        for part, value in values.items():
            value = value.transpose(np.argsort(self.order(value)))
            self.write(self.parameter(layer, part), np.ascontiguousarray(value))

    def neutral(self, array):
        return array.transpose(self.order(array))

    def order(self, array):
        return TURNED.get(self.name, {}).get(len(array.shape), range(len(array.shape)))

    def initialized(self, net):
        """Return a network whose parameters, where their shapes are known, are drawn."""
        return net

    def ready(self, net, size=28, dtype=np.float32):
        """Return a network that has found out its shapes."""
        self.infer(self.initialized(net), self.images(np.zeros((1, 1, size, size)), dtype))
        return net

    def train(self, net, *args, **kwargs):
        self.d2l.train_ch6(self.given(net), *args, **kwargs)
        return net

    def given(self, net):
        return net

    def gradient(self, function, x):
        function(x).backward()
        return x.grad


class PyTorch(Backend):
    d = "d"

    def set_up(self, torch):
        self.nn, self.F, self.Module = torch.nn, torch.nn.functional, torch.nn.Module
        self.seed, self.tensor, self.grad = torch.manual_seed, torch.from_numpy, torch.autograd.grad
        self.sequential = torch.nn.Sequential
        self.global_pool = functools.partial(torch.nn.AdaptiveAvgPool2d, 1)

    def conv(self, c_in, c, size, strides=1, padding=0, **kwargs):
        return self.flat("Conv")(c_in, c, size, strides, padding, **kwargs)

    def norm(self, c, num_dims=4, **kwargs):
        return getattr(self.nn, f"BatchNorm{num_dims // 2}{self.d}")(c, **kwargs)

    def array(self, x):
        return x.detach().cpu().numpy().copy()

    def write(self, parameter, array):
        with self.native.no_grad():
            parameter.copy_(self.native.from_numpy(array))

    def freeze(self, layer):
        layer.requires_grad_(False)

    def watched(self, x):
        return x.requires_grad_()

    def infer(self, net, X, training=False):
        net.train() if training else net.eval()
        place = next((p.device for p in net.parameters()), X.device)  # after training, a GPU's
        with self.native.no_grad():
            return self.array(net(X.to(place)))

    def loss_and_gradients(self, net, params, X, y):
        net.train()
        loss = self.nn.functional.cross_entropy(net(X), y)
        return float(loss.detach()), self.grad(loss, params)

    def optimizer(self, kind, net, lr):
        return getattr(self.native.optim, kind)(net.parameters(), lr)

    def in_double(self, make):
        return make().double()

    def trainable(self, net):
        return [p for p in net.parameters() if not getattr(p, "stop_gradient", False)]


class Paddle(PyTorch):
    d = "D"

    def set_up(self, paddle):
        self.nn, self.F, self.Module = paddle.nn, paddle.nn.functional, paddle.nn.Layer
        self.seed, self.tensor, self.grad = paddle.seed, paddle.to_tensor, paddle.grad
        self.sequential = paddle.nn.Sequential
        self.global_pool = functools.partial(paddle.nn.AdaptiveAvgPool2D, 1)

    def write(self, parameter, array):
        parameter.set_value(array)

    def freeze(self, layer):
        for param in layer.parameters():
            param.stop_gradient = True

    def watched(self, x):
        x.stop_gradient = False
        return x

    def optimizer(self, kind, net, lr):
        return getattr(self.native.optimizer, kind)(lr, parameters=net.parameters())

    def in_double(self, make):
        return make().to(dtype="float64")


class MXNet(Backend):
    counts = False

    def set_up(self, mxnet):
        self.nn, self.F, self.Module = mxnet.gluon.nn, mxnet.npx, mxnet.gluon.nn.Block
        self.seed, self.global_pool = mxnet.random.seed, mxnet.gluon.nn.GlobalAvgPool2D

    def sequential(self, *layers):
        net = self.nn.Sequential()
        net.add(*layers)
        return net

    def conv(self, c_in, c, size, strides=1, padding=0, **kwargs):
        return self.nn.Conv2D(c, size, strides, padding, **kwargs)

    def norm(self, c, num_dims=4, **kwargs):
        return self.nn.BatchNorm(**kwargs)

    def initialized(self, net):
        net.initialize()
        return net

    def tensor(self, array):
        return self.native.np.array(array, dtype=array.dtype)

    def array(self, x):
        return (x.data() if hasattr(x, "data") else x).asnumpy()

    def write(self, parameter, array):
        parameter.set_data(self.tensor(array))

    def freeze(self, layer):
        layer.collect_params().setattr("grad_req", "null")

    def watched(self, x):
        x.attach_grad()
        return x

    def gradient(self, function, x):
        with self.native.autograd.record():
            loss = function(x)
        loss.backward()
        return x.grad

    def infer(self, net, X, training=False):
        with self.native.autograd.record(training):
            return net(X).asnumpy()

    def loss_and_gradients(self, net, params, X, y):
        with self.native.autograd.record():
            loss = self.native.gluon.loss.SoftmaxCrossEntropyLoss()(net(X), y).mean()
        loss.backward()
        return float(loss), [param.grad().copy() for param in params]

    def optimizer(self, kind, net, lr):
        return self.native.gluon.Trainer(net.collect_params(), kind, {"learning_rate": lr})

    def in_double(self, make):
        net = make()
        net.cast("float64")
        return net

    def trainable(self, net):
        return [param for param in net.collect_params().values() if param.grad_req != "null"]


class TensorFlow(Backend):
    counts = False

    def set_up(self, tf):
        class Model(tf.keras.Model):
            def call(self, X):
                return self.forward(X)

        self.nn, self.F, self.Module = tf.keras.layers, tf.nn, Model
        self.seed, self.tensor = tf.keras.utils.set_random_seed, tf.convert_to_tensor
        self.watched = tf.Variable
        self.global_pool = functools.partial(self.nn.GlobalAveragePooling2D, keepdims=True)

    def sequential(self, *layers):
        return self.native.keras.Sequential(list(layers))

    def conv(self, c_in, c, size, strides=1, padding=0, **kwargs):
        if padding and (size, padding, strides) not in ((3, 1, 1), (5, 2, 1)):
            padded = self.nn.ZeroPadding2D(padding)
            return self.sequential(padded, self.conv(c_in, c, size, strides, **kwargs))
        return self.nn.Conv2D(c, size, strides, "same" if padding else "valid", **kwargs)

    def norm(self, c, num_dims=4, **kwargs):
        return self.nn.BatchNormalization(momentum=0.9, epsilon=1e-5, **kwargs)

    def array(self, x):
        return x.numpy().copy()

    def write(self, parameter, array):
        parameter.assign(array)

    def given(self, net):
        return lambda: net

    def freeze(self, layer):
        layer.trainable = False

    def gradient(self, function, x):
        with self.native.GradientTape() as tape:
            loss = function(x)
        return tape.gradient(loss, x)

    def infer(self, net, X, training=False):
        return net(X, training=training).numpy()

    def loss_and_gradients(self, net, params, X, y):
        with self.native.GradientTape() as tape:
            # Keras' own loss is always in single precision
            loss = self.F.sparse_softmax_cross_entropy_with_logits(y, net(X, training=True))
            loss = self.native.reduce_mean(loss)
        return float(loss), tape.gradient(loss, [param.value for param in params])

    def optimizer(self, kind, net, lr):
        return getattr(self.native.keras.optimizers, kind)(lr)

    def in_double(self, make):
        policy = self.native.keras.mixed_precision.set_global_policy
        policy("float64")
        try:
            return make()
        finally:
            policy("float32")

    def trainable(self, net):
        return net.trainable_variables


BACKENDS = {"pytorch": PyTorch, "paddle": Paddle, "mxnet": MXNet, "tensorflow": TensorFlow}
