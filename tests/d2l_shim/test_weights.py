"""A network that was trained in one framework is the same in any other."""

import functools

import networks
import numpy as np
import pytest

from d2l_shim.data import fashion_mnist_batches
from d2l_shim.frameworks import BY_NAME

TOLERANCE = 1e-4
# in double precision frameworks differ by less than 1e-8
TRAINING_TOLERANCE = 1e-6
each_source = pytest.mark.parametrize("source", BY_NAME)
each_target = pytest.mark.parametrize("target", BY_NAME)


@pytest.fixture(scope="module")
def given():
    """Return the batches that networks learn from, and the images that they are tested with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("D2L_QUICK", "1")
        train_iter, test_iter = fashion_mnist_batches(16)
        X, _ = next(iter(test_iter))
        batches = [batch for batch, _ in zip(train_iter, range(15), strict=False)]
    return {"test": X, "batches": batches}


@pytest.fixture(scope="module")
def saved(in_process_of, given, tmp_path_factory):
    """Give a function from a framework to where it saved its networks and what they computed."""
    folder = tmp_path_factory.mktemp("weights")

    @functools.cache
    def of(name):
        path, seed = f"{folder}/{{}}-{name}.safetensors", list(BY_NAME).index(name)
        return path, in_process_of(name, networks.save, path, given, seed)

    return of


@pytest.fixture(scope="module")
def computed(in_process_of, given, saved):
    """Give a function that returns what a framework computes with another's weights."""
    return functools.cache(
        lambda source, target: in_process_of(target, networks.computed, saved(source)[0], given)
    )


def difference(ours, reference, unit=None):
    assert ours.shape == reference.shape
    return np.abs(ours - reference).max() / (np.abs(reference).max() if unit is None else unit)


@pytest.mark.parametrize("network", networks.SAVED)
@each_source
@each_target
def test_same_logits(saved, computed, source, target, network):
    reference = saved(source)[1][network]
    # or else it says little: images are told apart
    assert reference.std(axis=0).max() > 0.01 * np.abs(reference).max()
    assert difference(computed(source, target)[network], reference) < TOLERANCE


@each_source
@each_target
def test_same_gradients_and_losses(computed, source, target):
    ours, reference = computed(source, target), computed(source, source)
    assert len(reference["gradients"]) == 44
    assert gradient_difference(ours, reference) < TRAINING_TOLERANCE
    assert difference(ours["losses"], reference["losses"], 1) < TRAINING_TOLERANCE
    assert abs(ours["first loss"] - reference["first loss"]) < TOLERANCE


def gradient_difference(ours, reference):
    """Return how far gradients are apart at most, relative to their size."""
    ours, reference = ours["gradients"], reference["gradients"]
    assert ours.keys() == reference.keys()
    largest = {name: np.abs(gradient).max() for name, gradient in reference.items()}
    floor = 1e-3 * max(largest.values())
    return max(
        difference(ours[name], reference[name], max(largest[name], floor)) for name in reference
    )
