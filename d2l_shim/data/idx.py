"""The IDX format, in which the MNIST family of datasets comes: bytes in, array out."""

import math
import struct

import numpy as np

_UNSIGNED_BYTE = 8
_MOST_AXES = 32  # NumPy 1.26 can hold no more


def parse_idx(data: bytes | bytearray) -> np.ndarray:
    """Turn an IDX file of unsigned bytes into an array that shares its memory.

    The file opens with two zero bytes, the code of the element type (8) and the number of axes;
    their lengths follow, four bytes each with the highest first; then come the elements, the last
    axis running fastest. Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database, "The IDX file
    format".

    Args:
        data: a whole file, decompressed.

    Returns:
        uint8 array with the file's axes, none of them of length 0.

    Raises:
        ValueError: `data` is no such file, or too short or too long for the lengths it names.

    Examples:
        >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3]) + b"abc")
        array([97, 98, 99], dtype=uint8)
    """
    opening, axes = bytes(data[:3]), data[3] if len(data) > 3 else 0
    if opening != bytes([0, 0, _UNSIGNED_BYTE]) or not 1 <= axes <= _MOST_AXES:
        raise ValueError(
            f"IDX data must open with the bytes 0, 0 and {_UNSIGNED_BYTE} (unsigned bytes) and 1 "
            f"to {_MOST_AXES} (axes), not with {list(data[:4])}; is this an IDX file, decompressed?"
        )
    start = 4 + 4 * axes
    if len(data) < start:
        raise ValueError(
            f"IDX data with {axes} axes must have a header of {start} bytes, "
            f"but there are {len(data)} in all; the file is truncated"
        )
    shape = struct.unpack_from(f">{axes}I", data, 4)
    expected = start + math.prod(shape)
    if 0 in shape or len(data) != expected:
        raise ValueError(
            f"IDX data of shape {shape} must have elements, and {expected:,} bytes, not "
            f"{len(data):,}; the file is truncated or damaged"
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)
