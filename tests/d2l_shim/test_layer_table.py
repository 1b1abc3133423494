"""The table of layers, with layers made up for it."""

import numpy as np
import pytest

from d2l_shim import layer_table
from d2l_shim.layer_table import Row, check_arguments, layer_name, multiply_adds


class Linear:
    def __call__(self, X):
        return X @ np.ones((3, 4))


class Odd(Linear):
    pass


class Inspector(layer_table.Inspector):
    sequential = list

    def name(self, layer):
        return layer_name(layer) if isinstance(layer, Linear) else ""

    def run(self, layer, X):
        return layer(X), 7

    def trainable(self, layer):
        return [(3, 4)]


def test_rows_leave_out_what_has_no_name():
    rows = Inspector().rows([Linear(), lambda X: X[:, :3], Odd()], np.ones((1, 3)))
    expected = [Row("input", (1, 3), 0, 0), Row("dense", (1, 4), 12, 7), Row("Odd", (1, 4), 12, 7)]
    assert rows == expected


def test_a_layer_that_cannot_take_its_input_is_named():
    with pytest.raises(ValueError, match=r"layer 2 \(Odd\) cannot take .* shape \(1, 4\); check"):
        Inspector().rows([Linear(), Odd()], np.ones((1, 3)))


def test_what_is_no_network_is_said():
    with pytest.raises(TypeError, match=r"summary and cost take a network, not list"):
        layer_table.summary([], (1, 1, 28, 28))


@pytest.mark.parametrize("shape", [28, "28", (), (1,), (1, 0), (1, -1, 2), (1, 2.5), None])
def test_shapes_that_are_none(shape):
    with pytest.raises(ValueError, match="summary: shape must be a tuple"):
        check_arguments(shape, "NCHW", None)


def test_multiply_adds():
    # each of the 2x3x3 outputs of a convolution takes 4x5x5 products
    assert multiply_adds((2, 4, 5, 5), (1, 2, 3, 3), "NCHW") == 2 * 3 * 3 * 4 * 5 * 5
    assert multiply_adds((400, 120), (8, 120), "NCHW") == 8 * 400 * 120
