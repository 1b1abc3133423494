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

# 6.2 cross-correlation
X = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = np.array([[0.0, 1.0], [2.0, 3.0]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]

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
assert len(train_iter) // 5 > 0 and next(iter(train_iter))[0].shape == (256, 1, 28, 28)
X, y = train_iter.dataset[0]
assert X.shape == (1, 28, 28) and 0 <= y < 10 and len(test_iter.dataset) == 200

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

# 7.6 ResNet
net = nn.Sequential()
net.add(
    nn.Conv2D(8, kernel_size=7, strides=2, padding=3),
    nn.BatchNorm(),
    nn.Activation("relu"),
    d2l.Residual(8),
    d2l.Residual(16, use_1x1conv=True, strides=2),
    nn.GlobalAvgPool2D(),
    nn.Dense(10),
)
small_iter, small_test_iter = d2l.load_data_fashion_mnist(batch_size, resize=32)
d2l.train_ch6(net, small_iter, small_test_iter, 1, 0.1, d2l.try_gpu())
assert float(np.abs(net[1].running_mean.data()).sum()) > 0

# 12.6: the ResNet-18 of d2l has a stem of one 3x3 convolution, and takes any number of channels
net = d2l.resnet18(10)
net.initialize()
assert net[0:3](np.random.uniform(size=(1, 3, 32, 32))).shape == (1, 64, 32, 32)

# files of weights
net = d2l.resnet18(10)
net.initialize()
net(np.ones((1, 1, 28, 28)))
with tempfile.TemporaryDirectory() as folder:
    net.save_parameters(f"{folder}/old.params")
    names = set(nd.load(f"{folder}/old.params"))
    net.load_parameters(f"{folder}/old.params")
assert {"0.weight", "1.running_mean", "3.0.conv1.weight", "8.bias"} <= names
assert "4.0.conv3.weight" in names and len(names) == 110

# regression
features, labels = d2l.synthetic_data(np.array([2, -3.4]), 4.2, 100)
assert features.shape == (100, 2) and labels.shape == (100, 1)
w, b = np.zeros((2, 1)), np.zeros(1)
w.attach_grad()
b.attach_grad()
for _ in range(10):
    for X, y in d2l.load_array((features, labels), 10):
        with autograd.record():
            loss = d2l.squared_loss(d2l.linreg(X, w, b), y)
        loss.backward()
        d2l.sgd([w, b], 0.1, 10)
data = d2l.load_array((features, labels), 10, is_train=False)
assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data, d2l.squared_loss) < 0.1
net = nn.Sequential()
net.add(nn.Dense(10))
net.initialize(init=init.Normal(sigma=0.01))
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
d2l.train_ch3(net, train_iter, test_iter, loss, 10, trainer)
shares = d2l.train_epoch_ch3(net, train_iter, loss, trainer)
assert 0.5 < shares[0] < 2 and shares[1] > 0.3, shares
d2l.predict_ch3(net, test_iter)
assert "\n" in d2l.plt.gcf().axes[0].get_title()
d2l.train_ch13(net, train_iter, test_iter, loss, trainer, 1)
assert d2l.evaluate_accuracy_gpus(net, test_iter) > 0.3

column = np.array([[1], [1], [1], [0]])
assert d2l.accuracy(column, 1 - column) == 0 and d2l.accuracy(column, column) == 4
axes = d2l.plt.gca()
d2l.show_bboxes(axes, np.array([[0, 0, 2, 3.0]]), ["a"])
assert axes.patches[-1].get_height() == 3

try:
    d2l.train_ch6(net, train_iter, test_iter, 1, 0.1, npx.gpu(9))
except ValueError as error:
    assert "d2l.try_gpu()" in str(error), error
else:
    raise AssertionError
