"""Train MXNet's ResNet-18 in quick mode, use what leans on NumPy, and print where d2l_shim is.

It runs in any environment that has d2l_shim and MXNet, in a process of its own.
"""

import contextlib
import io
import sys
import tempfile

import numpy as np

BEFORE = dict(vars(np))


def check(mxnet, d2l):
    """Check gradients, saving and loading, exporting, and functions that lean on NumPy."""
    autograd, gluon, nn = mxnet.autograd, mxnet.gluon, mxnet.gluon.nn
    net = d2l.resnet18()
    train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=64)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        d2l.train_ch6(net, train_iter, test_iter, num_epochs=1, lr=0.05)
    X, y = next(iter(test_iter))
    with autograd.record():
        loss = gluon.loss.SoftmaxCrossEntropyLoss()(net(X), y)
    loss.backward()
    for parameter in net.collect_params().values():
        assert parameter.grad_req == "null" or mxnet.np.abs(parameter.grad()).sum() > 0, parameter
    hybrid = nn.HybridSequential()
    hybrid.add(nn.Conv2D(8, 3), nn.BatchNorm(), nn.Activation("relu"), nn.Dense(10))
    hybrid.initialize()
    hybrid.hybridize()
    hybrid(X)
    with tempfile.TemporaryDirectory() as folder:
        net.save_parameters(f"{folder}/net.params")
        again = d2l.resnet18()
        again.load_parameters(f"{folder}/net.params")
        hybrid.export(f"{folder}/hybrid")
        imported = gluon.SymbolBlock.imports(
            f"{folder}/hybrid-symbol.json", ["data"], f"{folder}/hybrid-0000.params"
        )
    assert (again(X) == net(X)).all() and (imported(X) == hybrid(X)).all()
    small = mxnet.np.array([[1.0, 2.0], [3.0, 4.0]])
    assert small[small > 2.5].tolist() == [3, 4] and np.mean(small) == 2.5
    assert mxnet.np.pad(small, ((1, 0), (0, 0)), mode="constant").tolist()[0] == [0, 0]
    assert mxnet.np.in1d(small, small[1]).tolist() == [False, False, True, True]


if __name__ == "__main__":
    from d2l_shim import mxnet as d2l

    check(sys.modules["mxnet"], d2l)
    assert not any(module.startswith("distutils") for module in sys.modules)
    changed = [name for name, value in BEFORE.items() if vars(np).get(name) is not value]
    added = {name: vars(np)[name] for name in vars(np).keys() - BEFORE.keys()}
    # submodules are loaded when somebody asks for them
    changed += [
        name for name, value in added.items() if value is not sys.modules.get(f"numpy.{name}")
    ]
    assert changed == [], "NumPy is as it was"
    print(np.__version__, d2l.__file__)
