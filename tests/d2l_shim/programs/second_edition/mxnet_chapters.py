"""Sections 6.2 to 7.6 of the second edition in MXNet."""

from d2l import mxnet as d2l
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()

# 6.2 convolutions for images
X = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = np.array([[0.0, 1.0], [2.0, 3.0]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]

X = np.ones((6, 8))
X[:, 2:6] = 0
Y = d2l.corr2d(X, np.array([[1.0, -1.0]]))
conv2d = nn.Conv2D(1, kernel_size=(1, 2), use_bias=False)
conv2d.initialize()
X = X.reshape(1, 1, 6, 8)
Y = Y.reshape(1, 1, 6, 7)
lr = 3e-2
for i in range(10):
    with autograd.record():
        Y_hat = conv2d(X)
        l = (Y_hat - Y) ** 2
    l.backward()
    conv2d.weight.data()[:] -= lr * conv2d.weight.grad()
    if (i + 1) % 2 == 0:
        print(f"epoch {i + 1}, loss {float(l.sum()):.3f}")
left, right = d2l.reshape(conv2d.weight.data(), (2,)).tolist()
assert abs(left - 1) < 0.15 and abs(right + 1) < 0.15


# 6.3 padding and stride
def comp_conv2d(conv2d, X):
    conv2d.initialize()
    X = X.reshape((1, 1) + X.shape)
    Y = conv2d(X)
    return Y.reshape(Y.shape[2:])


X = np.random.uniform(size=(8, 8))
conv2d = nn.Conv2D(1, kernel_size=(3, 5), padding=(0, 1), strides=(3, 4))
assert comp_conv2d(conv2d, X).shape == (2, 2)


# 6.4 channels
def corr2d_multi_in(X, K):
    return sum(d2l.corr2d(x, k) for x, k in zip(X, K))


def corr2d_multi_in_out(X, K):
    return np.stack([corr2d_multi_in(X, k) for k in K], 0)


X = np.stack((np.arange(9).reshape(3, 3), np.arange(1, 10).reshape(3, 3)))
K = np.array([[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])
assert corr2d_multi_in(X, K).tolist() == [[56, 72], [104, 120]]
assert corr2d_multi_in_out(X, d2l.stack((K, K + 1, K + 2), 0)).shape == (3, 2, 2)

# 6.5 pooling
X = np.arange(16).reshape((1, 1, 4, 4))
assert nn.MaxPool2D(3, padding=1, strides=2)(X).tolist() == [[[[5, 7], [13, 15]]]]

# 6.6 LeNet
net = nn.Sequential()
net.add(
    nn.Conv2D(channels=6, kernel_size=5, padding=2, activation="sigmoid"),
    nn.AvgPool2D(pool_size=2, strides=2),
    nn.Conv2D(channels=16, kernel_size=5, activation="sigmoid"),
    nn.AvgPool2D(pool_size=2, strides=2),
    nn.Dense(120, activation="sigmoid"),
    nn.Dense(84, activation="sigmoid"),
    nn.Dense(10),
)
net.initialize()
batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    if not device:
        device = list(net.collect_params().values())[0].list_ctx()[0]
    metric = d2l.Accumulator(2)
    for X, y in data_iter:
        X, y = X.as_in_ctx(device), y.as_in_ctx(device)
        metric.add(d2l.accuracy(net(X), y), d2l.size(y))
    return metric[0] / metric[1]


def train_epoch(net, train_iter, trainer, device):
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    metric = d2l.Accumulator(3)
    for X, y in train_iter:
        X, y = X.as_in_ctx(device), y.as_in_ctx(device)
        with autograd.record():
            y_hat = net(X)
            l = loss(y_hat, y)
        l.backward()
        trainer.step(X.shape[0])
        metric.add(l.sum(), d2l.accuracy(y_hat, y), X.shape[0])
    print(f"loss {metric[0] / metric[2]:.3f}, train acc {metric[1] / metric[2]:.3f}")


net.initialize(force_reinit=True, ctx=d2l.try_gpu(), init=init.Xavier())
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.9})
train_epoch(net, train_iter, trainer, d2l.try_gpu())
lr, num_epochs = 0.9, 10
d2l.train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
assert evaluate_accuracy_gpu(net, test_iter) == d2l.evaluate_accuracy_gpu(net, test_iter)


# 7.1 to 7.4 AlexNet, VGG, NiN and GoogLeNet, with few channels
def vgg_block(num_convs, num_channels):
    blk = nn.Sequential()
    for _ in range(num_convs):
        blk.add(nn.Conv2D(num_channels, kernel_size=3, padding=1, activation="relu"))
    blk.add(nn.MaxPool2D(pool_size=2, strides=2))
    return blk


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
        return np.concatenate((p1, p2, p3, p4), axis=1)


alexnet, vgg, nin, googlenet = (nn.Sequential() for _ in range(4))
alexnet.add(
    nn.Conv2D(8, kernel_size=11, strides=4, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2),
    nn.Conv2D(16, kernel_size=5, padding=2, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2),
    nn.Dense(64, activation="relu"),
    nn.Dropout(0.5),
    nn.Dense(10),
)
vgg.add(vgg_block(1, 4), vgg_block(2, 8), nn.Dense(10))
nin.add(
    nn.Conv2D(8, kernel_size=11, strides=4, activation="relu"),
    nn.Conv2D(8, kernel_size=1, activation="relu"),
    nn.Conv2D(10, kernel_size=1, activation="relu"),
    nn.GlobalAvgPool2D(),
    nn.Flatten(),
)
googlenet.add(
    nn.Conv2D(8, kernel_size=7, strides=2, padding=3, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2, padding=1),
    Inception(4, (4, 8), (2, 4), 4),
    nn.GlobalAvgPool2D(),
    nn.Dense(10),
)


# 7.5 batch normalization from scratch
class BatchNorm(nn.Block):
    def __init__(self, num_features, **kwargs):
        super().__init__(**kwargs)
        shape = (1, num_features, 1, 1)
        self.gamma = self.params.get("gamma", shape=shape, init=init.One())
        self.beta = self.params.get("beta", shape=shape, init=init.Zero())
        self.moving_mean = np.zeros(shape)
        self.moving_var = np.ones(shape)

    def forward(self, X):
        if not autograd.is_training():
            X_hat = (X - self.moving_mean) / np.sqrt(self.moving_var + 1e-12)
        else:
            mean = X.mean(axis=(0, 2, 3), keepdims=True)
            var = ((X - mean) ** 2).mean(axis=(0, 2, 3), keepdims=True)
            X_hat = (X - mean) / np.sqrt(var + 1e-12)
            self.moving_mean = 0.9 * self.moving_mean + 0.1 * mean
            self.moving_var = 0.9 * self.moving_var + 0.1 * var
        return self.gamma.data() * X_hat + self.beta.data()


bn = BatchNorm(3)
bn.initialize()
with autograd.record():
    Y = bn(np.random.normal(2, 3, size=(8, 3, 5, 5)))
assert abs(float(Y.mean())) < 1e-5 and abs(float((Y**2).mean()) - 1) < 1e-3

# 7.6 ResNet
blk = d2l.Residual(6, use_1x1conv=True, strides=2)
blk.initialize()
assert blk(np.random.uniform(size=(4, 3, 6, 6))).shape == (4, 6, 3, 3)


def resnet_block(num_channels, num_residuals, first_block=False):
    blk = nn.Sequential()
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.add(d2l.Residual(num_channels, use_1x1conv=True, strides=2))
        else:
            blk.add(d2l.Residual(num_channels))
    return blk


resnet = nn.Sequential()
resnet.add(
    nn.Conv2D(8, kernel_size=7, strides=2, padding=3),
    nn.BatchNorm(),
    nn.Activation("relu"),
    nn.MaxPool2D(pool_size=3, strides=2, padding=1),
    resnet_block(8, 2, first_block=True),
    resnet_block(16, 2),
    nn.GlobalAvgPool2D(),
    nn.Dense(10),
)

X = np.random.uniform(size=(1, 1, 64, 64))
for net in (alexnet, vgg, nin, googlenet, resnet):
    net.initialize()
    print(net.name, "output shape:\t", net(X).shape)
    assert net(X).shape == (1, 10)
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size, resize=64)
d2l.train_ch6(googlenet, train_iter, test_iter, 1, 0.1, d2l.try_gpu())

# 12.6: the ResNet-18 of d2l has a stem of one 3x3 convolution, and takes any number of channels
net = d2l.resnet18(10)
net.initialize()
assert net[0:3](np.random.uniform(size=(1, 3, 32, 32))).shape == (1, 64, 32, 32)
