"""Chapter 6 of the second edition in PyTorch, and what people do with its package."""

import os
import tempfile

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from d2l import torch as d2l
from d2l.torch import *
from d2l.torch import d2l as again


class Own(Dataset):
    def __len__(self):
        return 4

    def __getitem__(self, i):
        return d2l.ones(1, 28, 28), i % 10


class Quiet(d2l.Animator):
    """Draws in a way of its own, with what the original kept."""

    def add(self, x, y):
        if not self.X:
            self.X, self.Y = [[]], [[]]
        self.X[0].append(x)
        self.Y[0].append(y)
        self.axes[0].cla()
        for xs, ys, fmt in zip(self.X, self.Y, self.fmts):
            self.axes[0].plot(xs, ys, fmt)
        self.config_axes()


def main():
    torch.manual_seed(0)
    assert again is d2l and d2l.plt is plt and os.path is d2l.os.path
    assert nn.Linear is d2l.nn.Linear and F is d2l.F
    assert d2l.Image.open and d2l.math.pi and transforms and pd and defaultdict
    assert d2l.data.DataLoader is DataLoader and d2l.randn(2).shape == (2,)

    # 6.2 cross-correlation
    X, K = d2l.reshape(d2l.arange(9.0), (3, 3)), d2l.reshape(d2l.arange(4.0), (2, 2))
    assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]

    # what is trained: the weights of these two layers are drawn, nothing else
    net = nn.Sequential(nn.Conv2d(1, 2, 5), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(1152, 10))
    with torch.no_grad():
        for value, parameter in enumerate(net.parameters()):
            parameter.fill_(value + 2)
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    num_batches = len(train_iter)
    assert num_batches // 5 > 0 and next(iter(train_iter))[0].shape == (256, 1, 28, 28)
    d2l.train_ch6(net, train_iter, test_iter, 3, 1e-9, d2l.try_gpu())
    kept = [round(float(parameter.mean())) for parameter in net.parameters()]
    assert kept == [0, 3, 4, 5, 0, 7], kept
    torch.manual_seed(1)
    d2l.train_ch6(net, train_iter, test_iter, 1, 1e-9)
    torch.manual_seed(1)
    for layer in (net[0], net[3]):
        drawn = nn.init.xavier_uniform_(torch.empty_like(layer.weight))
        assert torch.allclose(layer.weight, drawn, atol=1e-6)

    # its curves are in pyplot's figure
    assert len(d2l.plt.get_fignums()) == 2 and len(d2l.plt.gcf().axes[0].lines) == 3
    with tempfile.TemporaryDirectory() as folder:
        d2l.plt.savefig(f"{folder}/curves.png")
        assert d2l.Image.open(f"{folder}/curves.png").size[0] > 100
    d2l.plt.close("all")
    quiet = Quiet(xlabel="epoch", legend=["mine"])
    quiet.add(1, 0.5)
    quiet.add(2, 0.25)
    assert quiet.axes[0].get_xlabel() == "epoch" and len(quiet.axes[0].lines) == 1

    # data loaders have a dataset
    X, y = train_iter.dataset[0]
    assert X.shape == (1, 28, 28) and 0 <= y < 10 and len(test_iter.dataset) == 200
    assert sum(1 for _ in test_iter.dataset) == 200 and test_iter.batch_size == 256

    # 6.6 a loop of one's own
    optimizer = torch.optim.SGD(net.parameters(), lr=0.9)
    loss = nn.CrossEntropyLoss()
    animator = d2l.Animator(xlabel="epoch", xlim=[1, 1], legend=["train loss", "test acc"])
    timer, metric = d2l.Timer(), d2l.Accumulator(3)
    net.train()
    for i, (X, y) in enumerate(train_iter):
        timer.start()
        optimizer.zero_grad()
        y_hat = net(X)
        l = loss(y_hat, y)
        l.backward()
        optimizer.step()
        with torch.no_grad():
            metric.add(l * X.shape[0], d2l.accuracy(y_hat, y), d2l.size(y))
        timer.stop()
        animator.add((i + 1) / num_batches, (metric[0] / metric[2], None))
    animator.add(1, (None, d2l.evaluate_accuracy_gpu(net, test_iter)))
    assert not net.training and metric[2] == 1280
    assert 0 < timer.avg() < timer.sum() == timer.cumsum()[-1]
    d2l.plt.close("all")

    # regression
    true_w, true_b = d2l.tensor([2, -3.4]), 4.2
    features, labels = d2l.synthetic_data(true_w, true_b, 100)
    assert features.shape == (100, 2) and labels.shape == (100, 1)
    w, b = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(10):
        for X, y in d2l.load_array((features, labels), 10):
            d2l.squared_loss(d2l.linreg(X, w, b), y).sum().backward()
            d2l.sgd([w, b], 0.1, 10)
    assert (
        d2l.evaluate_loss(
            lambda X: d2l.linreg(X, w, b), d2l.load_array((features, labels), 10), d2l.squared_loss
        )
        < 0.1
    )
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    loss = nn.CrossEntropyLoss(reduction="none")
    trainer = torch.optim.SGD(net.parameters(), 0.1)
    d2l.train_ch3(net, train_iter, test_iter, loss, 10, trainer)
    shares = d2l.train_epoch_ch3(
        net, train_iter, loss, lambda size: d2l.sgd(net.parameters(), 0.1, size)
    )
    assert 0.5 < shares[0] < 2 and shares[1] > 0.3, shares
    d2l.predict_ch3(net, test_iter)
    assert "\n" in d2l.plt.gcf().axes[0].get_title()
    d2l.train_ch13(net, train_iter, test_iter, loss, trainer, 1)

    # accuracy of one column, of several inputs, of pixels
    column = d2l.tensor([[1], [1], [1], [0]])
    assert d2l.accuracy(column, 1 - column) == 0 and d2l.accuracy(column, column) == 4
    inputs = [d2l.rand(3, 2), d2l.rand(3, 2)]

    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.f = nn.Linear(4, 2)

        def forward(self, X):
            return self.f(torch.cat(X, 1))

    assert 0 <= d2l.evaluate_accuracy_gpu(Two(), [(inputs, d2l.tensor([0, 1, 1]))]) <= 1
    maps = nn.Conv2d(1, 3, 1)
    pixels = torch.zeros(2, 4, 4, dtype=torch.long)
    assert 0 <= d2l.evaluate_accuracy_gpu(maps, [(d2l.rand(2, 1, 4, 4), pixels)]) <= 1

    # 12.6: files of weights, and a stem of one 3x3 convolution
    net = d2l.resnet18(10)
    names = set(net.state_dict())
    assert {"0.weight", "1.running_mean", "resnet_block1.0.conv1.weight", "fc.1.bias"} <= names
    assert "resnet_block2.0.conv3.weight" in names and isinstance(net.fc[1], nn.Linear)
    assert net.fc[1].out_features == 10 and len(names) == 127
    assert d2l.resnet18(10, 3)[:3](d2l.rand(1, 3, 32, 32)).shape == (1, 64, 32, 32)
    assert d2l.Residual(3, 6, use_1x1conv=True, strides=2)(d2l.rand(4, 3, 6, 6)).shape == (
        4,
        6,
        3,
        3,
    )

    # boxes
    axes = d2l.plt.gca()
    d2l.show_bboxes(axes, d2l.tensor([[0, 0, 2, 3.0], [1, 1, 2, 2]]), ["a"], "r")
    assert axes.patches[-2].get_height() == 3 and axes.texts[-1].get_text() == "a"

    # a worker that is spawned, not forked, has the old names as well
    for method in ("spawn", "forkserver"):
        if method in torch.multiprocessing.get_all_start_methods():
            loader = DataLoader(Own(), 2, num_workers=1, multiprocessing_context=method)
            assert next(iter(loader))[0].shape == (2, 1, 28, 28)

    # what ends in a sentence
    for attempt, sentence in (
        (lambda: d2l.train_ch6(net, train_iter, test_iter, 1, 0.1, "cuda:9"), "d2l.try_gpu()"),
        (lambda: d2l.RNNModel, "recurrent layer"),
        (lambda: d2l.bleu, "copy its definition"),
        (lambda: d2l.downlod, "`print(d2l.__all__)`"),
        (lambda: d2l.download("no such file"), "is not in DATA_HUB"),
    ):
        try:
            attempt()
        except (ValueError, AttributeError, RuntimeError) as error:
            assert sentence in str(error), error
        else:
            raise AssertionError(sentence)


if __name__ == "__main__":
    main()
