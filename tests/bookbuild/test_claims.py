"""What the text says of recorded numbers and no compared cell can hold, framework by framework."""

import re

import nbformat
import pytest

from bookbuild.recorded import printed, value
from bookbuild.source import ROOT
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
    alone = recorded("resnet-variants", f"{kind} alone {num_blocks}:")
    assert alone > (100 if num_blocks == 20 else 1e6)


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


@each
def test_a_single_epoch_of_resnet_is_worse_on_average_than_at_its_end(recorded):
    assert recorded("resnet", "train acc") < recorded("resnet", "test acc")


@each
def test_lenet_with_sigmoids_guesses_at_a_rate_of_a_tenth(recorded):
    assert recorded("lenet", "epoch 2, valid acc") < 0.12


@each
def test_lenet_was_given_the_better_recipe(recorded):
    rates = {rate: recorded("lenet", f"lr {rate}: valid acc") for rate in (0.3, 0.9)}
    assert rates[0.9] > rates[0.3] + 0.1
    # the second training has momentum and one cycle
    assert recorded("lenet", "test acc/2") > recorded("lenet", "test acc/1") + 0.02


@each
def test_nin_is_best_with_batch_normalization_below_its_scores(recorded):
    published, without, normalized = (recorded("nin", f"test acc/{i}") for i in (1, 2, 3))
    assert normalized > max(published, without)


@each
def test_batch_normalization_brings_pictures_apart(recorded):
    def first_and_last(words):
        return recorded("batch-norm", f"{words}/1"), recorded("batch-norm", words)

    without, with_norm = first_and_last("from image to image")
    assert without < 0.3 and abs(with_norm - 1) < 0.01
    without, with_norm = first_and_last("gradient of the first layer")
    assert with_norm > 10 * without


@each
def test_the_failures_of_not_learning_fail_as_described(framework, recorded):
    def said(words):
        return recorded("not-learning", words)

    def valid_acc(words):
        path = ROOT / f"chapters/not-learning/not-learning-{framework}.ipynb"
        text = printed(nbformat.read(path, as_version=4))
        return float(re.search(rf"{re.escape(words)}.*?valid acc ([\d.]+)", text)[1])

    for rate in ("1.0", "10.0"):
        assert said(f"lr {rate}: loss") > 2.29
    assert valid_acc("lr 0.1:") > 0.7
    assert said("relu: loss after 200 steps") < 0.5
    assert abs(said("sigmoid: loss after 200 steps") - said("entropy of the labels")) < 0.05
    assert valid_acc("training mode, by class") < 0.5 < valid_acc("training mode, mixed")
    assert valid_acc("shuffled labels, 100 epochs") < 0.2
    assert valid_acc("true labels, 100 epochs") > 0.5


@each
@pytest.mark.parametrize("mistake", ["dress, not trouser", "bag, not sneaker", "trouser, not coat"])
def test_the_mistakes_that_are_described_are_among_the_ten_worst(framework, mistake):
    notebook = nbformat.read(ROOT / f"chapters/lenet/lenet-{framework}.ipynb", as_version=4)
    drawn = "".join(str(cell.get("outputs")) for cell in notebook.cells)
    # Matplotlib notes the text of each line that it draws
    assert mistake in " ".join(re.findall(r"<!-- (.*?) -->", drawn))
