"""What surrounds `import <framework>`: a sentence where it is missing, enough threads, no noise."""

import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

from d2l_shim.frameworks import BY_NAME
from d2l_shim.processor import usable_cores


@contextmanager
def needs(name: str) -> Iterator[None]:
    """Import a framework inside this context.

    Warnings that it gives about itself while it loads are dropped: a reader cannot act on them.

    Args:
        name: the framework's name in the table of frameworks.

    Raises:
        ImportError: the framework is not installed; the message says how to install it.
    """
    framework = BY_NAME[name]
    try:
        # Paddle prints what others warn of
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    except ModuleNotFoundError as error:
        if error.name != framework.module:
            raise
        raise ImportError(
            f"d2l_shim.{framework.module} needs {framework.label}, which is not installed here; "
            f"install it with: {framework.install}",
            name=framework.module,
        ) from None


def use_all_cores(module: str) -> None:
    """Let a framework use every core; MXNet and Paddle start with fewer threads.

    They read OMP_NUM_THREADS once, when they load, so this does nothing to one that is loaded. A
    value that is already set stays. So does one of GOMP_SPINCOUNT: MXNet's threads wait for each
    other in a loop, and where another program takes a core, long loops make it ten times slower.

    Args:
        module: what a program imports, `paddle` say.
    """
    if module in sys.modules:
        return
    os.environ.setdefault("OMP_NUM_THREADS", str(usable_cores()))
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
