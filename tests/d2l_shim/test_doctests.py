"""The examples in docstrings give what they say."""

import doctest
import importlib
import inspect
import pkgutil

SHARED = ("data", "experiments", "frameworks", "layer_table", "learner", "methods", "metrics")
SHARED += ("plotting", "state", "timing", "training")


def examples(name):
    """Run the examples of a module or package and return how many lines of them there are."""
    top = importlib.import_module(f"d2l_shim.{name}")
    below = pkgutil.iter_modules(getattr(top, "__path__", []), f"{top.__name__}.")
    ran = 0
    for module in [top, *(importlib.import_module(found.name) for found in below)]:
        # what `face` makes has its code elsewhere
        module.__test__ = {
            part: value
            for part, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        }
        # readers know a framework's module by this name
        result = doctest.testmod(module, extraglobs={"d2l": top})
        assert not result.failed, module
        ran += result.attempted
    return ran


def test_examples_of_a_framework(backend):
    assert examples(backend.framework.module) >= 30


def test_examples_of_what_frameworks_share(monkeypatch):
    monkeypatch.setenv("D2L_QUICK", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert sum(map(examples, SHARED)) >= 30
