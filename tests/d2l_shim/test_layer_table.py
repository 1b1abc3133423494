"""The table of layers, with layers made up for it."""

import numpy as np
import pytest

from d2l_shim import layer_table
from d2l_shim.layer_table import Row, check_shape, layer_name, print_table, run_layers


class Linear:
    def __call__(self, X):
        return X @ np.ones((3, 4))


class Odd(Linear):
    pass


def test_names():
    assert layer_name(Linear()) == "dense"
    assert layer_name(Odd()) == "Odd"
    assert layer_name(Linear(), "relu") == "ReLU"
    assert layer_name(Linear(), "tanh") == "tanh"


def test_rows_leave_out_what_has_no_name():
    rows = run_layers(
        [Linear(), lambda X: X[:, :3], Odd()],
        np.ones((1, 3)),
        "NCHW",
        lambda layer: 12,
        lambda layer: layer_name(layer) if isinstance(layer, Linear) else "",
    )
    assert rows == [Row("dense", (1, 4), 12), Row("Odd", (1, 4), 12)]


def test_a_layer_that_cannot_take_its_input_is_named():
    with pytest.raises(ValueError, match=r"layer 2 \(Odd\) cannot take .* shape \(1, 4\); check"):
        run_layers([Linear(), Odd()], np.ones((1, 3)), "NCHW", lambda layer: 0)


@pytest.mark.parametrize("shape", [28, "28", (), (1,), (1, 0), (1, -1, 2), (1, 2.5), None])
def test_shapes_that_are_none(shape):
    with pytest.raises(ValueError, match="summary: shape must be a tuple"):
        check_shape(shape, "NCHW")


def test_shapes_that_are_one():
    assert check_shape([1, 1, 28, 28], "NCHW") == (1, 1, 28, 28)


def test_count():
    assert layer_table.count([(2, 3), (4,), ()]) == 11


def test_printed_table(capsys):
    print_table([Row("convolution", (1, 64, 48, 48), 3200), Row("dense", (1, 10), 5_130_000)])
    assert capsys.readouterr().out == (
        "layer        output           parameters\n"
        "convolution  (1, 64, 48, 48)       3,200\n"
        "dense        (1, 10)           5,130,000\n"
        "total                          5,133,200\n"
    )
