"""Each network is the same in all frameworks: same weights in, same numbers and files out."""

import functools

import numpy as np
import pytest
from networks import SIZES, numbers
from safetensors.numpy import load_file

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import BY_NAME

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def computed(in_process_of, tmp_path_factory):
    """Give a function that returns what a network computes in a framework, and its file."""
    folder = tmp_path_factory.mktemp("files")
    block = np.random.default_rng(0).normal(size=(8, 64, 24, 24))

    @functools.cache
    def of(name, network):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("D2L_QUICK", "1")
            images, labels = next(iter(fashion_mnist_batches(8, resize=SIZES[network])[1]))
        given = {"images": images, "labels": labels, "block": block}
        path = f"{folder}/{network}-{name}.safetensors"
        return in_process_of(name, numbers, network, path, given), load_file(path)

    return of


def differences(ours, reference):
    """Return the largest difference of each part.

    Logits are scaled to order 1, and so are arrays with larger entries, such as variances far up a
    residual network.
    """
    assert ours.keys() == reference.keys()
    found = {}
    for part in reference:
        pair = ours[part], reference[part]
        pairs = zip(*pair, strict=True) if isinstance(pair[0], list) else [pair]
        found[part] = max(difference(part, *pair) for pair in pairs)
    return found


def difference(part, ours, reference):
    assert ours.shape == reference.shape
    largest = np.abs(reference).max()
    return np.abs(ours - reference).max() / (largest if part == "logits" else max(1, largest))


@pytest.mark.parametrize("network", SIZES)
@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "pytorch"])
def test_same_numbers_and_files_as_pytorch(computed, name, network):
    reference, expected = computed("pytorch", network)
    ours, arrays = computed(name, network)
    assert arrays.keys() == expected.keys()
    for key, array in expected.items():
        np.testing.assert_array_equal(arrays[key], array, err_msg=key)
    # the network tells images apart
    assert reference["logits"].std(axis=0).max() > 0.01 * np.abs(reference["logits"]).max()
    found = differences(ours, reference)
    assert max(found.values()) < TOLERANCE, found
