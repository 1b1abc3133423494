"""The IDX parser: a correct array or a ValueError that says what is wrong, nothing else."""

import struct

import numpy as np
import pytest

from d2l_shim.data import parse_idx


@pytest.mark.parametrize("shape", [(3,), (2, 5, 4), (1, 2, 1, 3)])
def test_an_array_is_read_back(shape):
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    data = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *shape) + array.tobytes()
    parsed = parse_idx(data)
    assert parsed.dtype == np.uint8
    np.testing.assert_array_equal(parsed, array)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"must open with .*, not with \[\]; is this an IDX file"),
        (b"\x1f\x8b\x08\x00", "decompressed"),
        (b"\0\0\x0d\x01\0\0\0\1abcd", r"8 \(unsigned bytes\) .* not with \[0, 0, 13, 1\]"),
        (b"\0\0\x08\x00", r"1 to 32 \(axes\), not with \[0, 0, 8, 0\]"),
        (b"\0\0\x08\x21" + bytes(200), r"1 to 32 \(axes\), not with \[0, 0, 8, 33\]"),
        (b"\0\0\x08\x03\0\0\0\1", "header of 16 bytes, but there are 8"),
        (b"\0\0\x08\x01\0\0\0\0", r"shape \(0,\) must have elements"),
        (b"\0\0\x08\x01\0\0\0\x02a", r"shape \(2,\) .* 10 bytes, not 9"),
        (b"\0\0\x08\x01\0\0\0\x02abc", r"shape \(2,\) .* 10 bytes, not 11"),
        (b"\0\0\x08\x04" + b"\xff" * 16, "and 340,282,"),
    ],
)
def test_says_what_is_wrong(data, said):
    with pytest.raises(ValueError, match=said):
        parse_idx(data)
