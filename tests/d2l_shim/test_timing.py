"""The stopwatch."""

import time

import pytest

from d2l_shim.timing import Timer


def test_timer(monkeypatch):
    now = iter([10.0, 11.0, 20.0, 23.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(now))
    timer = Timer()
    assert timer.stop() == 1
    timer.start()
    assert timer.stop() == 3
    assert timer.times == [1, 3]
    assert (timer.sum(), timer.avg()) == (4, 2)
    assert timer.cumsum() == [1, 4]


def test_timer_with_nothing_timed():
    assert Timer().avg() == pytest.approx(0)
