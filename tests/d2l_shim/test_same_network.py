"""ResNet-18 is the same network in all frameworks: same weights in, same numbers out."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("network_worker.py")
TOLERANCE = 1e-4
OTHERS = [framework.name for framework in FRAMEWORKS if framework.name != "pytorch"]


def resnet18_layers(rng):
    """Yield the weights of ResNet-18, layer by layer: random, of a size that lets signals pass."""

    def conv(c_in, c_out, k):
        W = rng.normal(size=(c_out, c_in, k, k)) * np.sqrt(2 / (c_in * k * k))
        return {"W": W, "b": rng.normal(size=c_out) * 0.1}

    def norm(c):
        return {
            "gamma": rng.uniform(0.5, 1.5, c),
            "beta": rng.normal(size=c) * 0.1,
            "mean": rng.normal(size=c) * 0.1,
            "var": rng.uniform(0.5, 1.5, c),
        }

    yield from (conv(1, 64, 7), norm(64))
    for c_in, c_out in ((64, 64), (64, 128), (128, 256), (256, 512)):
        for i in range(2):
            yield conv(c_out if i else c_in, c_out, 3)
            yield conv(c_out, c_out, 3)
            if i == 0 and c_in != c_out:
                yield conv(c_in, c_out, 1)
            yield from (norm(c_out), norm(c_out))
    yield {"W": rng.normal(size=(10, 512)) / np.sqrt(512), "b": rng.normal(size=10) * 0.1}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Give a function that runs one framework and remembers what came out."""
    folder = tmp_path_factory.mktemp("same-network")
    rng = np.random.default_rng(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("D2L_QUICK", "1")
        images, labels = next(iter(fashion_mnist_batches(8, resize=96)[1]))
    given = {"images": images, "labels": labels}
    given["block_input"] = rng.normal(size=(8, 64, 24, 24)).astype(np.float32)
    for i, layer in enumerate(resnet18_layers(rng)):
        given |= {f"{i:03d}/{name}": value.astype(np.float32) for name, value in layer.items()}
    np.savez(folder / "given.npz", **given)
    done = {}

    def run_one(name, variant="none"):
        framework = next(framework for framework in FRAMEWORKS if framework.name == name)
        if importlib.util.find_spec(framework.module) is None:
            pytest.skip(f"{framework.label} is not installed")
        if (name, variant) not in done:
            output = folder / f"{name}-{variant}.npz"
            command = [sys.executable, str(WORKER), "--framework", name, "--variant", variant]
            command += ["--input", str(folder / "given.npz"), "--output", str(output)]
            env = os.environ | {"PYTHONPATH": str(ROOT)}
            ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
            assert ended.returncode == 0, ended.stderr[-3000:]
            with np.load(output) as made:
                done[name, variant] = dict(made)
        return done[name, variant]

    return run_one


def differences(ours, reference):
    """Return the largest absolute difference of each part; logits are scaled to order 1."""
    assert ours.keys() == reference.keys()
    scale = np.abs(reference["logits"]).max()
    found = {"logits": 0.0, "block": 0.0, "mean": 0.0, "var": 0.0}
    for key in reference.keys() - {"shapes"}:
        assert ours[key].shape == reference[key].shape
        part = key.split("/")[0]
        unit = scale if part == "logits" else 1
        found[part] = max(found[part], float(np.abs(ours[key] - reference[key]).max()) / unit)
    return found


@pytest.mark.parametrize("name", OTHERS)
def test_same_numbers_as_pytorch(run, name):
    reference = run("pytorch")
    found = differences(run(name), reference)
    print(f"{name}:", ", ".join(f"{part} {value:.1e}" for part, value in found.items()))
    assert max(found.values()) < TOLERANCE, found


@pytest.mark.parametrize("name", OTHERS)
def test_parameters_are_registered_in_the_same_order(run, name):
    assert list(run(name)["shapes"]) == list(run("pytorch")["shapes"])


def test_images_are_told_apart(run):
    logits = run("pytorch")["logits"]
    assert logits.std(axis=0).max() > 0.01 * np.abs(logits).max()


@pytest.mark.parametrize(
    ("variant", "part"), [("same-padding", "logits"), ("epsilon", "logits"), ("momentum", "var")]
)
def test_a_framework_default_left_as_it_is_would_be_noticed(run, variant, part):
    found = differences(run("tensorflow", variant), run("pytorch"))
    print(f"{variant}:", ", ".join(f"{part} {value:.1e}" for part, value in found.items()))
    assert found[part] > 10 * TOLERANCE, found
