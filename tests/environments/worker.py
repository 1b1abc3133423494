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
import types
import warnings
from pathlib import Path

import numpy as np

from d2l_shim.frameworks import BY_NAME, FRAMEWORKS
from d2l_shim.numpy_names import DROPPED


def numpy_answers():
    """Return what NumPy says to each old name: a type or an error, and the warnings."""
    answers = {}
    for name in (*DROPPED, "complex", "float", "long", "object", "str", "unicode"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer = str(type(getattr(np, name)))
            except AttributeError as error:
                answer = str(error)
        answers[name] = (answer, [str(warning.message) for warning in caught])
    return answers


def numpy_changes(names, answers):
    """Return in what NumPy differs from what it was; submodules may have been loaded."""
    now = vars(np)
    added = [
        name
        for name, value in now.items()
        if name not in names and not isinstance(value, types.ModuleType)
    ]
    changed = [name for name in names if now.get(name) is not names[name]]
    answered = [name for name, answer in numpy_answers().items() if answer != answers[name]]
    return added + changed + answered


def other_numpys(package):
    """Return the modules outside a package that hold something else as `numpy`."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] != package
        for value in list(vars(module).values())
        if isinstance(value, types.ModuleType)
        and vars(value).get("__name__") == "numpy"
        and value is not np
    ]


def train(d2l, name):
    """Train ResNet-18 for one short epoch and return what was printed."""
    out = io.StringIO()
    # TensorFlow's readers pass a function that makes the network
    net = d2l.resnet18 if name == "tensorflow" else d2l.resnet18()
    train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=64)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        d2l.train_ch6(net, train_iter, test_iter, num_epochs=1, lr=0.05)
    return net, next(iter(test_iter)), out.getvalue().splitlines()


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
    assert (again(X) == net(X)).all()
    assert (imported(X) == hybrid(X)).all()

    small = mxnet.np.array([[1.0, 2.0], [3.0, 4.0]])
    assert small[small > 2.5].tolist() == [3, 4]
    assert mxnet.np.pad(small, ((1, 0), (0, 0)), mode="constant").tolist()[0] == [0, 0]
    assert mxnet.np.in1d(small, small[1]).tolist() == [False, False, True, True]
    assert np.mean(small) == 2.5
    assert not any(module.startswith("distutils") for module in sys.modules)


def use_libraries():
    """Use matplotlib, and SciPy and pandas where they are here; return which of the two are."""
    here = [name for name in ("scipy", "pandas") if importlib.util.find_spec(name)]
    if "scipy" in here:
        from scipy import integrate, sparse, stats

        assert stats.norm.cdf(0) == 0.5
        assert integrate.trapezoid([1, 2, 3]) == 4
        assert sparse.eye(3).sum() == 3
    if "pandas" in here:
        import pandas

        frame = pandas.DataFrame({"even": [True, False, True], "x": [1.0, 2.0, 4.0]})
        assert frame.groupby("even").x.mean().tolist() == [2.0, 2.5]
        assert frame.even.dtype == bool
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
    names, answers = dict(vars(np)), numpy_answers()
    framework = BY_NAME[name]
    d2l = importlib.import_module(f"d2l_shim.{framework.module}")
    net, batch, result = train(d2l, name)
    assert re.fullmatch(r"loss \d+\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}", result[0])
    if name == "mxnet":
        check_mxnet(d2l, net, batch)
    libraries = use_libraries()
    assert numpy_changes(names, answers) == []
    assert other_numpys(framework.module) == []
    versions = {
        package: importlib.metadata.version(package)
        for package in ("numpy", "matplotlib", "pillow", "tqdm", "pooch", *libraries)
    }
    versions |= {"python": sys.version.split()[0], name: sys.modules[framework.module].__version__}
    folder = Path(sys.modules["d2l_shim"].__file__).parent
    print(
        json.dumps({"folder": str(folder), "versions": versions, "missing": missing_frameworks()})
    )


if __name__ == "__main__":
    main(sys.argv[1])
