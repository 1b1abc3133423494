"""Look at saving and loading as a reader of one framework would; the worker does it first."""

import numpy as np


def message(function, *args):
    """Return what an error says, or that there was none."""
    try:
        function(*args)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return said if error.__cause__ is None and _quiet(error) else f"{said} (with its cause)"
    return "no error"


def _quiet(error):
    return error.__context__ is None or error.__suppress_context__


def seen(worker, name, folder):
    """Return errors and states as JSON can hold them."""
    d2l, make = worker.d2l, worker.layers
    sequential = make["sequential"]
    path, lenet = folder / "seen.safetensors", folder / f"lenet-{name}.safetensors"
    found = {}

    def unknown():
        return sequential(sequential(make["dense"](4, 3)), make["embedding"]())

    # an embedding cannot follow a dense layer, so only some frameworks have its weights here
    net = unknown()
    if hasattr(net, "initialize"):
        net.initialize()
    if name == "tensorflow":
        net = sequential(make["embedding"](), make["dense"](4, 3))
        net(np.zeros((1, 2), np.int32))
    found["unknown"] = message(d2l.save_weights, net, path)
    found["unknown_loaded"] = message(d2l.load_weights, net, lenet)
    plain = sequential(make["conv"](1, 4, 3), make["plain_norm"](4))
    found["plain_norm"] = message(d2l.save_weights, worker.ready(plain), path)
    found["no_network"] = message(d2l.save_weights, path, plain)
    nothing = worker.ready(sequential(make["relu"](), make["flatten"]()))
    found["no_weights"] = message(d2l.save_weights, nothing, path)

    other = sequential(
        make["conv"](1, 8, 5),
        make["norm"](8),
        make["flatten"](),
        make["dense"](6272, 120),
        make["dense"](120, 84),
    )
    before = worker.state(worker.ready(other))
    found["does_not_fit"] = message(d2l.load_weights, other, lenet)
    found["no_file"] = message(d2l.load_weights, other, folder / "none.safetensors")
    found["damaged"] = message(d2l.load_weights, other, truncated(lenet, path))
    found["untouched"] = same(before, worker.state(other))

    net = worker.drawn(worker.ready(d2l.lenet()), "lenet", 7)
    found["no_folder"] = message(d2l.save_weights, net, folder / "none" / "it.safetensors")
    found["a_folder"] = message(d2l.save_weights, net, folder)
    again = worker.ready(d2l.lenet())
    d2l.save_weights(net, str(path))
    d2l.load_weights(again, str(path))
    found["loaded_back"] = same(worker.state(net), worker.state(again))
    if name != "tensorflow":
        dense = make["dense"](4, 4)
        twice = sequential(dense, make["relu"](), dense)
        found["twice"] = [entry.name for entry in worker.weights.entries(twice)]
    return found | OWN[name](worker, lenet, path)


def truncated(lenet, path):
    path.write_bytes(lenet.read_bytes()[:-100])
    return path


def same(ours, theirs):
    return ours.keys() == theirs.keys() and all(
        np.array_equal(ours[name], theirs[name]) for name in ours
    )


def own_pytorch(worker, lenet, path):
    torch, d2l = worker.native.torch, worker.d2l
    nn = torch.nn
    lazy = nn.Sequential(nn.LazyConv2d(3, 3))
    net = d2l.lenet().double()
    net.train()
    net[0].eval()
    net[0].weight.requires_grad_(False)
    net(torch.zeros(1, 1, 28, 28).double()).sum().backward()
    gradient = net[3].weight.grad.clone()
    d2l.load_weights(net, lenet)
    return {
        "lazy_saved": message(d2l.save_weights, lazy, path),
        "lazy_loaded": message(d2l.load_weights, lazy, lenet),
        "kept": [
            net.training and net[3].training and not net[0].training,
            not net[0].weight.requires_grad and net[0].bias.requires_grad,
            net[3].weight.dtype == torch.float64,
            torch.equal(net[3].weight.grad, gradient),
        ],
        "weight_norm": message(
            d2l.save_weights, nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)), path
        ),
    }


def own_paddle(worker, lenet, path):
    paddle, d2l = worker.native.paddle, worker.d2l
    net = d2l.lenet()
    net.train()
    net[0].eval()
    net[0].weight.stop_gradient = True
    net(paddle.zeros([1, 1, 28, 28])).sum().backward()
    gradient = net[3].weight.grad.numpy()
    d2l.load_weights(net, lenet)
    last = paddle.nn.Sequential(paddle.nn.Conv2D(1, 2, 3, data_format="NHWC"))
    return {
        "kept": [
            net.training and net[3].training and not net[0].training,
            net[0].weight.stop_gradient and not net[0].bias.stop_gradient,
            np.array_equal(net[3].weight.grad.numpy(), gradient),
        ],
        "channels_last": message(d2l.save_weights, last, path),
    }


def own_mxnet(worker, lenet, path):
    mx, d2l = worker.native.mx, worker.d2l
    bare, waiting = d2l.lenet(), d2l.lenet()
    waiting.initialize()
    found = {
        "bare_saved": message(d2l.save_weights, bare, path),
        "waiting_saved": message(d2l.save_weights, waiting, path),
    }
    other = worker.layers["sequential"](worker.layers["conv"](1, 8, 5))
    other.initialize()
    found["waiting_does_not_fit"] = message(d2l.load_weights, other, lenet)
    found["still_waiting"] = other[0].weight._data is None
    d2l.load_weights(bare, lenet)
    d2l.load_weights(waiting, lenet)
    found["loaded"] = same(worker.state(bare), worker.state(waiting))
    found["has_gradients"] = bare[0].weight.grad().shape == (6, 1, 5, 5)
    layer = mx.gluon.nn.Conv2D(2, 3, layout="NHWC", in_channels=1)
    found["channels_last"] = message(d2l.save_weights, layer, path)
    return found


def own_tensorflow(worker, lenet, path):
    tf, d2l = worker.native.tf, worker.d2l
    layers = tf.keras.layers
    unbuilt = d2l.alexnet()

    class Model(tf.keras.Model):
        def __init__(self, flatten, num_outputs=3):
            super().__init__()
            self.conv = layers.Conv2D(2, 3)
            self.flatten = flatten
            self.heads = [layers.Dense(5), layers.Dense(num_outputs)]

        def call(self, X):
            X = self.flatten(self.conv(X))
            return self.heads[0](X), self.heads[1](X)

    def built(net):
        net(tf.zeros((1, 5, 4, 1)))
        return net

    heads = built(Model(layers.Flatten()))
    kernel = np.arange(12 * 3, dtype=np.float32).reshape(12, 3)
    heads.heads[1].kernel.assign(kernel)
    first = layers.Conv2D(2, 3, data_format="channels_first")
    first.build((1, 1, 5, 5))
    unused = tf.keras.Sequential([layers.Dense(2)])
    unused(tf.zeros((1, 2)))
    unused.extra = layers.Dense(3)
    pooled = tf.keras.Sequential([layers.Conv2D(2, 3), layers.GlobalAveragePooling2D()])
    pooled.add(layers.Dense(3))
    return {
        "unbuilt_saved": message(d2l.save_weights, unbuilt, path),
        "unbuilt_loaded": message(d2l.load_weights, unbuilt, lenet),
        "no_flatten": message(d2l.save_weights, built(Model(layers.Reshape((12,)))), path),
        "channels_first": message(d2l.save_weights, first, path),
        "pooled": message(d2l.save_weights, built(pooled), path),
        # height and width are 3 and 2, and there are 2 channels
        "head": worker.state(heads)["dense2.weight"][0].tolist(),
    }


OWN = {
    "pytorch": own_pytorch,
    "paddle": own_paddle,
    "mxnet": own_mxnet,
    "tensorflow": own_tensorflow,
}
