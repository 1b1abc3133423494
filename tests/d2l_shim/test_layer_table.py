"""What the table of layers refuses; its rows are each framework's (test_framework_modules.py)."""

import pytest

from d2l_shim.layer_table import check_arguments, summary


def test_what_is_no_network_is_said():
    with pytest.raises(TypeError, match=r"summary and cost take a network, not list"):
        summary([], (1, 1, 28, 28))


@pytest.mark.parametrize("shape", [28, "28", (), (1,), (1, 0), (1, -1, 2), (1, 2.5), None])
def test_shapes_that_are_none(shape):
    with pytest.raises(ValueError, match="shape must be a tuple of positive whole numbers"):
        check_arguments(shape, "NCHW", None)
