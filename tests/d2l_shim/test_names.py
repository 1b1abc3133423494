"""The same names in every framework's module: each is there, and does what the book says."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from backend import RESULT, printed

from d2l_shim import names
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

ROOT = Path(__file__).parents[2]
PROMISED = """
    corr2d corr2d_multi_in corr2d_multi_in_out pool2d comp_conv2d train_ch5 train_ch6
    evaluate_accuracy evaluate_accuracy_gpu accuracy Accumulator Animator Timer try_gpu
    try_all_gpus load_data_fashion_mnist get_fashion_mnist_labels get_dataloader_workers
    show_images show_fashion_mnist use_svg_display set_figsize set_axes plot sgd Residual
    resnet_block resnet18 vgg_block nin_block Inception
    abs arange argmax astype concat cos eye float32 int32 log matmul normal numpy ones ones_like
    rand reduce_mean reduce_sum reshape sin size stack tanh tensor transpose zeros zeros_like
"""
OURS = """
    BasicBlock Bottleneck alexnet conv_norm cost googlenet lenet lenet_bn load_weights nin num_gpus
    one_cycle resnet resnet_stem save_weights summary vgg
"""
EPOCH = (
    r"epoch {}, loss \d\.\d{{4}}, train acc (\d\.\d{{3}}), test acc (\d\.\d{{3}}), "
    r"time \d+\.\d sec\n"
)
pytestmark = pytest.mark.frameworks(*BY_NAME, "keras2")


def test_the_table_lists_the_promised_names():
    for framework in FRAMEWORKS:
        extra = {"TrainCallback"} if framework.name == "tensorflow" else set()
        listed = names.public_names(framework.module)
        assert set(listed) == {*PROMISED.split(), *OURS.split()} | extra


def test_the_table_is_what_the_module_holds(backend):
    table = names.public_names(backend.framework.module)
    assert sorted(table) == sorted(backend.d2l.__all__)
    for name, (kind, text) in table.items():
        value = getattr(backend.d2l, name)
        if kind == "native":
            native = backend.native
            modules = {backend.framework.module: native, "tf": native}
            assert eval(text, modules | {"np": getattr(native, "np", None)}) is value
        elif text.startswith("x."):
            assert kind == "function" and value.__doc__.split("`")[1] == text
        else:
            assert kind == ("class" if inspect.isclass(value) else "function")
            signature = inspect.signature(value)
            bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
            signature = signature.replace(parameters=bare, return_annotation=signature.empty)
            assert str(signature) == text


def test_the_table_as_markdown():
    lines = names.markdown_table().splitlines()
    assert lines[0] == "| name | MXNet | PyTorch | TensorFlow | Paddle |"
    assert {line.count("|") for line in lines} == {6}
    assert len(lines) == 2 + len([*PROMISED.split(), *OURS.split(), "TrainCallback"])
    assert "| `corr2d(X, K)` | yes | yes | yes | yes |" in lines
    assert "| `concat` | `np.concatenate` | `torch.cat` | `tf.concat` | `paddle.concat` |" in lines
    sgd, with_grads = "(params, lr, batch_size)", "(params, grads, lr, batch_size)"
    assert f"| `sgd` | `{sgd}` | `{sgd}` | `{with_grads}` | `{sgd}` |" in lines
    call = "(net, train_iter, test_iter, num_epochs, device_name)"
    assert f"| `TrainCallback` | no | no | `{call}` | no |" in lines


def test_the_table_loads_no_framework():
    code = "import sys; from d2l_shim import names; names.markdown_table()\n"
    code += f"print([m for m in {[f.module for f in FRAMEWORKS]} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True) == "[]\n"


@pytest.fixture
def values(backend):
    """Give a function that returns a tensor as nested lists of numbers."""
    return lambda x: backend.d2l.numpy(x).tolist()


ALIASES = {
    "abs": [[1, 2], [3, 4]],
    "argmax": [0, 1],
    "concat": [[1, -2], [3, 4], [1, -2], [3, 4]],
    "matmul": [[-5, -10], [15, 10]],
    "ones_like": [[1, 1], [1, 1]],
    "reduce_mean": 1.5,
    "reduce_sum": [4, 2],
    "reshape": [[1], [-2], [3], [4]],
    "stack": [[[1, -2], [3, 4]], [[1, -2], [3, 4]]],
    "transpose": [[1, 3], [-2, 4]],
    "zeros_like": [[0, 0], [0, 0]],
}


def test_aliases_of_tensors(backend, values):
    d2l = backend.d2l
    X = d2l.tensor([[1.0, -2.0], [3.0, 4.0]])
    given = {"concat": ([X, X], 0), "stack": ([X, X], 0), "matmul": (X, X), "argmax": (X, 1)}
    given |= {"reduce_sum": (X, 0), "reshape": (X, (4, 1))}
    for name, expected in ALIASES.items():
        assert values(getattr(d2l, name)(*given.get(name, (X,)))) == expected, name
    for name, number in (("cos", 1), ("log", 0), ("sin", 0), ("tanh", 0)):
        X = (d2l.ones if name == "log" else d2l.zeros)((2,))
        assert values(getattr(d2l, name)(X)) == [number] * 2, name
    assert values(d2l.arange(3)) == [0, 1, 2]
    assert values(d2l.eye(2)) == [[1, 0], [0, 1]]
    assert d2l.size(d2l.ones((2, 2))) == 4
    for dtype in ("int32", "float32"):
        assert d2l.numpy(d2l.astype(d2l.eye(2), getattr(d2l, dtype))).dtype == dtype


def test_random_tensors(backend):
    d2l, shape = backend.d2l, (2, 3)
    # where the frameworks do not agree
    tensorflow = backend.name == "tensorflow"
    X = d2l.normal(*((shape, 7.0, 1e-3) if tensorflow else (7.0, 1e-3, shape)))
    assert tuple(X.shape) == shape and abs(d2l.numpy(X) - 7).max() < 0.1
    X = d2l.rand(*(shape if backend.name in ("mxnet", "pytorch") else (shape,)))
    assert tuple(X.shape) == shape and ((d2l.numpy(X) >= 0) & (d2l.numpy(X) < 1)).all()


def count(backend, start, *shape):
    X = start + np.arange(np.prod(shape), dtype=np.float32)
    return backend.d2l.tensor(X.reshape(shape).tolist())


@pytest.fixture
def edges(backend):
    """Return the image of chapter 1, black between two edges, and the kernel that finds them."""
    X = np.ones((6, 8))
    X[:, 2:6] = 0
    return backend.d2l.tensor(X.tolist()), backend.d2l.tensor([[1.0, -1.0]])


def test_cross_correlation_gives_the_values_of_chapter_1(backend, values, edges):
    d2l, (X, K) = backend.d2l, edges
    made = d2l.corr2d(count(backend, 0, 3, 3), count(backend, 0, 2, 2))
    assert values(made) == [[19, 25], [37, 43]]
    assert values(d2l.corr2d(X, K)) == [[0, 1, 0, 0, 0, -1, 0]] * 6
    assert values(d2l.corr2d(d2l.transpose(X), K)) == [[0] * 5] * 8


def test_a_kernel_is_learned_through_corr2d_and_sgd(backend, values, edges):
    d2l, (X, true) = backend.d2l, edges
    Y, K = d2l.corr2d(X, true), backend.watched(d2l.tensor([[0.0, 0.0]]))
    for i in range(30):
        gradient = backend.gradient(lambda K: d2l.reduce_sum((d2l.corr2d(X, K) - Y) ** 2), K)
        assert i > 0 or values(gradient) == [[-12, 12]]
        d2l.sgd([K], *([[gradient]] if backend.name == "tensorflow" else []), 0.06, 2)
        assert i > 0 or values(K)[0] == pytest.approx([0.36, -0.36])
    assert values(K)[0] == pytest.approx([1, -1], abs=0.05)


def test_comp_conv2d_gives_the_values_of_chapter_2(backend, values):
    d2l = backend.d2l
    for expected, size, padding, strides in (
        ((8, 8), 3, 1, 1),
        ((8, 8), (5, 3), (2, 1), 1),
        ((4, 4), 3, 1, 2),
        ((2, 2), (3, 5), (0, 1), (3, 4)),
    ):
        layer = backend.conv(1, 1, size, strides, padding)
        assert tuple(d2l.comp_conv2d(layer, d2l.ones((8, 8))).shape) == expected
    K = np.arange(4, dtype=np.float32).reshape(1, 1, 2, 2)
    made = d2l.comp_conv2d(convolution_with(backend, K), count(backend, 0, 3, 3))
    assert values(made) == [[0, 8], [6, 8]]


def convolution_with(backend, K):
    """Return the layer of chapter 2 with this kernel."""
    if backend.name == "mxnet":  # whose comp_conv2d draws a layer's weights
        init = backend.native.init.Constant(backend.tensor(K))
        return backend.nn.Conv2D(1, 2, (3, 2), 1, use_bias=False, weight_initializer=init)
    layer = backend.conv(1, 1, 2, (3, 2), 1)
    backend.infer(layer, backend.images(np.zeros((1, 1, 3, 3))))
    convolution = layer.layers[-1] if backend.name == "tensorflow" else layer
    backend.set(convolution, W=K, b=np.zeros(1, np.float32))
    return layer


def test_channels_give_the_values_of_chapter_3(backend, values):
    d2l = backend.d2l
    X = d2l.stack([count(backend, 0, 3, 3), count(backend, 1, 3, 3)], 0)
    K = d2l.stack([count(backend, 0, 2, 2), count(backend, 1, 2, 2)], 0)
    first = [[56, 72], [104, 120]]
    assert values(d2l.corr2d_multi_in(X, K)) == first
    assert values(d2l.corr2d_multi_in_out(X, d2l.stack([K, K + 1, K + 2], 0))) == [
        first,
        [[76, 100], [148, 172]],
        [[96, 128], [192, 224]],
    ]
    rng = np.random.default_rng(0)
    X, K = (rng.normal(size=size).astype(np.float32) for size in ((3, 3, 3), (2, 3, 1, 1)))
    made = d2l.corr2d_multi_in_out(d2l.tensor(X.tolist()), d2l.tensor(K.tolist()))
    by_matmul = (K.reshape(2, 3) @ X.reshape(3, 9)).reshape(2, 3, 3)
    np.testing.assert_allclose(d2l.numpy(made), by_matmul, atol=1e-5)


def test_pooling_gives_the_values_of_chapter_4(backend, values):
    d2l, X = backend.d2l, count(backend, 0, 3, 3)
    assert values(d2l.pool2d(X, (2, 2))) == [[4, 5], [7, 8]]
    assert values(d2l.pool2d(X, (2, 2), "avg")) == [[2, 3], [5, 6]]
    assert tuple(d2l.pool2d(X, (3, 1)).shape) == (1, 3)
    with pytest.raises(ValueError, match="mode must be 'max' or 'avg', not 'median'"):
        d2l.pool2d(X, (2, 2), "median")


def test_blocks_have_the_shapes_and_parameters_of_chapters_7_to_9(backend):
    d2l = backend.d2l

    def rows(channels, side, make, *args):
        block = backend.sized(make, channels, *args)
        lines = printed(d2l.summary, block, backend.shape(channels, side)).splitlines()
        lines = [re.split(r"\s{2,}", line) for line in lines]
        return [line[:3] for line in lines[2:-1]], lines[-1][1]

    def convolutions(channels, side, *parameters):
        shape = str(backend.shape(channels, side))
        pairs = ([["convolution", shape, n], ["ReLU", shape, "0"]] for n in parameters)
        return [row for pair in pairs for row in pair]

    pool = ["max pool", str(backend.shape(8, 8)), "0"]
    vgg = ([*convolutions(8, 16, "224", "584"), pool], "808")
    assert rows(3, 16, lambda *args: d2l.vgg_block(2, *args), 8) == vgg
    valid, same = ("valid", "same") if backend.name == "tensorflow" else (0, 2)
    nin = (convolutions(96, 54, "11,712", "9,312", "9,312"), "30,336")
    assert rows(1, 224, d2l.nin_block, 96, 11, 4, valid) == nin
    nin = (convolutions(16, 26, "1,216", "272", "272"), "1,760")
    assert rows(3, 26, d2l.nin_block, 16, 5, 1, same) == nin
    inception = ([["Inception block", str(backend.shape(256, 12)), "163,696"]], "163,696")
    assert rows(192, 12, d2l.Inception, 64, (96, 128), (16, 32), 32) == inception


@pytest.fixture(scope="module")
def batches(backend):
    return [list(data)[:3] for data in backend.d2l.load_data_fashion_mnist(256)]


@pytest.fixture
def net(backend):
    b = backend
    net = b.sequential(b.flatten(), b.dense(784, 16), b.relu(), b.dense(16, 10))
    if b.name == "mxnet":
        net.initialize(b.native.init.Xavier())
    return net


@pytest.fixture
def train_ch5(backend, net, batches):
    """Give a function that returns what a training of the network prints."""

    def train(kind, lr, num_epochs, train_iter=batches[0]):
        optimizer = backend.optimizer(kind, net, lr)
        args = (256, optimizer, backend.d2l.try_gpu(), num_epochs)
        return printed(backend.d2l.train_ch5, net, train_iter, batches[1], *args)

    return train


def test_train_ch5_prints_a_line_an_epoch(train_ch5, monkeypatch):
    assert re.fullmatch(EPOCH.format(1), train_ch5("SGD", 0.1, 3))
    monkeypatch.setenv("D2L_QUICK", "0")
    assert re.fullmatch(EPOCH.format(1) + EPOCH.format(2), train_ch5("SGD", 0.1, 2))
    said = train_ch5("SGD", 0.1, 0)
    assert said.startswith("ValueError: num_epochs must be") and "not 0" in said
    said = train_ch5("SGD", 0.1, 1, train_iter=[])
    assert said.startswith("ValueError: train_iter must hold at least one batch")


def test_train_ch5_uses_the_weights_and_the_optimizer_it_is_given(
    backend, net, batches, train_ch5, monkeypatch
):
    d2l, (train, test) = backend.d2l, batches
    monkeypatch.setenv("D2L_QUICK", "0")
    before = d2l.numpy(net(train[0][0]))
    train_ch5("SGD", 1e-9, 2)
    np.testing.assert_allclose(d2l.numpy(net(train[0][0])), before, atol=1e-4)
    printed = train_ch5("Adam", 0.003, 12).splitlines(keepends=True)
    last = re.fullmatch(EPOCH.format(12), printed[-1])
    assert float(last[1]) > 0.6
    # its result is what evaluating once more gives
    again = [d2l.evaluate_accuracy(net, test), d2l.evaluate_accuracy_gpu(net, test, d2l.try_gpu())]
    assert again == pytest.approx([float(last[2])] * 2, abs=6e-4)


def test_train_ch5_divides_by_the_batch_size_where_old_readers_expect_it(backend, values):
    """One step on half a batch, with weights that start at zero."""
    b = backend
    net = b.sequential(b.flatten(), b.dense(1, 2))
    X, y = b.images(np.ones((2, 1, 1, 1))), b.tensor(np.zeros(2, np.int64))
    b.infer(b.initialized(net), X)
    b.set(b.layers_of(net)[1], W=np.zeros((2, 1), np.float32), b=np.zeros(2, np.float32))
    args = (4, b.optimizer("SGD", net, 1.0), b.d2l.try_gpu(), 1)
    printed(b.d2l.train_ch5, net, [(X, y)], [(X, y)], *args)
    step = 0.25 if b.name == "mxnet" else 0.5
    # a bias steps as far as a weight
    assert values(net(X))[0] == pytest.approx([2 * step, -2 * step], abs=1e-5)


def test_train_ch6_takes_the_device_as_old_readers_pass_it(backend, net, batches):
    args = (*batches, 2, 0.1, backend.d2l.try_gpu())
    assert RESULT.fullmatch(printed(backend.d2l.train_ch6, backend.given(net), *args))


@pytest.mark.frameworks("tensorflow", "keras2")
def test_train_callback_draws_and_prints(backend, net, monkeypatch):
    d2l, loss = backend.d2l, backend.native.keras.losses.SparseCategoricalCrossentropy
    train, test = d2l.load_data_fashion_mnist(256)
    net.compile(optimizer="sgd", loss=loss(from_logits=True), metrics=["accuracy"])
    for quick, num_epochs, drawn in (("0", 2, [1, 2]), ("1", 5, [1])):
        monkeypatch.setenv("D2L_QUICK", quick)
        callback = d2l.TrainCallback(net, train, test, num_epochs, "/CPU:0")
        how = {"epochs": num_epochs, "verbose": 0, "callbacks": [callback]}
        assert RESULT.fullmatch(printed(net.fit, train, **how))
        assert len(callback.timer.times) == len(drawn) and callback.animator.X[2] == drawn
    assert callback.animator.Y[2][-1] == pytest.approx(d2l.evaluate_accuracy(net, test))


def test_devices_and_workers(backend):
    d2l = backend.d2l
    assert len(d2l.try_all_gpus()) == max(1, d2l.num_gpus())
    expected = 0 if backend.name in ("tensorflow", "paddle") else min(4, os.cpu_count())
    assert d2l.get_dataloader_workers() == expected


def test_figures_take_the_framework_s_tensors(backend):
    from matplotlib import pyplot

    d2l = backend.d2l
    x = backend.watched(d2l.tensor([0.0, 1.0, 2.0]))
    d2l.set_figsize((4, 3))
    d2l.plot(x, [x**2, 2 * x], "x", "y", legend=["square", "double"])
    lines = [line.get_xydata().tolist() for line in pyplot.gca().get_lines()]
    assert lines == [[[0, 0], [1, 1], [2, 4]], [[0, 0], [1, 2], [2, 4]]]
    pyplot.close("all")
    X, y = next(iter(d2l.load_data_fashion_mnist(4)[1]))
    d2l.show_fashion_mnist(X, d2l.get_fashion_mnist_labels(y))
    axes = pyplot.gcf().axes
    assert [len(axis.images) for axis in axes] == [1] * 4 and axes[0].get_title() == "ankle boot"
    assert len(d2l.show_images(X, 2, 2)) == 4
    pyplot.close("all")
