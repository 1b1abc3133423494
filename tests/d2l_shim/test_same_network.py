"""Each network is the same in all frameworks: same weights in, same numbers out."""

import functools

import numpy as np
import pytest
from networks import SIZES, numbers

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import BY_NAME

TOLERANCE = 1e-4
each_network = pytest.mark.parametrize("network", SIZES)
each_other = pytest.mark.parametrize("name", [name for name in BY_NAME if name != "pytorch"])


@pytest.fixture(scope="module")
def computed(in_process_of):
    """Give a function that returns what a network computes in a framework."""
    block = np.random.default_rng(0).normal(size=(8, 64, 24, 24))

    @functools.cache
    def of(name, network):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("D2L_QUICK", "1")
            images, labels = next(iter(fashion_mnist_batches(8, resize=SIZES[network])[1]))
        given = {"images": images, "labels": labels, "block": block}
        return in_process_of(name, numbers, network, given)

    return of


def differences(ours, reference):
    """Return the largest difference of each part.

    Logits are scaled to order 1, and so are arrays with larger entries, such as variances far up a
    residual network.
    """
    assert ours.keys() == reference.keys()
    found = {}
    for part in reference.keys() - {"parameters", "layers"}:
        pair = ours[part], reference[part]
        pairs = zip(*pair, strict=True) if isinstance(pair[0], list) else [pair]
        found[part] = max(difference(part, *pair) for pair in pairs)
    return found


def difference(part, ours, reference):
    assert ours.shape == reference.shape
    largest = np.abs(reference).max()
    return np.abs(ours - reference).max() / (largest if part == "logits" else max(1, largest))


@each_network
@each_other
def test_same_numbers_as_pytorch(computed, name, network):
    reference = computed("pytorch", network)
    # the network tells images apart
    assert reference["logits"].std(axis=0).max() > 0.01 * np.abs(reference["logits"]).max()
    found = differences(computed(name, network), reference)
    assert max(found.values()) < TOLERANCE, found


@each_network
@each_other
def test_layers_and_parameters_come_in_the_same_order(computed, name, network):
    ours, reference = computed(name, network), computed("pytorch", network)
    assert ours["layers"] == reference["layers"]
    assert ours["parameters"] == reference["parameters"]
