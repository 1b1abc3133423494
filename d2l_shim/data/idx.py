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
    if len(data) < 4 or data[0] != 0 or data[1] != 0:
        raise ValueError(
            "IDX data must open with two zero bytes, a type and a number of axes, "
            f"not with {bytes(data[:4])!r}; is this an IDX file, decompressed?"
        )
    kind, axes = data[2], data[3]
    if kind != _UNSIGNED_BYTE:
        raise ValueError(
            f"IDX data must hold unsigned bytes, type {_UNSIGNED_BYTE}, not type {kind}; "
            "convert the file"
        )
    if not 1 <= axes <= _MOST_AXES:
        raise ValueError(
            f"IDX data must have 1 to {_MOST_AXES} axes, not {axes}; the file is damaged"
        )
    start = 4 + 4 * axes
    if len(data) < start:
        raise ValueError(
            f"IDX data with {axes} axes must have a header of {start} bytes, "
            f"but there are {len(data)} in all; the file is truncated"
        )
    shape = struct.unpack_from(f">{axes}I", data, 4)
    if 0 in shape:
        raise ValueError(f"IDX data must have no axis of length 0, not shape {shape}; it is empty")
    expected = start + math.prod(shape)
    if len(data) != expected:
        raise ValueError(
            f"IDX data of shape {shape} must have {expected:,} bytes, not {len(data):,}; "
            "the file is truncated or damaged"
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)
