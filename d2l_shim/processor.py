"""What the processor can do; no framework is imported."""

from functools import cache
from pathlib import Path


@cache
def multiplies_bfloat16() -> bool:
    """Return whether the processor has instructions that multiply bfloat16 numbers.

    Only Linux on x86 is asked; elsewhere the answer is no, and everything stays float32.
    """
    try:
        text = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return False
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(text.split())
