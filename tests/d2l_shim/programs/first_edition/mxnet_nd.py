"""Sections 5.1 to 5.11 of the first edition in MXNet, with classic arrays."""

import sys

from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

sys.path.append("..")
import d2lzh as d2l  # noqa: E402

# 5.1 two-dimensional convolution
X = nd.array([[0, 1, 2], [3, 4, 5], [6, 7, 8]])
K = nd.array([[0, 1], [2, 3]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).asnumpy().tolist() == [[19, 25], [37, 43]]


class Conv2D(nn.Block):
    def __init__(self, kernel_size, **kwargs):
        super(Conv2D, self).__init__(**kwargs)
        self.weight = self.params.get("weight", shape=kernel_size)
        self.bias = self.params.get("bias", shape=(1,))

    def forward(self, x):
        return d2l.corr2d(x, self.weight.data()) + self.bias.data()


layer = Conv2D((1, 2))
layer.initialize()
assert layer(nd.ones((6, 8))).shape == (6, 7)

X = nd.ones((6, 8))
X[:, 2:6] = 0
Y = d2l.corr2d(X, nd.array([[1, -1]]))
assert Y[0].asnumpy().tolist() == [0, 1, 0, 0, 0, -1, 0]

conv2d = nn.Conv2D(1, kernel_size=(1, 2))
conv2d.initialize()
X = X.reshape((1, 1, 6, 8))
Y = Y.reshape((1, 1, 6, 7))
for i in range(10):
    with autograd.record():
        Y_hat = conv2d(X)
        l = (Y_hat - Y) ** 2
    l.backward()
    conv2d.weight.data()[:] -= 3e-2 * conv2d.weight.grad()
    if (i + 1) % 2 == 0:
        print("batch %d, loss %.3f" % (i + 1, l.sum().asscalar()))
left, right = conv2d.weight.data().reshape((2,)).asnumpy()
assert abs(left - 1) < 0.15 and abs(right + 1) < 0.15


# 5.2 padding and stride
def comp_conv2d(conv2d, X):
    conv2d.initialize()
    X = X.reshape((1, 1) + X.shape)
    Y = conv2d(X)
    return Y.reshape(Y.shape[2:])


X = nd.random.uniform(shape=(8, 8))
assert comp_conv2d(nn.Conv2D(1, kernel_size=3, padding=1), X).shape == (8, 8)
conv2d = nn.Conv2D(1, kernel_size=(3, 5), padding=(0, 1), strides=(3, 4))
assert comp_conv2d(conv2d, X).shape == (2, 2)


# 5.3 channels
def corr2d_multi_in(X, K):
    return nd.add_n(*[d2l.corr2d(x, k) for x, k in zip(X, K)])


def corr2d_multi_in_out(X, K):
    return nd.stack(*[corr2d_multi_in(X, k) for k in K])


X = nd.stack(nd.arange(9).reshape((3, 3)), nd.arange(1, 10).reshape((3, 3)))
K = nd.array([[[0, 1], [2, 3]], [[1, 2], [3, 4]]])
assert corr2d_multi_in(X, K).asnumpy().tolist() == [[56, 72], [104, 120]]
assert corr2d_multi_in_out(X, nd.stack(K, K + 1, K + 2)).shape == (3, 2, 2)

# 5.4 pooling
X = nd.arange(16).reshape((1, 1, 4, 4))
assert nn.MaxPool2D(3)(X).asscalar() == 10
pool2d = nn.MaxPool2D((2, 3), padding=(1, 2), strides=(2, 3))
assert pool2d(X).shape == (1, 1, 3, 2)

# 5.5 LeNet
net = nn.Sequential()
net.add(
    nn.Conv2D(channels=6, kernel_size=5, activation="sigmoid"),
    nn.MaxPool2D(pool_size=2, strides=2),
    nn.Conv2D(channels=16, kernel_size=5, activation="sigmoid"),
    nn.MaxPool2D(pool_size=2, strides=2),
    nn.Dense(120, activation="sigmoid"),
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


# 5.6 to 5.8 AlexNet, VGG, NiN, with few channels
def vgg_block(num_convs, num_channels):
    blk = nn.Sequential()
    for _ in range(num_convs):
        blk.add(nn.Conv2D(num_channels, kernel_size=3, padding=1, activation="relu"))
    blk.add(nn.MaxPool2D(pool_size=2, strides=2))
    return blk


def nin_block(num_channels, kernel_size, strides, padding):
    blk = nn.Sequential()
    blk.add(
        nn.Conv2D(num_channels, kernel_size, strides, padding, activation="relu"),
        nn.Conv2D(num_channels, kernel_size=1, activation="relu"),
        nn.Conv2D(num_channels, kernel_size=1, activation="relu"),
    )
    return blk


alexnet = nn.Sequential()
alexnet.add(
    nn.Conv2D(8, kernel_size=11, strides=4, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2),
    nn.Conv2D(16, kernel_size=5, padding=2, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2),
    nn.Dense(64, activation="relu"),
    nn.Dropout(0.5),
    nn.Dense(10),
)
vgg = nn.Sequential()
for num_convs, num_channels in ((1, 4), (1, 8), (2, 16)):
    vgg.add(vgg_block(num_convs, num_channels))
vgg.add(nn.Dense(10))
nin = nn.Sequential()
nin.add(
    nin_block(8, kernel_size=11, strides=4, padding=0),
    nn.MaxPool2D(pool_size=3, strides=2),
    nin_block(10, kernel_size=3, strides=1, padding=1),
    nn.GlobalAvgPool2D(),
    nn.Flatten(),
)


# 5.9 GoogLeNet's block
class Inception(nn.Block):
    def __init__(self, c1, c2, c3, c4, **kwargs):
        super(Inception, self).__init__(**kwargs)
        self.p1_1 = nn.Conv2D(c1, kernel_size=1, activation="relu")
        self.p2_1 = nn.Conv2D(c2[0], kernel_size=1, activation="relu")
        self.p2_2 = nn.Conv2D(c2[1], kernel_size=3, padding=1, activation="relu")
        self.p3_1 = nn.Conv2D(c3[0], kernel_size=1, activation="relu")
        self.p3_2 = nn.Conv2D(c3[1], kernel_size=5, padding=2, activation="relu")
        self.p4_1 = nn.MaxPool2D(pool_size=3, strides=1, padding=1)
        self.p4_2 = nn.Conv2D(c4, kernel_size=1, activation="relu")

    def forward(self, x):
        p1 = self.p1_1(x)
        p2 = self.p2_2(self.p2_1(x))
        p3 = self.p3_2(self.p3_1(x))
        p4 = self.p4_2(self.p4_1(x))
        return nd.concat(p1, p2, p3, p4, dim=1)


googlenet = nn.Sequential()
googlenet.add(
    nn.Conv2D(8, kernel_size=7, strides=4, padding=3, activation="relu"),
    Inception(4, (4, 8), (2, 4), 4),
    nn.GlobalAvgPool2D(),
    nn.Dense(10),
)


# 5.10 batch normalization from scratch
def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not autograd.is_training():
        X_hat = (X - moving_mean) / nd.sqrt(moving_var + eps)
    else:
        mean = X.mean(axis=(0, 2, 3), keepdims=True)
        var = ((X - mean) ** 2).mean(axis=(0, 2, 3), keepdims=True)
        X_hat = (X - mean) / nd.sqrt(var + eps)
        moving_mean = momentum * moving_mean + (1.0 - momentum) * mean
        moving_var = momentum * moving_var + (1.0 - momentum) * var
    return gamma * X_hat + beta, moving_mean, moving_var


class BatchNorm(nn.Block):
    def __init__(self, num_features, **kwargs):
        super(BatchNorm, self).__init__(**kwargs)
        shape = (1, num_features, 1, 1)
        self.gamma = self.params.get("gamma", shape=shape, init=init.One())
        self.beta = self.params.get("beta", shape=shape, init=init.Zero())
        self.moving_mean = nd.zeros(shape)
        self.moving_var = nd.ones(shape)

    def forward(self, X):
        if self.moving_mean.context != X.context:
            self.moving_mean = self.moving_mean.copyto(X.context)
            self.moving_var = self.moving_var.copyto(X.context)
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma.data(), self.beta.data(), self.moving_mean, self.moving_var, 1e-5, 0.9
        )
        return Y


bn = BatchNorm(3)
bn.initialize()
X = nd.random.normal(2, 3, shape=(8, 3, 5, 5))
with autograd.record():
    Y = bn(X)
assert abs(Y.mean().asscalar()) < 1e-5 and abs((Y**2).mean().asscalar() - 1) < 1e-3
assert bn.moving_mean.shape == (1, 3, 1, 1) and bn.moving_mean.sum().asscalar() != 0

# 5.11 ResNet
blk = d2l.Residual(6, use_1x1conv=True, strides=2)
blk.initialize()
assert blk(nd.random.uniform(shape=(4, 3, 6, 6))).shape == (4, 6, 3, 3)
resnet = d2l.resnet18(10)

loss = gloss.SoftmaxCrossEntropyLoss()
for name, net in (
    ("AlexNet", alexnet),
    ("VGG", vgg),
    ("NiN", nin),
    ("GoogLeNet", googlenet),
    ("ResNet", resnet),
):
    net.initialize(init=init.Xavier(), ctx=ctx)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    X = nd.random.uniform(shape=(2, 1, 64, 64), ctx=ctx)
    y = nd.array([1, 2], ctx=ctx)
    with autograd.record():
        l = loss(net(X), y)
    l.backward()
    trainer.step(2)
    print(name, "output shape:", net(X).shape, "loss %.3f" % l.mean().asscalar())
    assert net(X).shape == (2, 10)
