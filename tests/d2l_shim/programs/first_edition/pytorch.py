"""Sections 5.1 to 5.11 of the first edition in PyTorch."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.path.append("..")
import d2lzh_pytorch as d2l  # noqa: E402

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# 5.1 two-dimensional convolution
X = torch.tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8]])
K = torch.tensor([[0, 1], [2, 3]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super(Conv2D, self).__init__()
        self.weight = nn.Parameter(torch.randn(kernel_size))
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return d2l.corr2d(x, self.weight) + self.bias


X = torch.ones(6, 8)
X[:, 2:6] = 0
Y = d2l.corr2d(X, torch.tensor([[1.0, -1.0]]))
assert Y[0].tolist() == [0, 1, 0, 0, 0, -1, 0]

torch.manual_seed(0)
conv2d = Conv2D(kernel_size=(1, 2))
step, lr = 20, 0.01
for i in range(step):
    Y_hat = conv2d(X)
    l = ((Y_hat - Y) ** 2).sum()
    l.backward()
    conv2d.weight.data -= lr * conv2d.weight.grad
    conv2d.bias.data -= lr * conv2d.bias.grad
    conv2d.weight.grad.fill_(0)
    conv2d.bias.grad.fill_(0)
    if (i + 1) % 5 == 0:
        print("Step %d, loss %.3f" % (i + 1, l.item()))
left, right = conv2d.weight.data.view(2).tolist()
print("weight:", left, right, "bias:", conv2d.bias.data)
assert abs(left - 1) < 0.3 and abs(right + 1) < 0.3


# 5.2 padding and stride
def comp_conv2d(conv2d, X):
    X = X.view((1, 1) + X.shape)
    Y = conv2d(X)
    return Y.view(Y.shape[2:])


X = torch.rand(8, 8)
assert comp_conv2d(nn.Conv2d(1, 1, kernel_size=(5, 3), padding=(2, 1)), X).shape == (8, 8)
conv2d = nn.Conv2d(1, 1, kernel_size=(3, 5), padding=(0, 1), stride=(3, 4))
assert comp_conv2d(conv2d, X).shape == (2, 2)


# 5.3 channels
def corr2d_multi_in(X, K):
    res = d2l.corr2d(X[0, :, :], K[0, :, :])
    for i in range(1, X.shape[0]):
        res += d2l.corr2d(X[i, :, :], K[i, :, :])
    return res


X = torch.stack([torch.arange(9).view(3, 3), torch.arange(1, 10).view(3, 3)])
K = torch.tensor([[[0, 1], [2, 3]], [[1, 2], [3, 4]]])
assert corr2d_multi_in(X, K).tolist() == [[56, 72], [104, 120]]
several = torch.stack([corr2d_multi_in(X, k) for k in (K, K + 1, K + 2)])
assert several[2].tolist() == [[96, 128], [192, 224]]

# 5.4 pooling
X = torch.arange(16, dtype=torch.float).view((1, 1, 4, 4))
assert nn.MaxPool2d(3)(X).item() == 10
assert nn.MaxPool2d(3, padding=1, stride=2)(X).tolist() == [[[[5, 7], [13, 15]]]]


# 5.5 LeNet
class LeNet(nn.Module):
    def __init__(self):
        super(LeNet, self).__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 6, 5),
            nn.Sigmoid(),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(6, 16, 5),
            nn.Sigmoid(),
            nn.MaxPool2d(2, 2),
        )
        self.fc = nn.Sequential(
            nn.Linear(16 * 4 * 4, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(),
            nn.Linear(84, 10),
        )  # fmt: skip

    def forward(self, img):
        feature = self.conv(img)
        return self.fc(feature.view(img.shape[0], -1))


batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)
net = LeNet()
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
d2l.train_ch5(net, train_iter, test_iter, batch_size, optimizer, device, 5)
assert 0 <= d2l.evaluate_accuracy(test_iter, net) <= 1
assert not net.training

train_iter, test_iter = d2l.load_data_fashion_mnist(64, resize=32, root="~/Datasets/FashionMNIST")
assert next(iter(train_iter))[0].shape == (64, 1, 32, 32)


# 5.7 VGG and 5.8 NiN, with few channels
def vgg_block(num_convs, in_channels, out_channels):
    blk = []
    for i in range(num_convs):
        first = in_channels if i == 0 else out_channels
        blk.append(nn.Conv2d(first, out_channels, kernel_size=3, padding=1))
        blk.append(nn.ReLU())
    blk.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*blk)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
    )


vgg = nn.Sequential(vgg_block(1, 1, 4), vgg_block(2, 4, 8))
vgg.add_module("fc", nn.Sequential(d2l.FlattenLayer(), nn.Linear(8 * 16 * 16, 10)))
nin = nn.Sequential(
    nin_block(1, 8, kernel_size=11, stride=4, padding=0),
    nn.MaxPool2d(kernel_size=3, stride=2),
    nn.Dropout(0.5),
    nin_block(8, 10, kernel_size=3, stride=1, padding=1),
    d2l.GlobalAvgPool2d(),
    d2l.FlattenLayer(),
)


# 5.9 GoogLeNet's block
class Inception(nn.Module):
    def __init__(self, in_c, c1, c2, c3, c4):
        super(Inception, self).__init__()
        self.p1_1 = nn.Conv2d(in_c, c1, kernel_size=1)
        self.p2_1 = nn.Conv2d(in_c, c2[0], kernel_size=1)
        self.p2_2 = nn.Conv2d(c2[0], c2[1], kernel_size=3, padding=1)
        self.p3_1 = nn.Conv2d(in_c, c3[0], kernel_size=1)
        self.p3_2 = nn.Conv2d(c3[0], c3[1], kernel_size=5, padding=2)
        self.p4_1 = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
        self.p4_2 = nn.Conv2d(in_c, c4, kernel_size=1)

    def forward(self, x):
        p1 = F.relu(self.p1_1(x))
        p2 = F.relu(self.p2_2(F.relu(self.p2_1(x))))
        p3 = F.relu(self.p3_2(F.relu(self.p3_1(x))))
        p4 = F.relu(self.p4_2(self.p4_1(x)))
        return torch.cat((p1, p2, p3, p4), dim=1)


googlenet = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=7, stride=4, padding=3),
    nn.ReLU(),
    Inception(8, 4, (4, 8), (2, 4), 4),
    d2l.GlobalAvgPool2d(),
    d2l.FlattenLayer(),
    nn.Linear(20, 10),
)


# 5.10 batch normalization from scratch
def batch_norm(is_training, X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not is_training:
        X_hat = (X - moving_mean) / torch.sqrt(moving_var + eps)
    else:
        mean = X.mean(dim=(0, 2, 3), keepdim=True)
        var = ((X - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
        X_hat = (X - mean) / torch.sqrt(var + eps)
        moving_mean = momentum * moving_mean + (1.0 - momentum) * mean
        moving_var = momentum * moving_var + (1.0 - momentum) * var
    return gamma * X_hat + beta, moving_mean, moving_var


one, zero = torch.ones(1, 3, 1, 1), torch.zeros(1, 3, 1, 1)
X = torch.randn(8, 3, 5, 5) * 3 + 2
Y, moving_mean, moving_var = batch_norm(True, X, one, zero, zero, one, 1e-5, 0.9)
assert torch.allclose(Y, nn.BatchNorm2d(3)(X), atol=1e-5)

# 5.11 ResNet
blk = d2l.Residual(3, 6, use_1x1conv=True, stride=2)
assert blk(torch.rand((4, 3, 6, 6))).shape == (4, 6, 3, 3)
resnet = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=7, stride=2, padding=3),
    nn.BatchNorm2d(8),
    nn.ReLU(),
    nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
)
resnet.add_module("resnet_block1", d2l.resnet_block(8, 8, 2, first_block=True))
resnet.add_module("resnet_block2", d2l.resnet_block(8, 16, 2))
resnet.add_module("global_avg_pool", d2l.GlobalAvgPool2d())
resnet.add_module("fc", nn.Sequential(d2l.FlattenLayer(), nn.Linear(16, 10)))

loss = torch.nn.CrossEntropyLoss()
nets = {"VGG": vgg, "NiN": nin, "GoogLeNet": googlenet, "ResNet": resnet}
nets["ResNet-18"] = d2l.resnet18(output=10, in_channels=1)
for name, net in nets.items():
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    X, y = torch.rand(2, 1, 64, 64), torch.tensor([1, 2])
    l = loss(net(X), y)
    optimizer.zero_grad()
    l.backward()
    optimizer.step()
    print(name, "output shape:", net(X).shape, "loss %.3f" % l.item())
    assert net(X).shape == (2, 10)
