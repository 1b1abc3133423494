"""What people do in scripts that are written for `from d2l import mxnet as d2l`."""

import tempfile

from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

from d2l import mxnet as d2l
from d2l.mxnet import *
from d2l.mxnet import d2l as again

npx.set_np()
npx.random.seed(0)
assert again is d2l and d2l.np is np and d2l.init is init and transforms and pd
assert d2l.gluon.data.DataLoader and image and rnn and d2l.math.pi

# all is drawn anew, as the original did
net = nn.Sequential()
net.add(nn.Conv2D(2, kernel_size=5), nn.BatchNorm(), nn.Dense(10))
train_iter, test_iter = d2l.load_data_fashion_mnist(256)
assert len(train_iter) // 5 > 0 and next(iter(train_iter))[0].shape == (256, 1, 28, 28)
d2l.train_ch6(net, train_iter, test_iter, 2, 1e-9, d2l.try_gpu())
assert (
    float(np.abs(net[0].bias.data()).max()) < 1e-9 and float(np.abs(net[2].weight.data()).max()) > 0
)
assert d2l.plt.get_fignums() and len(d2l.plt.gcf().axes[0].lines) == 3
with tempfile.TemporaryDirectory() as folder:
    d2l.plt.savefig(f"{folder}/curves.png")
    d2l.plt.close("all")

    # files of weights
    net = d2l.resnet18(10)
    net.initialize()
    net(np.ones((1, 1, 28, 28)))
    net.save_parameters(f"{folder}/old.params")
    from mxnet import nd

    names = set(nd.load(f"{folder}/old.params"))
    assert {"0.weight", "1.running_mean", "3.0.conv1.weight", "8.bias"} <= names
    assert "4.0.conv3.weight" in names and len(names) == 110
    net.load_parameters(f"{folder}/old.params")

X, y = train_iter.dataset[0]
assert X.shape == (1, 28, 28) and 0 <= y < 10 and len(test_iter.dataset) == 200

# regression
features, labels = d2l.synthetic_data(np.array([2, -3.4]), 4.2, 100)
assert features.shape == (100, 2) and labels.shape == (100, 1)
w, b = np.zeros((2, 1)), np.zeros(1)
w.attach_grad()
b.attach_grad()
for _ in range(10):
    for X, y in d2l.load_array((features, labels), 10):
        with autograd.record():
            loss = d2l.squared_loss(d2l.linreg(X, w, b), y)
        loss.backward()
        d2l.sgd([w, b], 0.1, 10)
data = d2l.load_array((features, labels), 10, is_train=False)
assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data, d2l.squared_loss) < 0.1
net = nn.Sequential()
net.add(nn.Dense(10))
net.initialize(init=init.Normal(sigma=0.01))
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
d2l.train_ch3(net, train_iter, test_iter, loss, 10, trainer)
shares = d2l.train_epoch_ch3(net, train_iter, loss, trainer)
assert 0.5 < shares[0] < 2 and shares[1] > 0.3, shares
d2l.predict_ch3(net, test_iter)
assert "\n" in d2l.plt.gcf().axes[0].get_title()
d2l.train_ch13(net, train_iter, test_iter, loss, trainer, 1)
assert d2l.evaluate_accuracy_gpus(net, test_iter) > 0.3

column = np.array([[1], [1], [1], [0]])
assert d2l.accuracy(column, 1 - column) == 0 and d2l.accuracy(column, column) == 4
axes = d2l.plt.gca()
d2l.show_bboxes(axes, np.array([[0, 0, 2, 3.0]]), ["a"])
assert axes.patches[-1].get_height() == 3

for attempt, sentence in (
    (lambda: d2l.train_ch6(net, train_iter, test_iter, 1, 0.1, npx.gpu(9)), "d2l.try_gpu()"),
    (lambda: d2l.RNNModel, "recurrent layer"),
):
    try:
        attempt()
    except (ValueError, AttributeError) as error:
        assert sentence in str(error), error
    else:
        raise AssertionError(sentence)
