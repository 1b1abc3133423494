"""Each network is the same in all frameworks: same weights in, same numbers out."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

sys.path.insert(0, str(Path(__file__).parent))
from network_worker import SIZES

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("network_worker.py")
TOLERANCE = 1e-4
OTHERS = [framework.name for framework in FRAMEWORKS if framework.name != "pytorch"]
each_network = pytest.mark.parametrize("network", SIZES)
each_other = pytest.mark.parametrize("name", OTHERS)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Give a function that runs one framework and remembers what came out."""
    folder = tmp_path_factory.mktemp("same-network")
    rng = np.random.default_rng(0)
    given = {"block_input": rng.normal(size=(8, 64, 24, 24)).astype(np.float32)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("D2L_QUICK", "1")
        for size in set(SIZES.values()):
            images, labels = next(iter(fashion_mnist_batches(8, resize=size)[1]))
            given |= {f"images/{size}": images, "labels": labels}
    np.savez(folder / "given.npz", **given)
    done = {}

    def run_one(name, variant="none"):
        if importlib.util.find_spec(BY_NAME[name].module) is None:
            pytest.skip(f"{BY_NAME[name].label} is not installed")
        if (name, variant) not in done:
            output = folder / f"{name}-{variant}.npz"
            command = [sys.executable, str(WORKER), "--framework", name, "--variant", variant]
            command += ["--input", str(folder / "given.npz"), "--output", str(output)]
            if variant != "none":
                command += ["--networks", "resnet18"]
            env = os.environ | {"PYTHONPATH": str(ROOT)}
            ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
            assert ended.returncode == 0, ended.stderr[-3000:]
            with np.load(output) as made:
                done[name, variant] = dict(made)
        return done[name, variant]

    return run_one


def of_network(made, network):
    """Return what one network computed, by part."""
    return {key.split("/")[1]: made[key] for key in made if key.startswith(f"{network}/")}


def differences(ours, reference):
    """Return the largest difference of each part.

    Logits are scaled to order 1, and so are arrays with larger entries, such as variances far up a
    residual network.
    """
    assert ours.keys() == reference.keys()
    found = {}
    for key in reference.keys() - {"shapes", "layers"}:
        assert ours[key].shape == reference[key].shape
        part = key.rstrip("0123456789")
        largest = float(np.abs(reference[key]).max())
        unit = largest if part == "logits" else max(1.0, largest)
        difference = float(np.abs(ours[key] - reference[key]).max()) / unit
        found[part] = max(found.get(part, 0.0), difference)
    return found


def said(who, found):
    print(f"{who}:", ", ".join(f"{part} {value:.1e}" for part, value in sorted(found.items())))


@each_network
@each_other
def test_same_numbers_as_pytorch(run, name, network):
    reference = of_network(run("pytorch"), network)
    found = differences(of_network(run(name), network), reference)
    said(f"{network} in {name}", found)
    assert max(found.values()) < TOLERANCE, found


@each_network
@each_other
def test_layers_and_parameters_come_in_the_same_order(run, name, network):
    ours, reference = of_network(run(name), network), of_network(run("pytorch"), network)
    assert list(ours["layers"]) == list(reference["layers"])
    assert list(ours["shapes"]) == list(reference["shapes"])


@each_network
def test_images_are_told_apart(run, network):
    logits = run("pytorch")[f"{network}/logits"]
    assert logits.std(axis=0).max() > 0.01 * np.abs(logits).max()


@pytest.mark.parametrize(
    ("variant", "part"), [("same-padding", "logits"), ("epsilon", "logits"), ("momentum", "var")]
)
def test_a_framework_default_left_as_it_is_would_be_noticed(run, variant, part):
    ours = of_network(run("tensorflow", variant), "resnet18")
    found = differences(ours, of_network(run("pytorch"), "resnet18"))
    said(variant, found)
    assert found[part] > 10 * TOLERANCE, found
