"""Chapters 6 and 7 of the second edition in Paddle, and what people do with its package."""

import tempfile

import paddle
import paddle.nn as nn
from d2l import paddle as d2l
from d2l.paddle import *
from d2l.paddle import d2l as again
from paddle.nn import functional as F

paddle.seed(0)
assert again is d2l and d2l.F is F and transforms and paddlevision and pd
assert d2l.randn([2]).shape == [2]

# 6.2 cross-correlation
X = paddle.to_tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = paddle.to_tensor([[0.0, 1.0], [2.0, 3.0]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]

# 6.6 LeNet
net = nn.Sequential(
    nn.Conv2D(1, 6, kernel_size=5, padding=2), nn.Sigmoid(),
    nn.AvgPool2D(kernel_size=2, stride=2),
    nn.Flatten(), nn.Linear(6 * 14 * 14, 84), nn.Sigmoid(), nn.Linear(84, 10))  # fmt: skip
batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)
assert len(train_iter) // 5 > 0 and next(iter(train_iter))[0].shape == [256, 1, 28, 28]
X, y = train_iter.dataset[0]
assert X.shape == [1, 28, 28] and 0 <= y < 10 and len(test_iter.dataset) == 200


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
assert d2l.plt.get_fignums() and len(d2l.plt.gcf().axes[0].lines) == 3
d2l.plt.close("all")

# a device by its name, and workers
paddle.device.set_device("gpu:0")
net.to("gpu:0")
images = [(paddle.to_tensor([float(i)], place="gpu:0"), i) for i in range(8)]
loader = paddle.io.DataLoader(images, batch_size=4, num_workers=d2l.get_dataloader_workers())
assert [y.tolist() for _, y in loader] == [[0, 1, 2, 3], [4, 5, 6, 7]]

# the original drew nothing
net = nn.Sequential(nn.Conv2D(1, 2, 5), nn.BatchNorm2D(2), nn.Flatten(), nn.Linear(1152, 10))
for value, parameter in enumerate(net.parameters()):
    parameter.set_value(paddle.full(parameter.shape, value + 2.0))
d2l.train_ch6(net, train_iter, test_iter, 2, 1e-9, d2l.try_gpu())
kept = [round(float(parameter.mean())) for parameter in net.parameters()]
# the fifth and the sixth are the running mean and variance
assert kept[:4] + kept[6:] == [2, 3, 4, 5, 8, 9], kept

# 7.6 ResNet
net = nn.Sequential(
    nn.Conv2D(1, 8, kernel_size=7, stride=2, padding=3), nn.BatchNorm2D(8), nn.ReLU(),
    d2l.Residual(8, 8), d2l.Residual(8, 16, use_1x1conv=True, strides=2),
    nn.AdaptiveAvgPool2D((1, 1)), nn.Flatten(), nn.Linear(16, 10))  # fmt: skip
small_iter, small_test_iter = d2l.load_data_fashion_mnist(batch_size, resize=32)
d2l.train_ch6(net, small_iter, small_test_iter, 1, 0.1, d2l.try_gpu())
assert float(net[1]._mean.abs().sum()) > 0

# 12.6: the ResNet-18 of d2l has a stem of one 3x3 convolution
stem = d2l.resnet18(10, 3)[:3]
assert list(stem(paddle.rand((1, 3, 32, 32))).shape) == [1, 64, 32, 32]

# files of weights
net = d2l.resnet18(10)
names = set(net.state_dict())
assert {"0.weight", "1._mean", "resnet_block1.0.conv1.weight", "fc.1.bias"} <= names
assert net.fc[1].weight.shape == [512, 10] and len(names) == 110
with tempfile.TemporaryDirectory() as folder:
    paddle.save(net.state_dict(), f"{folder}/old.pdparams")
    net.set_state_dict(paddle.load(f"{folder}/old.pdparams"))

# regression
features, labels = d2l.synthetic_data(paddle.to_tensor([2, -3.4]), 4.2, 100)
assert features.shape == [100, 2] and labels.shape == [100, 1]
w, b = paddle.zeros([2, 1]), paddle.zeros([1])
w.stop_gradient = b.stop_gradient = False
for _ in range(10):
    for X, y in d2l.load_array((features, labels), 10):
        d2l.squared_loss(d2l.linreg(X, w, b), y).sum().backward()
        d2l.sgd([w, b], 0.1, 10)
data = d2l.load_array((features, labels), 10, is_train=False)
assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data, d2l.squared_loss) < 0.1
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
loss = nn.CrossEntropyLoss(reduction="none")
trainer = paddle.optimizer.SGD(0.1, parameters=net.parameters())
d2l.train_ch3(net, train_iter, test_iter, loss, 10, trainer)
shares = d2l.train_epoch_ch3(net, train_iter, loss, trainer)
assert 0.5 < shares[0] < 2 and shares[1] > 0.3, shares
d2l.predict_ch3(net, test_iter)
assert "\n" in d2l.plt.gcf().axes[0].get_title()
d2l.train_ch13(net, train_iter, test_iter, nn.CrossEntropyLoss(), trainer, 1)

column = paddle.to_tensor([[1], [1], [1], [0]])
assert d2l.accuracy(column, 1 - column) == 0 and d2l.accuracy(column, column) == 4
scores = paddle.to_tensor([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
assert d2l.accuracy(scores, paddle.to_tensor([[1], [0], [1]])) == 3
