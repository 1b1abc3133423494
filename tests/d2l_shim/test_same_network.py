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

    @functools.cache
    def of(name, network):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("D2L_QUICK", "1")
            images, labels = next(iter(fashion_mnist_batches(8, resize=SIZES[network])[1]))
        given = {"images": images, "labels": labels}
        path = f"{folder}/{network}-{name}.safetensors"
        return in_process_of(name, numbers, network, path, given), load_file(path)

    return of


@pytest.mark.parametrize("network", SIZES)
@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "pytorch"])
def test_same_numbers_and_files_as_pytorch(computed, name, network):
    reference, expected = computed("pytorch", network)
    ours, arrays = computed(name, network)
    assert arrays.keys() == expected.keys()
    for key, array in expected.items():
        np.testing.assert_array_equal(arrays[key], array, err_msg=key)
    # the network tells images apart
    (logits,) = reference["logits"]
    assert logits.std(axis=0).max() > 0.01 * np.abs(logits).max()
    assert ours.keys() == reference.keys()
    for part, expected in reference.items():
        for array, right in zip(ours[part], expected, strict=True):
            # others than logits are of order 1, but for variances far up a residual network
            scale = max(np.abs(right).max(), part != "logits")
            np.testing.assert_allclose(array, right, 0, TOLERANCE * scale, err_msg=part)
