"""The machine that the book is made on: what a recording says of it, and files that are whole."""

import platform
from pathlib import Path


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def rewrite(path: Path, text: str) -> bool:
    """Write a file whole or not at all, unless it has this text; tell whether it was written."""
    if path.exists() and path.read_text("utf8") == text:
        return False
    from d2l_shim.data.download import write_whole  # with NumPy, which a build does without

    write_whole(path.name, path, text.encode(), "name a folder")
    return True
