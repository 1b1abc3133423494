"""The same names in every framework's module: each is there, and does what the book says."""

import inspect
import os
import re

import numpy as np
import pytest
from backend import RESULT, printed

from bookbuild.pages import names
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS
from d2l_shim.training import device_name

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
    BasicBlock Bottleneck alexnet batches conv_norm cost googlenet lenet lenet_bn load_weights nin
    num_gpus one_cycle resnet resnet_stem save_weights summary vgg
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


def test_a_kernel_is_learned_through_corr2d_and_sgd(backend, values):
    """From the image of chapter 1, black between two edges, and the kernel that finds them."""
    d2l, image = backend.d2l, np.ones((6, 8))
    image[:, 2:6] = 0
    X = d2l.tensor(image.tolist())
    Y, K = d2l.corr2d(X, d2l.tensor([[1.0, -1.0]])), backend.watched(d2l.tensor([[0.0, 0.0]]))
    assert values(Y) == [[0, 1, 0, 0, 0, -1, 0]] * 6
    for i in range(30):
        gradient = backend.gradient(lambda K: d2l.reduce_sum((d2l.corr2d(X, K) - Y) ** 2), K)
        assert i > 0 or values(gradient) == [[-12, 12]]
        d2l.sgd([K], *([[gradient]] if backend.name == "tensorflow" else []), 0.06, 2)
        assert i > 0 or values(K)[0] == pytest.approx([0.36, -0.36])
    assert values(K)[0] == pytest.approx([1, -1], abs=0.05)


@pytest.fixture(scope="module")
def batches(backend):
    return [list(data)[:3] for data in backend.d2l.load_data_fashion_mnist(256)]


@pytest.fixture
def net(backend):
    b = backend
    return b.initialized(b.sequential(b.flatten(), b.dense(784, 16), b.relu(), b.dense(16, 10)))


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
    # TensorFlow's has no text of its own
    here, none = (
        device_name(getattr(device, "_device_name", device))
        for device in (d2l.try_gpu(), d2l.try_gpu(99))
    )
    assert (here == "cpu" or d2l.num_gpus() > 0) and none in ("cpu", "mps")
    assert len(d2l.try_all_gpus()) == max(1, d2l.num_gpus())
    expected = 0 if backend.name in ("tensorflow", "paddle") else min(4, os.cpu_count())
    assert d2l.get_dataloader_workers() == expected


def test_figures_take_the_framework_s_tensors(backend):
    from matplotlib import pyplot

    d2l = backend.d2l
    x = backend.watched(d2l.tensor([0.0, 1.0, 2.0]))
    d2l.set_figsize((4, 3))
    d2l.plot(x)  # which the next one clears
    d2l.plot(x, [x**2, 2 * x], "x", "y", legend=["square", "double"])
    lines = [line.get_xydata().tolist() for line in pyplot.gca().get_lines()]
    assert lines == [[[0, 0], [1, 1], [2, 4]], [[0, 0], [1, 2], [2, 4]]]
    pyplot.close("all")
    X, y = next(iter(d2l.load_data_fashion_mnist(4)[1]))
    d2l.show_fashion_mnist(X, d2l.get_fashion_mnist_labels(y))
    axes = pyplot.gcf().axes
    assert [len(axis.images) for axis in axes] == [1] * 4 and axes[0].get_title() == "ankle boot"
    assert pyplot.gcf().get_size_inches().tolist() == [12, 3]
    assert len(d2l.show_images(X, 2, 2)) == 4
    pyplot.close("all")
