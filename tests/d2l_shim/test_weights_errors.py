"""What saving and loading of weights says in one framework, and what it leaves as it is."""

import re

import numpy as np
import pytest
from networks import draw
from safetensors.numpy import load_file

from d2l_shim.weights import WeightsError

NO_SCALE = {name: {"scale": False} for name in ("mxnet", "tensorflow")}
NO_SCALE |= {"pytorch": {"affine": False}, "paddle": {"weight_attr": False, "bias_attr": False}}


@pytest.fixture(scope="module")
def lenet(backend, tmp_path_factory):
    """Return a file with drawn weights of LeNet."""
    path = tmp_path_factory.mktemp("weights") / "lenet.safetensors"
    backend.d2l.save_weights(draw(backend, backend.ready(backend.d2l.lenet()), "lenet"), path)
    return path


def refused(said, function, *args):
    """Check that a call fails with these words, and with nothing behind."""
    with pytest.raises(WeightsError, match=said) as caught:
        function(*args)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def state(backend, net, path):
    """Return the arrays that a network's file holds."""
    backend.d2l.save_weights(net, path)
    return load_file(path)


def same(ours, theirs):
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name])


def test_layers_of_no_known_kind(backend, lenet, tmp_path):
    b, path = backend, tmp_path / "it"
    embedding = b.nn.Embedding(3, 4)
    if b.name == "tensorflow":  # has weights once it was called, and cannot follow a dense layer
        net = b.sequential(embedding, b.dense(4, 3))
        net(np.zeros((1, 2), np.int32))
    else:
        net = b.initialized(b.sequential(b.sequential(b.dense(4, 3), embedding)))
    said = r"^layer .*\(Embedding\) holds (?=.*conv \(Conv2)(?=.*norm \(BatchNorm)(?=.*dense \()"
    refused(said, b.d2l.save_weights, net, path)
    refused(said, b.d2l.load_weights, net, lenet)
    plain = b.ready(b.sequential(b.conv(1, 4, 3), b.norm(4, **NO_SCALE[b.name])))
    refused(r"\(BatchNorm.* has no scale", b.d2l.save_weights, plain, path)
    refused("^the first argument must be a network", b.d2l.save_weights, path, plain)
    nothing = b.ready(b.sequential(b.relu(), b.flatten()))
    refused("^the network has no layer with weights", b.d2l.save_weights, nothing, path)


def test_all_that_does_not_fit_is_said_at_once(backend, lenet, tmp_path):
    b = backend
    layers = b.conv(1, 8, 5, padding=2), b.norm(8), b.flatten(), b.dense(6272, 120)
    net = b.ready(b.sequential(*layers, b.dense(120, 84)))
    before = state(b, net, tmp_path / "before")
    with pytest.raises(WeightsError) as caught:
        b.d2l.load_weights(net, lenet)
    lines = str(caught.value).splitlines()
    assert lines[0].endswith("lenet.safetensors does not fit this network:")
    assert lines[1:-1] == [
        "  conv1.weight: expected (8, 1, 5, 5), found (6, 1, 5, 5)",
        "  conv1.bias: expected (8,), found (6,)",
        "  norm1.scale: expected (8,), found none",
        "  norm1.shift: expected (8,), found none",
        "  norm1.mean: expected (8,), found none",
        "  norm1.variance: expected (8,), found none",
        "  dense1.weight: expected (120, 6272), found (120, 400)",
        "  conv2.bias: expected none, found (16,)",
        "  conv2.weight: expected none, found (16, 6, 5, 5)",
        "  dense3.bias: expected none, found (10,)",
        "  dense3.weight: expected none, found (10, 84)",
    ]
    same(before, state(b, net, tmp_path / "after"))


@pytest.mark.frameworks("mxnet", "pytorch", "paddle")
def test_a_layer_that_is_used_twice_counts_once(backend, tmp_path):
    dense = backend.dense(4, 4)
    net = backend.initialized(backend.sequential(dense, backend.relu(), dense))
    net(backend.tensor(np.zeros((1, 4), np.float32)))
    assert state(backend, net, tmp_path / "it").keys() == {"dense1.weight", "dense1.bias"}


@pytest.mark.frameworks("pytorch", "paddle")
def test_modes_types_and_gradients_stay_as_they_are(backend, lenet):
    net = backend.in_double(backend.d2l.lenet)
    net.train()
    net[0].eval()
    frozen = net[0].weight
    frozen.stop_gradient = True
    frozen.requires_grad = False
    net(backend.images(np.ones((1, 1, 28, 28)), np.float64)).sum().backward()
    gradient = backend.array(net[3].weight.grad)
    backend.d2l.load_weights(net, lenet)
    assert net.training and net[3].training and not net[0].training
    assert not frozen.requires_grad and net[0].bias.requires_grad
    assert "float64" in str(net[3].weight.dtype)
    np.testing.assert_array_equal(backend.array(net[3].weight.grad), gradient)


@pytest.mark.frameworks("pytorch")
def test_lazy_and_parametrized_layers_of_pytorch(backend, lenet, tmp_path):
    d2l, nn = backend.d2l, backend.nn
    lazy = nn.Sequential(nn.LazyConv2d(3, 3))
    said = r"^layer 0 \(LazyConv2d\) has no weights yet; call the network on a batch first$"
    refused(said, d2l.save_weights, lazy, tmp_path / "it")
    refused(said, d2l.load_weights, lazy, lenet)
    normed = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    refused(r"\(ParametrizedLinear\) has no weight", d2l.save_weights, normed, tmp_path / "it")


@pytest.mark.frameworks("mxnet")
def test_shapes_that_mxnet_does_not_know_yet(backend, lenet, tmp_path):
    d2l, path = backend.d2l, tmp_path / "it"
    bare, waiting = d2l.lenet(), backend.initialized(d2l.lenet())
    for net in (bare, waiting):
        said = r"^conv1\.weight, .* and then the network on a batch$"
        refused(said, d2l.save_weights, net, path)
    other = backend.initialized(backend.sequential(backend.conv(1, 8, 5)))
    said = re.escape("conv1.weight: expected (8, ?, 5, 5), found (6, 1, 5, 5)")
    refused(said, d2l.load_weights, other, lenet)
    assert other[0].weight._data is None
    for net in (bare, waiting):
        d2l.load_weights(net, lenet)
        same(state(backend, net, path), load_file(lenet))
    assert bare[0].weight.grad().shape == (6, 1, 5, 5)


@pytest.mark.frameworks("tensorflow")
def test_networks_that_keras_has_not_built(backend, lenet, tmp_path):
    said = "so it has no weights yet; call it on a batch first$"
    refused(said, backend.d2l.save_weights, backend.d2l.alexnet(), tmp_path / "it")
    refused(said, backend.d2l.load_weights, backend.d2l.alexnet(), lenet)


@pytest.mark.frameworks("tensorflow")
def test_what_is_flattened_in_keras_must_be_known(backend, tmp_path):
    keras, layers = backend.native.keras, backend.nn

    class Model(keras.Model):
        def __init__(self, flatten):
            super().__init__()
            self.conv, self.flatten = layers.Conv2D(2, 3), flatten
            self.heads = [layers.Dense(5), layers.Dense(3)]

        def call(self, X):
            X = self.flatten(self.conv(X))
            return [head(X) for head in self.heads]

    X = np.zeros((1, 5, 4, 1), np.float32)
    unknown, net = Model(layers.Reshape((12,))), Model(layers.Flatten())
    pooled = keras.Sequential([layers.Conv2D(2, 3), layers.GlobalAvgPool2D(), layers.Dense(3)])
    for model in (unknown, net, pooled):
        model(X)
    said = "has 12 inputs, and no Flatten layer registered before it"
    refused(said, backend.d2l.save_weights, unknown, tmp_path / "it")
    backend.d2l.save_weights(pooled, tmp_path / "it")
    # each of two dense layers behind a Flatten sees maps of 3x2 with 2 channels
    net.heads[1].kernel.assign(np.arange(36, dtype=np.float32).reshape(12, 3))
    expected = np.arange(36).reshape(3, 2, 2, 3)[..., 0].transpose(2, 0, 1).ravel()
    saved = state(backend, net, tmp_path / "it")
    np.testing.assert_array_equal(saved["dense2.weight"][0], expected)


@pytest.mark.frameworks("mxnet", "paddle", "tensorflow")
def test_the_other_order_of_axes_is_refused(backend, tmp_path):
    if backend.name == "mxnet":
        layer = backend.nn.Conv2D(2, 3, layout="NHWC", in_channels=1)
    elif backend.name == "paddle":
        layer = backend.nn.Conv2D(1, 2, 3, data_format="NHWC")
    else:
        layer = backend.nn.Conv2D(2, 3, data_format="channels_first")
        layer.build((1, 1, 5, 5))
    side = "first" if backend.name == "tensorflow" else "last"
    said = f"has its channels {side}; build it with "
    refused(said, backend.d2l.save_weights, layer, tmp_path / "it")
