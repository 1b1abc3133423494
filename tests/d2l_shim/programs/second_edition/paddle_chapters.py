"""Sections 6.2 to 7.6 of the second edition in Paddle."""

import paddle
import paddle.nn as nn
from d2l import paddle as d2l
from paddle.nn import functional as F

# 6.2 convolutions for images
X = paddle.to_tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = paddle.to_tensor([[0.0, 1.0], [2.0, 3.0]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]

X = paddle.ones((6, 8))
X[:, 2:6] = 0
Y = d2l.corr2d(X, paddle.to_tensor([[1.0, -1.0]]))
paddle.seed(0)
conv2d = nn.Conv2D(1, 1, kernel_size=(1, 2), bias_attr=False)
X = X.reshape((1, 1, 6, 8))
Y = Y.reshape((1, 1, 6, 7))
lr = 3e-2
for i in range(10):
    Y_hat = conv2d(X)
    l = (Y_hat - Y) ** 2
    conv2d.clear_gradients()
    l.sum().backward()
    with paddle.no_grad():
        conv2d.weight[:] -= lr * conv2d.weight.grad
    if (i + 1) % 2 == 0:
        print(f"epoch {i + 1}, loss {l.sum().item():.3f}")
left, right = conv2d.weight.reshape((2,)).tolist()
assert abs(left - 1) < 0.15 and abs(right + 1) < 0.15


# 6.3 padding and stride
def comp_conv2d(conv2d, X):
    X = paddle.reshape(X, [1, 1] + list(X.shape))
    Y = conv2d(X)
    return Y.reshape(Y.shape[2:])


X = paddle.rand((8, 8))
conv2d = nn.Conv2D(1, 1, kernel_size=(3, 5), padding=(0, 1), stride=(3, 4))
assert list(comp_conv2d(conv2d, X).shape) == [2, 2]


# 6.4 channels
def corr2d_multi_in(X, K):
    return sum(d2l.corr2d(x, k) for x, k in zip(X, K))


def corr2d_multi_in_out(X, K):
    return paddle.stack([corr2d_multi_in(X, k) for k in K], 0)


X = paddle.to_tensor([[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]],
                      [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]])  # fmt: skip
K = paddle.to_tensor([[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])
assert corr2d_multi_in(X, K).tolist() == [[56, 72], [104, 120]]
assert list(corr2d_multi_in_out(X, paddle.stack((K, K + 1, K + 2), 0)).shape) == [3, 2, 2]

# 6.5 pooling
X = paddle.arange(16, dtype="float32").reshape((1, 1, 4, 4))
assert nn.MaxPool2D(3, padding=1, stride=2)(X).tolist() == [[[[5, 7], [13, 15]]]]

# 6.6 LeNet
net = nn.Sequential(
    nn.Conv2D(1, 6, kernel_size=5, padding=2), nn.Sigmoid(),
    nn.AvgPool2D(kernel_size=2, stride=2),
    nn.Conv2D(6, 16, kernel_size=5), nn.Sigmoid(),
    nn.AvgPool2D(kernel_size=2, stride=2),
    nn.Flatten(),
    nn.Linear(16 * 5 * 5, 120), nn.Sigmoid(),
    nn.Linear(120, 84), nn.Sigmoid(),
    nn.Linear(84, 10))  # fmt: skip
batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    if isinstance(net, nn.Layer):
        net.eval()
        if not device:
            device = next(iter(net.parameters())).place
    # what the book computes: gpu:0 on a GPU, gpu:u on a CPU
    paddle.set_device("gpu:{}".format(str(device)[-2]))
    metric = d2l.Accumulator(2)
    with paddle.no_grad():
        for X, y in data_iter:
            X = paddle.to_tensor(X, place=device)
            y = paddle.to_tensor(y, place=device)
            metric.add(d2l.accuracy(net(X), y), d2l.size(y))
    return metric[0] / metric[1]


lr, num_epochs = 0.9, 10
d2l.train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
assert not net.training
assert evaluate_accuracy_gpu(net, test_iter) == d2l.evaluate_accuracy_gpu(net, test_iter)

# a device by its name, and workers
paddle.device.set_device("gpu:0")
net.to("gpu:0")
images = [(paddle.to_tensor([float(i)], place="gpu:0"), i) for i in range(8)]
loader = paddle.io.DataLoader(images, batch_size=4, num_workers=d2l.get_dataloader_workers())
assert [y.tolist() for _, y in loader] == [[0, 1, 2, 3], [4, 5, 6, 7]]


# 7.1 to 7.4 AlexNet, VGG, NiN and GoogLeNet, with few channels
def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2D(in_channels, out_channels, kernel_size=3, padding=1))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2D(kernel_size=2, stride=2))
    return nn.Sequential(*layers)


class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4, **kwargs):
        super(Inception, self).__init__(**kwargs)
        self.p1_1 = nn.Conv2D(in_channels, c1, kernel_size=1)
        self.p2_1 = nn.Conv2D(in_channels, c2[0], kernel_size=1)
        self.p2_2 = nn.Conv2D(c2[0], c2[1], kernel_size=3, padding=1)
        self.p3_1 = nn.Conv2D(in_channels, c3[0], kernel_size=1)
        self.p3_2 = nn.Conv2D(c3[0], c3[1], kernel_size=5, padding=2)
        self.p4_1 = nn.MaxPool2D(kernel_size=3, stride=1, padding=1)
        self.p4_2 = nn.Conv2D(in_channels, c4, kernel_size=1)

    def forward(self, x):
        p1 = F.relu(self.p1_1(x))
        p2 = F.relu(self.p2_2(F.relu(self.p2_1(x))))
        p3 = F.relu(self.p3_2(F.relu(self.p3_1(x))))
        p4 = F.relu(self.p4_2(self.p4_1(x)))
        return paddle.concat(x=[p1, p2, p3, p4], axis=1)


alexnet = nn.Sequential(
    nn.Conv2D(1, 8, kernel_size=11, stride=4, padding=1), nn.ReLU(),
    nn.MaxPool2D(kernel_size=3, stride=2),
    nn.Conv2D(8, 16, kernel_size=5, padding=2), nn.ReLU(),
    nn.MaxPool2D(kernel_size=3, stride=2),
    nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p=0.5), nn.Linear(64, 10))  # fmt: skip
vgg = nn.Sequential(vgg_block(1, 1, 4), vgg_block(2, 4, 8), nn.Flatten(), nn.Linear(2048, 10))
nin = nn.Sequential(
    nn.Conv2D(1, 8, kernel_size=11, stride=4), nn.ReLU(),
    nn.Conv2D(8, 8, kernel_size=1), nn.ReLU(),
    nn.Conv2D(8, 10, kernel_size=1), nn.ReLU(),
    nn.AdaptiveAvgPool2D((1, 1)), nn.Flatten())  # fmt: skip
googlenet = nn.Sequential(
    nn.Conv2D(1, 8, kernel_size=7, stride=2, padding=3), nn.ReLU(),
    nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
    Inception(8, 4, (4, 8), (2, 4), 4),
    nn.AdaptiveAvgPool2D((1, 1)), nn.Flatten(), nn.Linear(20, 10))  # fmt: skip


# 7.5 batch normalization from scratch
class BatchNorm(nn.Layer):
    def __init__(self, num_features):
        super(BatchNorm, self).__init__()
        shape = (1, num_features, 1, 1)
        self.gamma = self.create_parameter(
            shape, default_initializer=nn.initializer.Assign(paddle.ones(shape))
        )
        self.beta = self.create_parameter(shape, is_bias=True)
        self.moving_mean = paddle.zeros(shape)
        self.moving_var = paddle.ones(shape)

    def forward(self, X):
        if not self.training:
            X_hat = (X - self.moving_mean) / (self.moving_var + 1e-5) ** 0.5
        else:
            mean = X.mean(axis=(0, 2, 3), keepdim=True)
            var = ((X - mean) ** 2).mean(axis=(0, 2, 3), keepdim=True)
            X_hat = (X - mean) / (var + 1e-5) ** 0.5
            self.moving_mean = 0.9 * self.moving_mean + 0.1 * mean
            self.moving_var = 0.9 * self.moving_var + 0.1 * var
        return self.gamma * X_hat + self.beta


X = paddle.rand((8, 3, 5, 5))
assert paddle.allclose(BatchNorm(3)(X), nn.BatchNorm2D(3)(X), atol=1e-4)

# 7.6 ResNet
blk = d2l.Residual(3, 6, use_1x1conv=True, strides=2)
assert list(blk(paddle.rand((4, 3, 6, 6))).shape) == [4, 6, 3, 3]


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    blk = []
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.append(d2l.Residual(input_channels, num_channels, use_1x1conv=True, strides=2))
        else:
            blk.append(d2l.Residual(num_channels, num_channels))
    return blk


resnet = nn.Sequential(
    nn.Conv2D(1, 8, kernel_size=7, stride=2, padding=3), nn.BatchNorm2D(8), nn.ReLU(),
    nn.MaxPool2D(kernel_size=3, stride=2, padding=1),
    nn.Sequential(*resnet_block(8, 8, 2, first_block=True)),
    nn.Sequential(*resnet_block(8, 16, 2)),
    nn.AdaptiveAvgPool2D((1, 1)), nn.Flatten(), nn.Linear(16, 10))  # fmt: skip

X = paddle.rand(shape=(1, 1, 64, 64))
for net in (alexnet, vgg, nin, googlenet, resnet):
    print(net.__class__.__name__, "output shape:\t", net(X).shape)
    assert list(net(X).shape) == [1, 10]
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size, resize=32)
d2l.train_ch6(googlenet, train_iter, test_iter, 1, 0.1, d2l.try_gpu())

# 12.6: the ResNet-18 of d2l has a stem of one 3x3 convolution
stem = d2l.resnet18(10, 3)[:3]
assert list(stem(paddle.rand((1, 3, 32, 32))).shape) == [1, 64, 32, 32]
