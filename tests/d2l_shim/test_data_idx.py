"""The IDX parser: a correct array or a ValueError that says what is wrong, nothing else."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from d2l_shim.data import parse_idx

arrays = st_numpy.arrays(np.uint8, st_numpy.array_shapes(min_dims=1, max_dims=4, max_side=6))


def idx(array):
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def well_formed(data):
    """Judge by the format's definition, without the parser."""
    if len(data) < 4 or data[:3] != b"\0\0\x08" or not 1 <= data[3] <= 32:
        return False
    header, count = 4 + 4 * data[3], 1
    if len(data) < header:
        return False
    for start in range(4, header, 4):
        count *= int.from_bytes(data[start : start + 4], "big")
    return count > 0 and len(data) == header + count


@given(arrays)
def test_round_trip(array):
    parsed = parse_idx(idx(array))
    assert parsed.dtype == np.uint8
    np.testing.assert_array_equal(parsed, array)


@st.composite
def mutated(draw):
    """A well-formed file with bytes replaced, cut off or added."""
    data = bytearray(idx(draw(arrays)))
    for _ in range(draw(st.integers(0, 3))):
        position = draw(st.integers(0, min(len(data) - 1, 24)))
        data[position] = draw(st.integers(0, 255))
    end = draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))
    return bytes(data[:end]) + draw(st.one_of(st.just(b""), st.binary(max_size=8)))


@settings(max_examples=5000, deadline=None, derandomize=True)
@given(st.one_of(mutated(), st.binary(max_size=40)))
def test_only_ever_an_array_or_a_value_error(data):
    if well_formed(data):
        assert idx(parse_idx(data)) == data
    else:
        with pytest.raises(ValueError, match=r"^IDX data"):
            parse_idx(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "two zero bytes"),
        (b"\x1f\x8b\x08\x00", "decompressed"),
        (b"\0\0\x0d\x01\0\0\0\1abcd", "unsigned bytes, type 8, not type 13"),
        (b"\0\0\x08\x00", "1 to 32 axes, not 0"),
        (b"\0\0\x08\x03\0\0\0\1", "header of 16 bytes, but there are 8"),
        (b"\0\0\x08\x01\0\0\0\0", "no axis of length 0"),
        (b"\0\0\x08\x01\0\0\0\x02a", r"shape \(2,\) must have 10 bytes, not 9"),
        (b"\0\0\x08\x01\0\0\0\x02abc", r"shape \(2,\) must have 10 bytes, not 11"),
        (b"\0\0\x08\x04" + b"\xff" * 16, "must have 340,282,"),
    ],
)
def test_says_what_is_wrong(data, said):
    with pytest.raises(ValueError, match=said):
        parse_idx(data)
