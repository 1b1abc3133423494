"""Chapters 6 and 7 of the second edition in PyTorch."""

import torch
from d2l import torch as d2l
from torch import nn
from torch.nn import functional as F

# 6.2 and 6.4 cross-correlation, with several channels
X = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).tolist() == [[19, 25], [37, 43]]


def corr2d_multi_in(X, K):
    return sum(d2l.corr2d(x, k) for x, k in zip(X, K))


def corr2d_multi_in_out(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K], 0)


def corr2d_multi_in_out_1x1(X, K):
    c_i, h, w = X.shape
    X = d2l.reshape(X, (c_i, h * w))
    K = d2l.reshape(K, (K.shape[0], c_i))
    return d2l.reshape(d2l.matmul(K, X), (K.shape[0], h, w))


X, K = d2l.stack((X, X + 1), 0), d2l.stack((K, K + 1), 0)
assert corr2d_multi_in(X, K).tolist() == [[56, 72], [104, 120]]
X = d2l.normal(0, 1, (3, 3, 3))
K = d2l.normal(0, 1, (2, 3, 1, 1))
difference = corr2d_multi_in_out_1x1(X, K) - corr2d_multi_in_out(X, K)
assert float(d2l.reduce_sum(d2l.abs(difference))) < 1e-5

# 6.6 LeNet
net = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(),
    nn.AvgPool2d(kernel_size=2, stride=2),
    nn.Flatten(), nn.Linear(6 * 14 * 14, 84), nn.Sigmoid(), nn.Linear(84, 10))  # fmt: skip
batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)


def evaluate_accuracy_gpu(net, data_iter, device=None):
    if isinstance(net, nn.Module):
        net.eval()
        if not device:
            device = next(iter(net.parameters())).device
    metric = d2l.Accumulator(2)
    with torch.no_grad():
        for X, y in data_iter:
            X, y = X.to(device), y.to(device)
            metric.add(d2l.accuracy(net(X), y), d2l.size(y))
    return metric[0] / metric[1]


def train_ch6(net, train_iter, test_iter, num_epochs, lr, device):
    def init_weights(m):
        if type(m) in (nn.Linear, nn.Conv2d):
            nn.init.xavier_uniform_(m.weight)

    net.apply(init_weights)
    print("training on", device)
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.CrossEntropyLoss()
    animator = d2l.Animator(
        xlabel="epoch", xlim=[1, num_epochs], legend=["train loss", "train acc", "test acc"]
    )
    timer, num_batches = d2l.Timer(), len(train_iter)
    for epoch in range(num_epochs):
        metric = d2l.Accumulator(3)
        net.train()
        for i, (X, y) in enumerate(train_iter):
            timer.start()
            optimizer.zero_grad()
            X, y = X.to(device), y.to(device)
            y_hat = net(X)
            l = loss(y_hat, y)
            l.backward()
            optimizer.step()
            with torch.no_grad():
                metric.add(l * X.shape[0], d2l.accuracy(y_hat, y), X.shape[0])
            timer.stop()
            train_l, train_acc = metric[0] / metric[2], metric[1] / metric[2]
            animator.add(epoch + (i + 1) / num_batches, (train_l, train_acc, None))
        test_acc = evaluate_accuracy_gpu(net, test_iter)
        animator.add(epoch + 1, (None, None, test_acc))
    print(f"loss {train_l:.3f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}")
    print(f"{metric[2] * num_epochs / timer.sum():.1f} examples/sec on {str(device)}")


lr, num_epochs = 0.9, 2
train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
d2l.train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
assert not net.training
assert evaluate_accuracy_gpu(net, test_iter) == d2l.evaluate_accuracy_gpu(net, test_iter)


# 7.4 to 7.6 the blocks of GoogLeNet, batch normalization from scratch, ResNet
class Inception(nn.Module):
    def __init__(self, in_channels, c1, c2, **kwargs):
        super(Inception, self).__init__(**kwargs)
        self.p1_1 = nn.Conv2d(in_channels, c1, kernel_size=1)
        self.p2_1 = nn.Conv2d(in_channels, c2[0], kernel_size=1)
        self.p2_2 = nn.Conv2d(c2[0], c2[1], kernel_size=3, padding=1)

    def forward(self, x):
        p1 = F.relu(self.p1_1(x))
        p2 = F.relu(self.p2_2(F.relu(self.p2_1(x))))
        return torch.cat((p1, p2), dim=1)


class BatchNorm(nn.Module):
    def __init__(self, num_features):
        super().__init__()
        shape = (1, num_features, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.moving_mean = torch.zeros(shape)
        self.moving_var = torch.ones(shape)

    def forward(self, X):
        if not torch.is_grad_enabled():
            X_hat = (X - self.moving_mean) / torch.sqrt(self.moving_var + 1e-5)
        else:
            mean = X.mean(dim=(0, 2, 3), keepdim=True)
            var = ((X - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
            X_hat = (X - mean) / torch.sqrt(var + 1e-5)
            self.moving_mean = 0.9 * self.moving_mean + 0.1 * mean.data
            self.moving_var = 0.9 * self.moving_var + 0.1 * var.data
        return self.gamma * X_hat + self.beta


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    blk = []
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.append(d2l.Residual(input_channels, num_channels, use_1x1conv=True, strides=2))
        else:
            blk.append(d2l.Residual(num_channels, num_channels))
    return blk


net = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=7, stride=2, padding=3), BatchNorm(8), nn.ReLU(),
    nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
    Inception(8, 4, (4, 8)),
    nn.Sequential(*resnet_block(12, 12, 1, first_block=True)),
    nn.Sequential(*resnet_block(12, 16, 2)),
    nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(16, 10))  # fmt: skip
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size, resize=32)
moving_mean = net[1].moving_mean
d2l.train_ch6(net, train_iter, test_iter, 1, 0.1, d2l.try_gpu())
assert net[1].moving_mean is not moving_mean

# 12.6: the ResNet-18 of d2l has a stem of one 3x3 convolution
assert d2l.resnet18(10, 3)[:3](torch.rand(1, 3, 32, 32)).shape == (1, 64, 32, 32)
