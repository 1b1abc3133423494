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

# 6.6 LeNet
net = nn.Sequential(
    nn.Conv2D(1, 6, kernel_size=5, padding=2), nn.Sigmoid(),
    nn.AvgPool2D(kernel_size=2, stride=2),
    nn.Flatten(), nn.Linear(6 * 14 * 14, 84), nn.Sigmoid(), nn.Linear(84, 10))  # fmt: skip
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

# files of weights
net = d2l.resnet18(10)
names = set(net.state_dict())
assert {"0.weight", "1._mean", "resnet_block1.0.conv1.weight", "fc.1.bias"} <= names
assert net.fc[1].weight.shape == [512, 10] and len(names) == 110
with tempfile.TemporaryDirectory() as folder:
    paddle.save(net.state_dict(), f"{folder}/old.pdparams")
    net.set_state_dict(paddle.load(f"{folder}/old.pdparams"))

# labels of shape (n, 1)
scores = paddle.to_tensor([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
assert d2l.accuracy(scores, paddle.to_tensor([[1], [0], [1]])) == 3
