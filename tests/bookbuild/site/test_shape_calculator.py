"""The table of output sizes is computed, and a line that is no layer fails the build."""

import pytest

from bookbuild.site.shape_calculator import HEAD, output_shape
from bookbuild.site.theme import STATIC
from bookbuild.translation.catalogue import read
from bookbuild.translation.editions import editions
from bookbuild.words import CATALOGUE, script_words


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        ("8x8 3x3 2x2", "expected a layer like"),
        ("8x8 3x3 -2x2 1x1", "expected a layer like"),
        ("8x8 3x11 2x2 1x1", "no window of '8x8 3x11 2x2 1x1' fits"),
        ("8x8 0x3 2x2 1x1", "fits"),
        ("8x8 3x3 2x2 0x1", "stride is 0"),
    ],
)
def test_what_is_no_layer_is_one_sentence(layer: str, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        output_shape(layer)


def test_what_the_script_says_can_be_translated():
    said = script_words(STATIC / "shape-calculator.js")
    assert len(said) > 10
    texts = {one.id for one in read(editions()["zh"].catalogue(CATALOGUE)) if one.string}
    assert {*said, *HEAD} <= texts
