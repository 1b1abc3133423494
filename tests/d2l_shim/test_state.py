"""What is set for the whole process: around the import of a framework, memory, what is swapped."""

import ast
import ctypes
import os
import platform
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.state import kept_memory, needs, quiet, swapped, use_all_cores

PACKAGE = Path(__file__).parents[2] / "d2l_shim"


def test_missing_framework(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="needs PyTorch") as raised, needs("pytorch"):
        import torch  # noqa: F401
    assert raised.value.name == "torch"


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


class Allocations(ctypes.Structure):
    """What the C library says of its memory: ten numbers, as in its `struct mallinfo2`."""

    _fields_ = [
        ("before", ctypes.c_size_t * 4),
        ("mapped", ctypes.c_size_t),  # bytes in mappings of their own
        ("after", ctypes.c_size_t * 5),
    ]


def goes_back_to_the_system():
    """Tell whether a large array has a mapping of its own, which ends with it."""
    told = ctypes.CDLL(None).mallinfo2
    told.restype = Allocations
    before = told().mapped
    array = np.ones((100, 1000, 200), np.float32)
    return told().mapped - before >= array.nbytes


on_gnu = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or not hasattr(ctypes.CDLL(None), "mallinfo2"),
    reason="it is about the C library of GNU",
)


@on_gnu
def test_memory_is_kept_within_the_block_and_given_back_after_it():
    assert goes_back_to_the_system()
    with kept_memory():
        assert not goes_back_to_the_system()
    assert goes_back_to_the_system()
    with kept_memory(False):
        assert goes_back_to_the_system()


@on_gnu
def test_an_error_within_the_block_ends_it():
    with pytest.raises(KeyboardInterrupt), kept_memory():
        raise KeyboardInterrupt
    assert goes_back_to_the_system()


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
SETS = [
    "setattr",
    "putenv",
    "set_device",
    "set_np",
    "set_experimental_options",
    "mallopt",
    "signal",
    "dup2",
]


def root(node):
    """Return the name that an expression such as os.environ["HOME"] begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return getattr(node, "id", "")


def changes(path):
    """Yield what sets something of the process, or of a module that was imported."""
    tree = ast.parse(path.read_text("utf8"))
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in SETS or (name == "setdefault" and root(node.func) in imported):
                yield node.func
        for target in [*getattr(node, "targets", []), getattr(node, "target", None)]:
            if isinstance(target, ast.Attribute | ast.Subscript) and root(target) in imported:
                yield target


def test_state_is_set_in_few_places():
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not path.relative_to(PACKAGE).as_posix().startswith(tuple(PLACES))
        for node in changes(path)
    ]
    assert found == []
