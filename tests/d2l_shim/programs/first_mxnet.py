"""Chapter 5 of the first edition in MXNet, with classic arrays, and what people do with it."""

import sys
import tempfile

from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

sys.path.append("..")
import d2lzh
import d2lzh.utils as d2l
from d2lzh.utils import *

random.seed(0)
mx.random.seed(0)
assert d2l is d2lzh and d2l.nd is nd and mx and np and plt and time and gdata

# 5.1 two-dimensional convolution
X = nd.array([[0, 1, 2], [3, 4, 5], [6, 7, 8]])
K = nd.array([[0, 1], [2, 3]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).asnumpy().tolist() == [[19, 25], [37, 43]]

# 5.5 LeNet
net = nn.Sequential()
net.add(
    nn.Conv2D(channels=6, kernel_size=5, activation="sigmoid"),
    nn.MaxPool2D(pool_size=2, strides=2),
    nn.Dense(84, activation="sigmoid"),
    nn.Dense(10),
)
batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)
for X, y in train_iter:
    print(X.shape, y.shape, type(X))
    assert isinstance(X, nd.NDArray) and X.shape[1:] == (1, 28, 28)
    break
ctx = d2l.try_gpu()
net.initialize(force_reinit=True, ctx=ctx, init=init.Xavier())
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.9})
d2l.train_ch5(net, train_iter, test_iter, batch_size, trainer, ctx, 5)
assert 0 <= d2l.evaluate_accuracy(test_iter, net, ctx) <= 1

# chapter 3: regression, and softmax regression
features = nd.random.normal(shape=(100, 2))
labels = nd.dot(features, nd.array([2, -3.4])) + 4.2
w, b = nd.zeros((2, 1)), nd.zeros((1,))
for array in (w, b):
    array.attach_grad()
for _ in range(10):
    for X, y in d2l.data_iter(10, features, labels):
        with autograd.record():
            l = d2l.squared_loss(d2l.linreg(X, w, b), y)
        l.backward()
        d2l.sgd([w, b], 0.1, 10)
assert l.mean().asscalar() < 1

net = nn.Sequential()
net.add(nn.Dense(10))
net.initialize(init.Normal(sigma=0.01))
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
d2l.train_ch3(net, train_iter, test_iter, loss, 5, 256, None, None, trainer)
arrays = [nd.zeros((784, 10)), nd.zeros((10,))]
for array in arrays:
    array.attach_grad()
d2l.train_ch3(
    lambda X: nd.dot(X.reshape((-1, 784)), arrays[0]) + arrays[1],
    train_iter,
    test_iter,
    loss,
    1,
    256,
    arrays,
    0.1,
)
assert arrays[0].abs().max().asscalar() > 0 and d2l.evaluate_accuracy(test_iter, net) > 0.3
d2l.train(train_iter, test_iter, net, loss, trainer, d2l.try_all_gpus(), 1)
d2l.semilogy(range(1, 3), [nd.array([0.1]), 0.01], "epochs", "loss")
assert d2l.plt.gca().get_yscale() == "log"
assert d2l.show_bboxes

net = d2l.resnet18(10)
net.initialize()
net(nd.ones((1, 1, 28, 28)))
with tempfile.TemporaryDirectory() as folder:
    net.save_parameters(f"{folder}/old.params")
    names = set(nd.load(f"{folder}/old.params"))
assert {"0.weight", "3.0.conv1.weight", "6.1.bn2.running_var", "8.bias"} <= names
assert len(names) == 110
