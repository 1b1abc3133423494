"""What is set for the whole process: around the import of a framework, memory, what is swapped."""

import ast
import os
import platform
import re
import sys
import warnings
from pathlib import Path

import pytest

from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.state import kept_memory, needs, quiet, swapped, use_all_cores

PACKAGE = Path(__file__).parents[2] / "d2l_shim"


def test_other_errors_pass():
    with pytest.raises(ModuleNotFoundError, match="no_such_module"), needs("pytorch"):
        import no_such_module  # noqa: F401


def test_noise_is_dropped_inside_only(capsys, recwarn):
    with needs("paddle"):
        warnings.warn("about itself", stacklevel=1)
        print("more about itself", file=sys.stderr)
    assert not recwarn and capsys.readouterr().err == ""
    with pytest.warns(UserWarning, match="afterwards"):
        warnings.warn("afterwards", stacklevel=1)


def test_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "will be put back")
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    use_all_cores("sys")  # is loaded
    assert "OMP_NUM_THREADS" not in os.environ
    use_all_cores("not_loaded")
    assert 1 <= int(os.environ["OMP_NUM_THREADS"]) <= os.cpu_count()
    assert int(os.environ["GOMP_SPINCOUNT"]) < 10_000
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    use_all_cores("not_loaded")
    assert os.environ["OMP_NUM_THREADS"] == "1"


# what is free in the memory of an old process is taken before any other, so it gets a new one
MEMORY = """
import contextlib, resource
from pathlib import Path
import numpy as np
from d2l_shim.state import kept_memory
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20
def kept():
    np.ones((100, 1000, 125), np.float32)
    return resident() - start
start = resident()
found = [kept()]
with kept_memory():
    found.append(kept())
found.append(kept())
with kept_memory(False):
    found.append(kept())
with contextlib.suppress(KeyboardInterrupt), kept_memory():
    kept()
    raise KeyboardInterrupt
print(*found, kept())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is about the C library of GNU")
def test_memory_is_kept_within_the_block_and_given_back_after_it(python):
    """An array of 47 MiB was freed: how many of them the process still has."""
    said = python("-c", MEMORY)
    outside, inside, after, unwanted, after_an_error = map(int, said.stdout.split())
    assert inside > 40
    assert max(outside, after, unwanted, after_an_error) < 20


def test_other_c_libraries_are_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr("ctypes.CDLL", lambda name: pytest.fail("asked for the C library"))
    with kept_memory():
        pass


def test_what_is_swapped_comes_back(capsys):
    where = {"old": 1}
    with pytest.raises(KeyError), swapped((where, "old", 2), (where, "new", 3), (where, "old", 4)):
        assert where == {"old": 4, "new": 3}
        raise KeyError
    assert where == {"old": 1}


def test_what_fails_to_load_is_heard(capfd):
    with quiet():
        os.write(2, b"noise")
    assert capfd.readouterr().err == ""
    with pytest.raises(ImportError), quiet():
        os.write(2, b"the reason")
        raise ImportError
    assert capfd.readouterr().err == "the reason"


# where a process or a framework may be changed: here, in compat/ for programs of old packages, and
# in plotting, which changes Matplotlib for readers who ask for it
PLACES = ["state.py", "numpy_names.py", "plotting.py", "__main__.py", "compat/"]
PLACES += [f"{each.module}/native.py" for each in FRAMEWORKS]
SETS = {"setattr", "putenv", "set_device", "set_np", "set_experimental_options"}
SETS |= {"mallopt", "signal", "dup2"}


def changes(path):
    """Yield what sets something of the process, or of a module that was imported."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf8"))))
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in nodes:
        if isinstance(node, ast.Call):
            *owner, name = re.split(r"\W+", ast.unparse(node.func))
            if name in SETS or (name == "setdefault" and owner[0] in imported):
                yield node.func
        for target in [*getattr(node, "targets", []), getattr(node, "target", None)]:
            part = isinstance(target, ast.Attribute | ast.Subscript)
            if part and re.match(r"\w*", ast.unparse(target))[0] in imported:
                yield target


def test_state_is_set_in_few_places():
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not path.relative_to(PACKAGE).as_posix().startswith(tuple(PLACES))
        for node in changes(path)
    ]
    assert found == []
