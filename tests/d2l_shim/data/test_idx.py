"""The IDX parser: a correct array or a ValueError that says what is wrong, nothing else."""

import random
import struct

import numpy as np
import pytest

from d2l_shim.data import parse_idx


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


def mutate(chance, data):
    """Replace a few bytes, often of the header, then maybe cut some off or add some."""
    data = bytearray(data)
    for _ in range(chance.randrange(4)):
        data[chance.randrange(min(len(data), 25))] = chance.randrange(chance.choice([3, 256]))
    kind = chance.randrange(4)
    if kind == 0:
        del data[chance.randrange(len(data)) :]
    elif kind == 1:
        data += chance.randbytes(chance.randrange(1, 8))
    return bytes(data)


def test_5_000_files_give_the_right_array_or_a_value_error():
    chance, good = random.Random(0), 0
    for _ in range(5_000):
        shape = [chance.randrange(1, 7) for _ in range(chance.randrange(1, 5))]
        array = np.frombuffer(chance.randbytes(int(np.prod(shape))), np.uint8).reshape(shape)
        data = mutate(chance, idx(array))
        if well_formed(data):
            parsed = parse_idx(data)
            assert parsed.dtype == np.uint8 and idx(parsed) == data
            good += 1
        else:
            with pytest.raises(ValueError, match=r"^IDX data"):
                parse_idx(data)
    assert 500 < good < 4_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"must open with .*, not with \[\]; is this an IDX file"),
        (b"\x1f\x8b\x08\x00", "decompressed"),
        (b"\0\0\x0d\x01\0\0\0\1abcd", r"8 \(unsigned bytes\) .* not with \[0, 0, 13, 1\]"),
        (b"\0\0\x08\x00", r"1 to 32 \(axes\), not with \[0, 0, 8, 0\]"),
        (b"\0\0\x08\x03\0\0\0\1", "header of 16 bytes, but there are 8"),
        (b"\0\0\x08\x01\0\0\0\0", r"shape \(0,\) must have elements"),
        (b"\0\0\x08\x01\0\0\0\x02a", r"shape \(2,\) .* 10 bytes, not 9"),
        (b"\0\0\x08\x04" + b"\xff" * 16, "and 340,282,"),
    ],
)
def test_says_what_is_wrong(data, said):
    with pytest.raises(ValueError, match=said):
        parse_idx(data)
