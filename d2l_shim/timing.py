"""A stopwatch for many short stretches of time; no framework is imported."""

import itertools
import time


class Timer:
    """Measure stretches of wall time, in seconds; the first one starts at once.

    Attributes:
        times: seconds of each stretch so far.

    Examples:
        >>> timer = Timer()
        >>> first = timer.stop()
        >>> timer.start()
        >>> second = timer.stop()
        >>> timer.cumsum() == [first, first + second]
        True
    """

    def __init__(self) -> None:
        self.times: list[float] = []
        self.start()

    def start(self) -> None:
        """Start a stretch."""
        self._started = time.perf_counter()

    def stop(self) -> float:
        """End the stretch and return its seconds."""
        self.times.append(time.perf_counter() - self._started)
        return self.times[-1]

    def avg(self) -> float:
        """Return the mean stretch in seconds; 0 where there is none."""
        return self.sum() / max(1, len(self.times))

    def sum(self) -> float:
        """Return the seconds of all stretches together."""
        return sum(self.times)

    def cumsum(self) -> list[float]:
        """Return after each stretch the seconds so far."""
        return list(itertools.accumulate(self.times))
