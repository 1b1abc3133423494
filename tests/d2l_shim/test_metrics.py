"""Running sums and shares."""

import numpy as np
import pytest

from d2l_shim.metrics import Accumulator, share_correct


def test_accumulator_adds_and_resets():
    sums = Accumulator(2)
    sums.add(1, 0.5)
    sums.add(np.float32(2), np.array(1))
    assert (sums[0], sums[1]) == (3, 1.5)
    sums.reset()
    assert (sums[0], sums[1]) == (0, 0)
    with pytest.raises(ValueError, match="keeps 2 sums and was given 1 numbers"):
        sums.add(1)


def test_share_correct_weighs_batches_by_their_size():
    batches = [("X", [0] * 8), ("X", [0] * 2)]
    assert share_correct(batches, lambda X, y: len(y) if len(y) == 8 else 0) == 0.8
    with pytest.raises(ValueError, match="data_iter holds no batch"):
        share_correct([], lambda X, y: 0)
