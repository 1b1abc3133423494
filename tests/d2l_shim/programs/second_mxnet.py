"""Chapters 6 and 7 of the second edition in MXNet, and what people do with its package."""

import tempfile

from d2l import mxnet as d2l
from d2l.mxnet import *
from d2l.mxnet import d2l as again
from mxnet import autograd, gluon, init, nd, np, npx
from mxnet.gluon import nn

npx.set_np()
npx.random.seed(0)
assert again is d2l and d2l.np is np and d2l.init is init and transforms and pd
assert d2l.gluon.data.DataLoader and image and rnn and d2l.math.pi

# 6.6 LeNet
net = nn.Sequential()
net.add(
    nn.Conv2D(channels=6, kernel_size=5, padding=2, activation="sigmoid"),
    nn.AvgPool2D(pool_size=2, strides=2),
    nn.Dense(84, activation="sigmoid"),
    nn.Dense(10),
)
batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)

# a loop of one's own
net.initialize(force_reinit=True, ctx=d2l.try_gpu(), init=init.Xavier())
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.9})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
metric = d2l.Accumulator(3)
for X, y in train_iter:
    X, y = X.as_in_ctx(d2l.try_gpu()), y.as_in_ctx(d2l.try_gpu())
    with autograd.record():
        y_hat = net(X)
        l = loss(y_hat, y)
    l.backward()
    trainer.step(X.shape[0])
    metric.add(l.sum(), d2l.accuracy(y_hat, y), d2l.size(y))
assert metric[2] == 1280

lr, num_epochs = 0.9, 10
d2l.train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
assert 0 <= d2l.evaluate_accuracy_gpu(net, test_iter) <= 1
assert d2l.plt.get_fignums() and len(d2l.plt.gcf().axes[0].lines) == 3
with tempfile.TemporaryDirectory() as folder:
    d2l.plt.savefig(f"{folder}/curves.png")
d2l.plt.close("all")

# all is drawn anew, as the original did
net = nn.Sequential()
net.add(nn.Conv2D(2, kernel_size=5), nn.BatchNorm(), nn.Dense(10))
d2l.train_ch6(net, train_iter, test_iter, 2, 1e-9, d2l.try_gpu())
bias, weight = net[0].bias.data(), net[2].weight.data()
assert float(np.abs(bias).max()) < 1e-9 and float(np.abs(weight).max()) > 0

# files of weights: the ResNet-18 of d2l takes any number of channels
net = d2l.resnet18(10)
net.initialize()
net(np.ones((1, 1, 28, 28)))
with tempfile.TemporaryDirectory() as folder:
    net.save_parameters(f"{folder}/old.params")
    names = set(nd.load(f"{folder}/old.params"))
    net.load_parameters(f"{folder}/old.params")
assert {"0.weight", "1.running_mean", "3.0.conv1.weight", "8.bias"} <= names
assert "4.0.conv3.weight" in names and len(names) == 110
assert 0 <= d2l.evaluate_accuracy_gpus(net, test_iter) <= 1
