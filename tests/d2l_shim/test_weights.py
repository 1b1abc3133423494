"""A network that was trained in one framework is the same in any other, and errors say why."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("weights_worker.py")
NAMES = [framework.name for framework in FRAMEWORKS]
TOLERANCE = 1e-4
# in double precision frameworks differ by less than 1e-8
TRAINING_TOLERANCE = 1e-6
each_framework = pytest.mark.parametrize("name", NAMES)
each_source = pytest.mark.parametrize("source", NAMES)
each_target = pytest.mark.parametrize("target", NAMES)


@pytest.fixture(scope="module")
def frameworks(tmp_path_factory):
    """Give the folder that one process a framework saved in, and the names of those that did."""
    folder = tmp_path_factory.mktemp("weights")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("D2L_QUICK", "1")
        train_iter, test_iter = fashion_mnist_batches(16)
        X, y = next(iter(test_iter))
        # the ten images that the chapter looks at
        given = {"test": X, "Xten": X[:10], "yten": y[:10]}
        for i, (X, y) in zip(range(15), train_iter, strict=False):
            given |= {f"X{i}": X, f"y{i}": y}
    np.savez(folder / "given.npz", **given)
    installed = [name for name in NAMES if importlib.util.find_spec(BY_NAME[name].module)]
    for name in installed:
        work(folder, name)
    return folder, installed


def work(folder, name, *sources):
    command = [sys.executable, str(WORKER), "--framework", name, "--folder", str(folder)]
    command += ["--sources", *sources] if sources else []
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-3000:]


def skip_unless_installed(installed, *names):
    for name in names:
        if name not in installed:
            pytest.skip(f"{BY_NAME[name].label} is not installed")


@pytest.fixture(scope="module")
def pair(frameworks):
    """Give a function that returns what two frameworks compute with the same file."""
    folder, installed = frameworks
    done = {}

    def of(source, target):
        skip_unless_installed(installed, source, target)
        if target not in done:
            work(folder, target, *installed)
            done[target] = arrays(folder / f"loaded-{target}.npz")
        made = done[target]
        ours = {key.split("/", 1)[1]: made[key] for key in made if key.startswith(f"{source}/")}
        return arrays(folder / f"saved-{source}.npz"), ours

    return of


def arrays(path):
    with np.load(path) as made:
        return dict(made)


@pytest.fixture(scope="module")
def seen(frameworks):
    """Give a function that returns what one framework's worker saw."""
    folder, installed = frameworks

    def of(name):
        skip_unless_installed(installed, name)
        return json.loads((folder / f"seen-{name}.json").read_text())

    return of


def difference(ours, reference, unit=None):
    assert ours.shape == reference.shape
    unit = float(np.abs(reference).max()) if unit is None else unit
    return float(np.abs(ours - reference).max()) / unit


@pytest.mark.parametrize("network", ["resnet", "blocks", "lenet"])
@each_source
@each_target
def test_same_logits(pair, source, target, network):
    reference, ours = (of[f"{network}/logits"] for of in pair(source, target))
    found = difference(ours, reference)
    print(f"{network} from {source} in {target}: logits {found:.1e}")
    assert found < TOLERANCE
    # or else it says little: images are told apart
    assert reference.std(axis=0).max() > 0.01 * np.abs(reference).max()


def training_differences(reference, ours, prefix):
    """Return how far gradients, relative to their size, and losses are apart at most."""
    names = [name for name in reference if name.startswith(f"{prefix}/gradient")]
    assert len(names) == {"resnet": 44, "shipped": 76}[prefix]
    largest = {name: float(np.abs(reference[name]).max()) for name in names}
    floor = 1e-3 * max(largest.values())
    gradients = max(
        difference(ours[name], reference[name], max(largest[name], floor)) for name in names
    )
    return gradients, difference(ours[f"{prefix}/losses"], reference[f"{prefix}/losses"], 1.0)


@each_source
@each_target
def test_the_shipped_weights_train_alike_in_single_precision(frameworks, source, target):
    folder, installed = frameworks
    skip_unless_installed(installed, source, target)
    reference, ours = (arrays(folder / f"saved-{name}.npz") for name in (source, target))
    logits = difference(ours["shipped/logits"], reference["shipped/logits"])
    gradients, losses = training_differences(reference, ours, "shipped")
    print(f"shipped, {source} and {target}: {logits:.1e}, {gradients:.1e}, {losses:.1e}")
    assert logits < TOLERANCE
    # single precision has the signs of a few ReLUs wrong; a mistake would be of order 1
    assert gradients < 0.1
    assert losses < 1e-3


@each_source
@each_target
def test_same_gradients_and_losses(pair, source, target):
    reference, ours = pair(source, target)
    assert {name for name in reference if not name.startswith("shipped")} == ours.keys()
    gradients, losses = training_differences(reference, ours, "resnet")
    first = difference(ours["resnet/first loss"], reference["resnet/first loss"], 1.0)
    print(
        f"from {source} in {target}: gradients {gradients:.1e}, losses {losses:.1e}, "
        f"first one in single precision {first:.1e}"
    )
    assert gradients < TRAINING_TOLERANCE
    assert losses < TRAINING_TOLERANCE
    assert first < TOLERANCE


@each_framework
def test_names_shapes_and_numbers_are_the_same_for_all_networks(seen, name):
    ours, reference = seen(name)["networks"], seen("pytorch")["networks"]
    assert ours.keys() == reference.keys()
    for network in reference:
        assert ours[network] == reference[network], network


def test_the_names_of_a_network(seen):
    names = {name: tuple(shape) for name, shape, _ in seen("pytorch")["networks"]["lenet_bn"]}
    assert list(names)[:6] == [
        "conv1.weight",
        "conv1.bias",
        "norm1.scale",
        "norm1.shift",
        "norm1.mean",
        "norm1.variance",
    ]
    assert names["conv2.weight"] == (16, 6, 5, 5)
    assert names["dense1.weight"] == (120, 400)
    assert names["norm4.variance"] == (84,)


@each_framework
def test_a_network_loads_what_it_saved(seen, name):
    assert seen(name)["loaded_back"]


@each_framework
def test_layers_of_no_known_kind(seen, name):
    found = seen(name)
    kinds = "conv (Conv2", "norm (BatchNorm", "dense ("
    for said in (found["unknown"], found["unknown_loaded"]):
        assert said.startswith("WeightsError: layer ") and "(Embedding) holds " in said
        assert all(kind in said for kind in kinds)
        assert "cause" not in said
    assert "has no scale" in found["plain_norm"] and "(BatchNorm" in found["plain_norm"]
    assert found["no_network"].startswith("WeightsError: the first argument must be a network")
    assert found["no_weights"].startswith("WeightsError: the network has no layer with weights")


@each_framework
def test_all_that_does_not_fit_is_said_at_once(seen, name):
    found = seen(name)
    lines = found["does_not_fit"].splitlines()
    assert lines[0].endswith(f"lenet-{name}.safetensors does not fit this network:")
    assert lines[1:-1] == [
        "  conv1.weight: expected (8, 1, 5, 5), found (6, 1, 5, 5)",
        "  conv1.bias: expected (8,), found (6,)",
        "  norm1.scale: expected (8,), found none",
        "  norm1.shift: expected (8,), found none",
        "  norm1.mean: expected (8,), found none",
        "  norm1.variance: expected (8,), found none",
        "  dense1.weight: expected (120, 6272), found (120, 400)",
        "  conv2.bias: expected none, found (16,)",
        "  conv2.weight: expected none, found (16, 6, 5, 5)",
        "  dense3.bias: expected none, found (10,)",
        "  dense3.weight: expected none, found (10, 84)",
    ]
    assert found["untouched"]


@each_framework
def test_files_that_cannot_be_used(seen, name):
    found = seen(name)
    assert found["no_file"].startswith("WeightsError: there is no file ")
    assert "is no readable safetensors file (" in found["damaged"]
    assert "there is no folder " in found["no_folder"]
    assert "cannot be written (Is a directory)" in found["a_folder"]
    assert not any(str(said).endswith("(with its cause)") for said in found.values())


@pytest.mark.parametrize("name", ["mxnet", "pytorch", "paddle"])
def test_a_layer_that_is_used_twice_counts_once(seen, name):
    assert seen(name)["twice"] == ["dense1.weight", "dense1.bias"]


@pytest.mark.parametrize("name", ["pytorch", "paddle"])
def test_modes_and_gradients_stay_as_they_are(seen, name):
    assert seen(name)["kept"] == [True] * len(seen(name)["kept"])


def test_lazy_layers_of_pytorch(seen):
    found = seen("pytorch")
    for said in (found["lazy_saved"], found["lazy_loaded"]):
        assert said == (
            "WeightsError: layer 0 (LazyConv2d) has no weights yet; call the network on a batch "
            "first"
        )
    assert "(ParametrizedLinear) has no weight" in found["weight_norm"]


def test_shapes_that_mxnet_does_not_know_yet(seen):
    found = seen("mxnet")
    for said in (found["bare_saved"], found["waiting_saved"]):
        assert said.startswith("WeightsError: conv1.weight, ")
        assert said.endswith("and then the network on a batch")
    assert (
        "conv1.weight: expected (8, ?, 5, 5), found (6, 1, 5, 5)" in found["waiting_does_not_fit"]
    )
    assert found["still_waiting"]
    assert found["loaded"] and found["has_gradients"]


def test_networks_that_keras_has_not_built(seen):
    found = seen("tensorflow")
    for said in (found["unbuilt_saved"], found["unbuilt_loaded"]):
        assert said.endswith("so it has no weights yet; call it on a batch first")


def test_what_is_flattened_in_keras_must_be_known(seen):
    found = seen("tensorflow")
    assert "has 12 inputs, and no Flatten layer registered before it" in found["no_flatten"]
    assert found["pooled"] == "no error"
    # each of two dense layers behind a Flatten sees maps of 3x2 with 2 channels
    expected = np.arange(36).reshape(3, 2, 2, 3)[..., 0].transpose(2, 0, 1).ravel()
    assert found["head"] == expected.tolist()


@pytest.mark.parametrize("name", ["mxnet", "paddle", "tensorflow"])
def test_the_other_order_of_axes_is_refused(seen, name):
    found = seen(name)
    side = "first" if name == "tensorflow" else "last"
    said = found[f"channels_{side}"]
    assert f"has its channels {side}; build it with " in said
