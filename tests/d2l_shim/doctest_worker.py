"""Runs the examples in docstrings of packages and modules and prints how many lines they have."""

import doctest
import importlib
import inspect
import pkgutil
import sys

ran = 0
for name in sys.argv[1:]:
    top = importlib.import_module(name)
    below = pkgutil.iter_modules(getattr(top, "__path__", []), f"{name}.")
    for module in [top, *(importlib.import_module(found.name) for found in below)]:
        # what `face` makes has its code elsewhere
        module.__test__ = {
            part: value
            for part, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        }
        # readers know a framework's module by this name
        result = doctest.testmod(module, extraglobs={"d2l": top})
        if result.failed:
            sys.exit(1)
        ran += result.attempted
print(ran)
