"""The program that `python -m d2l_shim run` runs: the main module of its process and its workers.

A process that is spawned, as workers are on Windows and macOS, imports the main module of its
parent by name. So the program runs inside this module, which brings the old names first.
"""

import importlib.util as _util
import json as _json
import os as _os
import sys as _sys

from d2l_shim.compat import aliases as _aliases


def _code() -> object:
    """Return the program, and let this module say that it is the program."""
    global __file__, __package__, __doc__
    asked = _json.loads(_os.environ[_aliases.RUN])
    _aliases.install(asked["force"])
    __doc__ = None
    if asked["script"]:
        __file__, __package__ = asked["script"], None
        _sys.argv[0] = __file__
        with open(__file__, "rb") as file:
            return compile(file.read(), __file__, "exec", dont_inherit=True)
    name = asked["module"]
    spec = _util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = _util.find_spec(f"{name}.__main__")
    if spec is None or spec.loader is None:
        raise ImportError(f"there is no module {name} that can be run", name=name)
    __file__, __package__ = spec.origin, spec.parent
    _sys.argv[0] = __file__
    return spec.loader.get_code(spec.name)


if __name__ in ("__main__", "__mp_main__"):
    exec(_code())
