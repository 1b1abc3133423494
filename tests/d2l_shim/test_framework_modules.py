"""Each framework's module does what a reader expects."""

import os
import re

import numpy as np
import pytest
from backend import RESULT, printed

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import FRAMEWORKS

each_framework = pytest.mark.parametrize(
    "framework", FRAMEWORKS, ids=lambda framework: framework.name
)


def small_net(b):
    return b.sequential(
        b.conv(1, 8, 3, strides=2), b.norm(8), b.relu(), b.flatten(), b.dense(8 * 13 * 13, 10)
    )


@pytest.fixture(scope="module")
def data(backend):
    return backend.d2l.load_data_fashion_mnist(64)


@pytest.fixture(scope="module")
def first(data):
    """Return one batch: with hardly any learning rate, training on it stays where it starts."""
    return [next(iter(data[0]))]


def test_summary_opens_blocks_as_far_as_asked(backend):
    d2l = backend.d2l
    whole, one, closed = (
        printed(d2l.summary, d2l.resnet18(), backend.shape(1, 96), depth=depth).splitlines()
        for depth in (None, 1, 0)
    )
    names = [line.split("  ")[0] for line in one]
    assert names[:2] == ["layer", "input"] and names[5:10] == ["max pool", *["block"] * 4]
    assert [line.split("  ")[0] for line in closed] == ["layer", "input", "network", "total"]
    assert whole[-1].split() == one[-1].split() == closed[-1].split()
    with pytest.raises(ValueError, match="depth must be a whole number or None, not -1"):
        d2l.summary(d2l.resnet18(), backend.shape(1, 96), depth=-1)


@pytest.mark.frameworks("mxnet")
def test_a_hybridized_network_costs_the_same(backend):
    net, shape = backend.d2l.vgg(((1, 8), (1, 16)), num_hiddens=8), backend.shape(1, 28)
    costs = backend.d2l.cost(net, shape)
    assert min(costs) > 0
    net.hybridize()
    assert backend.d2l.cost(net, shape) == costs
    printed(backend.d2l.summary, net, shape, depth=1)
    assert all(block._active for block in (net, net[0], net[0][0]))


def test_summary_names_a_layer_of_the_reader_s_own(backend):
    class Odd(backend.Module):
        def forward(self, X):
            return X + 1

    net = backend.sequential(backend.flatten(), Odd(), backend.dense(784, 10))
    lines = printed(backend.d2l.summary, net, backend.shape(1, 28)).splitlines()
    assert [line.split("  ")[0] for line in lines[2:5]] == ["flatten", "Odd", "dense"]


def test_wrong_shape_or_stem_is_said_in_a_sentence(backend):
    d2l, shape = backend.d2l, re.escape(str(backend.shape(7, 28)))
    said = (
        rf"^summary: layer 1 \(convolution\) cannot take an input of shape {shape}.*{backend.axes}"
    )
    with pytest.raises(ValueError, match=said):
        d2l.summary(d2l.resnet18(), backend.shape(7, 28))
    with pytest.raises(ValueError, match=r"^summary: .*not 28"):
        d2l.summary(d2l.resnet18(), 28)
    with pytest.raises(ValueError, match="'7x7' or '3x3', not '5x5'"):
        d2l.resnet18(stem="5x5")


def test_batches_are_the_same_numbers_in_the_same_order(backend):
    ours = backend.d2l.load_data_fashion_mnist(64, resize=(20, 24))
    plain = fashion_mnist_batches(64, resize=(20, 24))
    assert (len(ours[0]), len(ours[1])) == (10, 4)
    epochs = []
    for which in (0, 0, 1):
        epochs.append([])
        for (X, y), (X_plain, y_plain) in zip(ours[which], plain[which], strict=True):
            X, y = backend.as_nchw(backend.array(X)), backend.array(y)
            assert X.dtype == np.float32 and y.dtype == np.int64
            np.testing.assert_array_equal(X, X_plain)
            np.testing.assert_array_equal(y, y_plain)
            epochs[-1] += y.tolist()
    assert epochs[0] != epochs[1]


def test_training_prints_two_lines_and_repeats_itself(backend):
    results, net = [], small_net(backend)
    for lr in (0.05, 0.5, 0.05):
        backend.seed(0)
        if backend.name == "tensorflow":
            net = small_net(backend)  # elsewhere the same network is trained anew
        data = backend.d2l.load_data_fashion_mnist(64)
        args = *data, 10, lr, backend.d2l.try_gpu()
        results.append(printed(backend.d2l.train_ch6, backend.given(net), *args))
    assert all(RESULT.fullmatch(result) for result in results)
    # the speed differs from run to run
    first, other_lr, again = (result.splitlines()[0] for result in results)
    assert first == again != other_lr


@pytest.mark.parametrize(("init", "dense_out", "conv_out"), [("he", 0, 0), ("xavier", 10, 64 * 9)])
def test_training_starts_from_uniform_weights_and_zero_biases(
    backend, first, init, dense_out, conv_out
):
    prepared = []
    net = backend.d2l.resnet18()
    backend.train(net, first, first, 1, 1e-12, init=init, prepare=prepared.append)
    assert len(prepared) == 1 and prepared[0] is net
    layers = backend.layers_of(net)
    block = backend.layers_of(layers[6 if backend.name == "tensorflow" else 4])[0]
    conv, other = block.conv1, block.conv2
    for layer, inputs, outputs in ((layers[-1], 512, dense_out), (conv, 64 * 9, conv_out)):
        W, bound = backend.get(layer, "W"), (6 / (inputs + outputs)) ** 0.5
        # what a uniform distribution up to that bound has
        assert 0.98 < abs(W).max() / bound <= 1.0001
        assert 0.97 < W.std() * 3**0.5 / bound < 1.03
        assert abs(backend.get(layer, "b")).max() < 1e-6
    alike = np.corrcoef(*(backend.get(layer, "W").ravel() for layer in (conv, other)))[0, 1]
    assert abs(alike) < 0.05, "each layer is drawn anew"


def test_weights_can_be_changed_before_the_first_step(backend, first):
    def set_bias(net):
        backend.set(backend.layers_of(net)[-1], b=np.full(10, 2.0, np.float32))

    net = backend.train(small_net(backend), first, first, 1, 1e-12, prepare=set_bias)
    assert backend.get(backend.layers_of(net)[-1], "b").tolist() == [2] * 10
    with pytest.raises(ValueError, match="init must be 'xavier', 'he' or None, not 'normal'"):
        backend.train(small_net(backend), first, first, 1, 0.1, init="normal")


def test_looking_at_a_network_leaves_it_as_it_is(backend, data, first):
    d2l, (_, test) = backend.d2l, data
    net = backend.train(small_net(backend), first, first, 1, 0.1)
    norm = backend.layers_of(net)[1]
    before = [backend.get(norm, part) for part in ("gamma", "mean", "var")]
    if backend.counts:
        net.train()
        norm.eval()
    accuracy = d2l.evaluate_accuracy(net, test)
    assert 0 <= accuracy <= 1 and accuracy == d2l.evaluate_accuracy(net, test, d2l.try_gpu())
    printed(d2l.summary, net, backend.shape(1, 28))
    after = [backend.get(norm, part) for part in ("gamma", "mean", "var")]
    np.testing.assert_array_equal(before, after)
    if backend.counts:
        assert net.training and backend.layers_of(net)[0].training and not norm.training


@pytest.mark.frameworks("mxnet")
def test_looking_at_a_network_draws_no_weights(backend):
    net = backend.d2l.resnet18()
    printed(backend.d2l.summary, net, backend.shape(1, 28))
    assert all(param._data is None for param in net.collect_params().values())


def test_accuracy_counts_correct_predictions(backend, data):
    y = next(iter(data[1]))[1][:4]
    X = np.random.default_rng(0).normal(size=(4, 10)).astype(np.float32)
    assert backend.d2l.accuracy(y, y) == 4
    right = (X.argmax(1) == backend.array(y)).sum()
    assert backend.d2l.accuracy(backend.tensor(X), y) == right
    column = backend.d2l.tensor([[1], [1], [1], [0]])
    assert [backend.d2l.accuracy(column, truth) for truth in (column, 1 - column)] == [4, 0]


@each_framework
def test_importing_is_quiet_and_loads_no_other_framework(python, needed, framework):
    needed(framework.name)
    modules = [other.module for other in FRAMEWORKS]
    code = f"import os, sys, d2l_shim.{framework.module} as _\n"
    code += f"print([module for module in {modules} if module in sys.modules])\n"
    code += "print(os.environ.get('OMP_NUM_THREADS'))"
    ended = python("-W", "default", "-c", code)
    assert ended.returncode == 0, ended.stderr
    loaded, threads = ended.stdout.splitlines()
    assert loaded == str([framework.module])
    if framework.name != "tensorflow":  # whose C++ code writes to standard error as it loads
        assert ended.stderr == ""
    if framework.name in ("mxnet", "paddle"):  # slow starters use every core
        cores = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count()))(0)
        assert threads == os.environ.get("OMP_NUM_THREADS", str(len(cores)))


@each_framework
def test_missing_framework_is_said_in_a_sentence(python, framework):
    module = framework.module
    ended = python("-c", f"import sys; sys.modules[{module!r}] = None; import d2l_shim.{module}")
    assert ended.returncode == 1
    last = ended.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert framework.label in last and framework.install in last
