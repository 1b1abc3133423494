"""What the processor can do, and what the reader wants of it; no framework is imported."""

import os
from functools import cache
from pathlib import Path


def usable_cores() -> int:
    """Return how many cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)  # only Linux has it
    return len(usable(0)) if usable else os.cpu_count() or 1


@cache
def multiplies_bfloat16() -> bool:
    """Return whether the processor multiplies bfloat16 numbers; only Linux on x86 is asked."""
    try:
        text = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return False
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(text.split())


def wants_bfloat16(made_for_it: bool) -> bool:
    """Return whether products may be computed in bfloat16: as D2L_BFLOAT16 says or the device."""
    switch = os.environ.get("D2L_BFLOAT16", "")
    if switch not in ("", "0", "1"):
        raise ValueError(
            f"D2L_BFLOAT16 must be 0 (never), 1 (always) or unset (where the device is made for "
            f"it), not {switch!r}"
        )
    return switch == "1" if switch else made_for_it
