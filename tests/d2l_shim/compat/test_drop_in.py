"""What every drop-in for d2l has, whatever the framework; programs/ has what differs."""

import functools
import importlib

import numpy as np
import pytest
from matplotlib import pyplot

LOSSES = {
    "mxnet": lambda mxnet: mxnet.gluon.loss.SoftmaxCrossEntropyLoss(),
    "pytorch": lambda torch: torch.nn.CrossEntropyLoss(reduction="none"),
    "tensorflow": lambda tf: tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "paddle": lambda paddle: paddle.nn.CrossEntropyLoss(reduction="none"),
}
ABSENT = {
    "mxnet": lambda mxnet: mxnet.npx.gpu(9),
    "pytorch": lambda torch: "cuda:9",
    "tensorflow": lambda tf: tf.device("/GPU:9"),
}


@pytest.fixture(scope="module")
def d2l(backend):
    return importlib.import_module(f"d2l_shim.compat.d2l.{backend.framework.module}")


@pytest.fixture(scope="module")
def batches(d2l):
    return d2l.load_data_fashion_mnist(256)


@pytest.fixture
def net(backend):
    return backend.initialized(backend.sequential(backend.flatten(), backend.dense(784, 10)))


@pytest.mark.frameworks("mxnet", "pytorch", "paddle")
def test_data_loaders_have_a_dataset(backend, batches):
    train_iter, test_iter = batches
    X, y = train_iter.dataset[0]
    assert tuple(X.shape) == backend.shape(1, 28)[1:] and 0 <= y < 10
    assert (len(train_iter), len(test_iter.dataset), test_iter.batch_size) == (5, 200, 256)


def test_a_line_is_fitted(backend, d2l):
    features, labels = d2l.synthetic_data(d2l.tensor([2, -3.4]), 4.2, 100)
    assert (*features.shape, *labels.shape) == (100, 2, 100, 1)
    w, b = backend.watched(d2l.zeros((2, 1))), d2l.tensor([4.2])

    def loss(w, X, y):
        return d2l.reduce_sum(d2l.squared_loss(d2l.linreg(X, w, b), y))

    for _ in range(10):
        for X, y in d2l.load_array((features, labels), 10):
            gradient = backend.gradient(functools.partial(loss, X=X, y=y), w)
            d2l.sgd([w], *([[gradient]] if backend.name == "tensorflow" else []), 0.1, 10)
    data = d2l.load_array((features, labels), 10, is_train=False)
    assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data, d2l.squared_loss) < 0.1


def test_a_classifier_is_trained_as_in_chapters_3_and_13(backend, d2l, batches, net):
    loss, trainer = LOSSES[backend.name](backend.native), backend.optimizer("SGD", net, 0.1)
    d2l.train_ch3(net, *batches, loss, 10, trainer)
    assert len(pyplot.gcf().axes[0].lines) == 3
    mean, accuracy = d2l.train_epoch_ch3(net, batches[0], loss, trainer)
    assert 0.5 < mean < 2 and accuracy > 0.3
    d2l.predict_ch3(net, batches[1])
    assert "\n" in pyplot.gcf().axes[0].get_title()
    if backend.name != "tensorflow":  # for which d2l had no chapter 13
        d2l.train_ch13(net, *batches, loss, backend.optimizer("SGD", net, 1e-4), 1)
        assert d2l.evaluate_accuracy_gpu(net, batches[1]) > 0.3
    pyplot.close("all")


def test_boxes(d2l):
    axes = pyplot.gca()
    d2l.show_bboxes(axes, d2l.tensor([[0, 0, 2, 3.0], [1, 1, 2, 2]]), ["a"], "r")
    assert axes.patches[-2].get_height() == 3 and axes.texts[-1].get_text() == "a"
    pyplot.close("all")


def test_resnet18_has_a_stem_of_one_small_convolution(backend, d2l):
    X = backend.images(np.zeros((1, 3, 32, 32)))
    for layer in backend.layers_of(backend.initialized(d2l.resnet18(10, 3)))[:3]:
        X = layer(X)
    assert tuple(X.shape) == backend.shape(64, 32)


@pytest.mark.frameworks(*ABSENT)
def test_a_device_that_is_not_there_is_said(backend, d2l, batches, net):
    device = ABSENT[backend.name](backend.native)
    with pytest.raises(ValueError, match=r"d2l\.try_gpu\(\)"):
        d2l.train_ch6(backend.given(net), *batches, 1, 0.1, device)
