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

    # what is trained: the weights of these two layers are drawn, nothing else
    net = nn.Sequential(nn.Conv2d(1, 2, 5), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(1152, 10))
    with torch.no_grad():
        for value, parameter in enumerate(net.parameters()):
            parameter.fill_(value + 2)
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    num_batches = len(train_iter)
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

    # 6.6 a loop of one's own
    loss = nn.CrossEntropyLoss()
    animator = d2l.Animator(xlabel="epoch", xlim=[1, 1], legend=["train loss", "test acc"])
    timer, metric = d2l.Timer(), d2l.Accumulator(3)
    net.train()
    for i, (X, y) in enumerate(train_iter):
        timer.start()
        y_hat = net(X)
        l = loss(y_hat, y)
        with torch.no_grad():
            metric.add(l * X.shape[0], d2l.accuracy(y_hat, y), d2l.size(y))
        timer.stop()
        animator.add((i + 1) / num_batches, (metric[0] / metric[2], None))
    animator.add(1, (None, d2l.evaluate_accuracy_gpu(net, test_iter)))
    assert not net.training and metric[2] == 1280
    assert 0 < timer.avg() < timer.sum() == timer.cumsum()[-1]
    d2l.plt.close("all")

    # an updater that is a function
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    loss = nn.CrossEntropyLoss(reduction="none")
    for _ in range(2):
        shares = d2l.train_epoch_ch3(
            net, train_iter, loss, lambda size: d2l.sgd(net.parameters(), 0.1, size)
        )
    assert 0.5 < shares[0] < 2 and shares[1] > 0.3, shares

    # accuracy of several inputs, of pixels
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

    # 12.6: files of weights
    net = d2l.resnet18(10)
    names = set(net.state_dict())
    assert {"0.weight", "1.running_mean", "resnet_block1.0.conv1.weight", "fc.1.bias"} <= names
    assert "resnet_block2.0.conv3.weight" in names and isinstance(net.fc[1], nn.Linear)
    assert net.fc[1].out_features == 10 and len(names) == 127

    # a worker that is spawned, not forked, has the old names as well
    for method in ("spawn", "forkserver"):
        if method in torch.multiprocessing.get_all_start_methods():
            loader = DataLoader(Own(), 2, num_workers=1, multiprocessing_context=method)
            assert next(iter(loader))[0].shape == (2, 1, 28, 28)

    # what ends in a sentence
    for attempt, sentence in (
        (lambda: d2l.RNNModel, "recurrent layer"),
        (lambda: d2l.bleu, "can be copied from there"),
        (lambda: d2l.downlod, "`print(d2l.__all__)`"),
        (lambda: d2l.download("no such file"), "is not in DATA_HUB"),
    ):
        try:
            attempt()
        except (AttributeError, RuntimeError) as error:
            assert sentence in str(error), error
        else:
            raise AssertionError(sentence)


if __name__ == "__main__":
    main()
