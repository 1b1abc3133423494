"""Train one framework's ResNet-18 in quick mode, check what follows, and print versions as JSON.

It runs in any environment that has d2l_shim and the framework, in a process of its own.
"""

import contextlib
import importlib
import importlib.metadata
import importlib.util
import io
import json
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from d2l_shim.frameworks import BY_NAME, FRAMEWORKS


def train(d2l, name):
    """Train ResNet-18 for one short epoch and return it, a batch, and what was printed first."""
    out = io.StringIO()
    # TensorFlow's readers pass a function that makes the network
    net = d2l.resnet18 if name == "tensorflow" else d2l.resnet18()
    train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=64)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        d2l.train_ch6(net, train_iter, test_iter, num_epochs=1, lr=0.05)
    return net, next(iter(test_iter)), out.getvalue().splitlines()[0]


def check_mxnet(d2l, net, batch):
    """Check gradients, saving and loading, exporting, and functions that lean on NumPy."""
    import mxnet
    from mxnet import autograd, gluon
    from mxnet.gluon import nn

    X, y = batch
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
    assert not any(module.startswith("distutils") for module in sys.modules)


def use_libraries():
    """Use Matplotlib, and SciPy and pandas where they are here; return which of the two are."""
    here = [name for name in ("scipy", "pandas") if importlib.util.find_spec(name)]
    if "scipy" in here:
        from scipy import integrate, sparse, stats

        assert (stats.norm.cdf(0), integrate.trapezoid([1, 2, 3]), sparse.eye(3).sum()) == (
            0.5,
            4,
            3,
        )
    if "pandas" in here:
        import pandas

        frame = pandas.DataFrame({"even": [True, False, True], "x": [1.0, 2.0, 4.0]})
        assert frame.groupby("even").x.mean().tolist() == [2.0, 2.5]
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().plot([True, False], [1.0, np.nan])
    figure.savefig(io.BytesIO(), format="png")
    return here


def missing_frameworks():
    """Return for each framework that is not installed what importing its module says."""
    sentences = {}
    for framework in FRAMEWORKS:
        if importlib.util.find_spec(framework.module) is None:
            try:
                importlib.import_module(f"d2l_shim.{framework.module}")
            except ImportError as error:
                sentences[framework.name] = str(error)
    return sentences


def main(name):
    before, framework = dict(vars(np)), BY_NAME[name]
    d2l = importlib.import_module(f"d2l_shim.{framework.module}")
    net, batch, result = train(d2l, name)
    assert re.fullmatch(r"loss \d+\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}", result)
    if name == "mxnet":
        check_mxnet(d2l, net, batch)
    libraries = use_libraries()
    changed = [each for each in before if vars(np).get(each) is not before[each]]
    assert changed == [], "NumPy is as it was"
    packages = ("numpy", "matplotlib", "pillow", "tqdm", "pooch", *libraries)
    versions = {package: importlib.metadata.version(package) for package in packages}
    versions |= {"python": sys.version.split()[0], name: sys.modules[framework.module].__version__}
    folder = str(Path(sys.modules["d2l_shim"].__file__).parent)
    print(json.dumps({"folder": folder, "versions": versions, "missing": missing_frameworks()}))


if __name__ == "__main__":
    main(sys.argv[1])
