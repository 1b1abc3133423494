"""What people do in scripts that are written for the first edition's package for PyTorch."""

import torch
from torch import nn

import d2lzh_pytorch
import d2lzh_pytorch.utils as d2l
from d2lzh_pytorch import *
from d2lzh_pytorch.utils import FlattenLayer as Flatten

random.seed(0)
torch.manual_seed(0)

assert d2l is d2lzh_pytorch is d2lzh_pytorch.utils and Flatten is d2l.FlattenLayer
assert F.relu and np.zeros(2).shape == (2,) and time and plt and torchvision

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

train_iter, test_iter = d2l.load_data_fashion_mnist(256, root="~/x")
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

# the stem of the first edition's network has 7x7 kernels and a pooling layer
names = d2l.resnet18(10, 1).state_dict()
assert names["0.weight"].shape == (64, 1, 7, 7)
assert {"resnet_block4.1.bn2.running_var", "fc.1.weight"} <= set(names)
assert d2l.resnet18(10, 1)(torch.ones(2, 1, 96, 96)).shape == (2, 10)
