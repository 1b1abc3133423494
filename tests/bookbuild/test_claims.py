"""What the text says of recorded numbers and no compared cell can hold, framework by framework."""

import pytest

from bookbuild.recorded import value
from d2l_shim.frameworks import BY_NAME

each = pytest.mark.parametrize("framework", BY_NAME)


@pytest.fixture
def recorded(framework):
    return lambda slug, words: float(value(f"{slug}/{framework}/{words}").replace(",", ""))


@each
def test_half_of_the_photographs_are_named_and_accuracies_are_close(recorded):
    assert 0.5 < recorded("cifar10", "test acc") < 0.6
    assert abs(recorded("cifar10", "train acc") - recorded("cifar10", "test acc")) < 0.03
    assert recorded("cifar10", "loss") > 1, "far above 0.50"


@each
def test_depth_harms_plain_networks_and_not_residual_ones(recorded):
    losses = {
        (kind, depth): recorded("depth", f"{kind} {depth} layers: loss")
        for kind in ("plain", "residual")
        for depth in (8, 20, 44)
    }
    assert losses["plain", 44] > 1.3 * losses["plain", 8]
    assert losses["plain", 20] > losses["plain", 8]
    assert max(losses["residual", depth] for depth in (20, 44)) < 1.1 * losses["residual", 8]
    assert losses["residual", 44] < losses["plain", 44] / 1.3


@each
def test_it_takes_batch_norm_and_shortcuts_to_keep_a_gradient(recorded):
    def growth(norm, kind, depth):
        return recorded("depth", f"{norm} batch norm, {kind} {depth} layers:")

    assert growth("without", "plain", 110) < 0.01
    assert growth("without", "residual", 110) > 1e6 and growth("with", "plain", 110) > 1e6
    assert 1 < growth("with", "residual", 110) < 100


@each
@pytest.mark.parametrize("kind", ["BasicBlock", "PreActivation"])
@pytest.mark.parametrize("num_blocks", [20, 50])
def test_gradients_grow_by_tens_in_residual_blocks(recorded, kind, num_blocks):
    assert 5 < recorded("resnet-variants", f"{kind} {num_blocks}:") < 100


@each
def test_he_keeps_signals_that_xavier_loses_in_alexnet(recorded):
    assert recorded("alexnet", "Xavier, layer 7:") < 0.1 * recorded("alexnet", "Xavier, layer 1:")
    assert recorded("alexnet", "He, layer 7:") > recorded("alexnet", "He, layer 1:")


@each
def test_a_deeper_vgg_needs_a_better_start(recorded):
    assert recorded("vgg", "Xavier, 19 layers:") < 0.1 * recorded("vgg", "Xavier, 11 layers:")
    assert recorded("vgg", "He, 19 layers:") > 1000 * recorded("vgg", "Xavier, 19 layers:")


@each
def test_activations_outweigh_parameters_in_training(recorded):
    first, batch = "kept for one image", "MB, for 128"
    assert recorded("vgg", f"VGG-11: parameters 515 MB, {first} 36.1 {batch}") == 4616
    assert recorded("vgg", f"AlexNet: parameters 187 MB, {first} 3.1 {batch}") == 393


@each
def test_alexnet_does_better_on_test_images_than_in_training(recorded):
    assert recorded("alexnet", "test acc") > recorded("alexnet", "train acc") + 0.05
