"""Chapter 5 of the first edition in PyTorch, and what people do with its package."""

import sys

import torch
import torch.nn.functional
from torch import nn

sys.path.append("..")
import d2lzh_pytorch
import d2lzh_pytorch.utils as d2l
from d2lzh_pytorch import *
from d2lzh_pytorch.utils import FlattenLayer as Flatten

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
random.seed(0)
torch.manual_seed(0)
assert d2l is d2lzh_pytorch is d2lzh_pytorch.utils and Flatten is d2l.FlattenLayer
assert F.relu and np.zeros(2).shape == (2,) and time and plt and torchvision

# 5.1 two-dimensional convolution
X = torch.tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8]])
K = torch.tensor([[0, 1], [2, 3]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]


# 5.5 LeNet
batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)
net = nn.Sequential(
    nn.Conv2d(1, 6, 5),
    nn.Sigmoid(),
    nn.MaxPool2d(2, 2),
    d2l.FlattenLayer(),
    nn.Linear(6 * 12 * 12, 10),
)
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
d2l.train_ch5(net, train_iter, test_iter, batch_size, optimizer, device, 5)
share = d2l.evaluate_accuracy(test_iter, net)
assert 0 <= share <= 1


def function(X, is_training):
    assert not is_training
    return net(X)


assert share == d2l.evaluate_accuracy(test_iter, function)
assert not net.training

train_iter, test_iter = d2l.load_data_fashion_mnist(64, resize=32, root="~/Datasets/FashionMNIST")
assert next(iter(train_iter))[0].shape == (64, 1, 32, 32)


# 5.11 ResNet
net = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=7, stride=2, padding=3),
    nn.BatchNorm2d(8),
    nn.ReLU(),
    nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
)
net.add_module("resnet_block1", d2l.resnet_block(8, 8, 2, first_block=True))
net.add_module("resnet_block2", d2l.resnet_block(8, 16, 2))
net.add_module("global_avg_pool", d2l.GlobalAvgPool2d())
net.add_module("fc", nn.Sequential(d2l.FlattenLayer(), nn.Linear(16, 10)))
assert net(torch.rand(2, 1, 32, 32)).shape == (2, 10)
blk = d2l.Residual(3, 6, use_1x1conv=True, stride=2)
assert blk(torch.rand((4, 3, 6, 6))).shape == (4, 6, 3, 3)
# its stem has 7x7 kernels and a pooling layer
net = d2l.resnet18(output=10, in_channels=1)
names = net.state_dict()
assert names["0.weight"].shape == (64, 1, 7, 7)
assert {"resnet_block4.1.bn2.running_var", "fc.1.weight"} <= set(names)
assert net(torch.rand(2, 1, 64, 64)).shape == (2, 10)

# chapter 3: regression, and softmax regression
train_iter, test_iter = d2l.load_data_fashion_mnist(256)
features = torch.randn(100, 2)
labels = (features @ torch.tensor([2, -3.4]) + 4.2).view(-1, 1)
w = torch.zeros(2, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for _ in range(10):
    for X, y in d2l.data_iter(10, features, labels):
        l = d2l.squared_loss(d2l.linreg(X, w, b), y).sum()
        l.backward()
        d2l.sgd([w, b], 0.1, 10)
        w.grad.data.zero_()
        b.grad.data.zero_()
assert l < 1

net = nn.Sequential(d2l.FlattenLayer(), nn.Linear(784, 10))
loss = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
d2l.train_ch3(net, train_iter, test_iter, loss, 5, 256, None, None, optimizer)
weights = [torch.zeros(784, 10, requires_grad=True), torch.zeros(10, requires_grad=True)]
d2l.train_ch3(
    lambda X: X.view(-1, 784) @ weights[0] + weights[1],
    train_iter,
    test_iter,
    nn.CrossEntropyLoss(reduction="none"),
    1,
    256,
    weights,
    0.1,
)
assert weights[0].abs().max() > 0 and d2l.evaluate_accuracy(test_iter, net) > 0.3
d2l.train(train_iter, test_iter, net, loss, optimizer, torch.device("cpu"), 1)
d2l.semilogy(range(1, 3), [0.1, 0.01], "epochs", "loss", range(1, 3), [0.2, 0.1], ["a", "b"])
assert d2l.plt.gca().get_yscale() == "log" and len(d2l.plt.gca().lines) == 2
d2l.show_bboxes(d2l.plt.gca(), torch.tensor([[0, 0, 2, 3.0]]), "a", "w")
assert d2l.plt.gca().texts[0].get_color() == "k"
