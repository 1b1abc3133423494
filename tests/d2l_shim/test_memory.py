import platform
import resource

import numpy as np
import pytest
from d2l_shim.memory import kept_memory

ON_GNU = platform.libc_ver()[0] == "glibc"


def page_faults():
    """Count the pages that the system has to give while large arrays come and go."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(6):
        np.ones((100, 1000, 200), np.float32)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(not ON_GNU, reason="it is about the C library of GNU")
def test_memory_is_kept_within_the_block_and_given_back_after_it():
    outside = page_faults()
    with kept_memory():
        page_faults()
        inside = page_faults()
    after = page_faults()
    with kept_memory(False):
        unwanted = page_faults()
    print(outside, inside, after, unwanted)
    assert inside < outside / 4
    assert min(after, unwanted) > outside / 2


@pytest.mark.skipif(not ON_GNU, reason="it is about the C library of GNU")
def test_an_error_within_the_block_ends_it():
    outside = page_faults()
    with pytest.raises(KeyboardInterrupt), kept_memory():
        raise KeyboardInterrupt
    assert page_faults() > outside / 2


def test_other_c_libraries_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr("ctypes.CDLL", lambda name: pytest.fail("asked for the C library"))
    with kept_memory():
        assert page_faults() >= 0
