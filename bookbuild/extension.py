"""The book's Sphinx extension: all that pages, site and translations add to Jupyter Book."""

import atexit
import gc

from sphinx.application import Sphinx

from bookbuild.pages import comparison, helpers, one_network, reference, shapes, speed, tabs
from bookbuild.site import alt_text, archives, assets, maths, shape_calculator, theme
from bookbuild.translation import sphinx_edition

PARTS = (
    *(reference, tabs, comparison, helpers, one_network, shapes, speed),
    *(sphinx_edition, archives, theme, shape_calculator, alt_text, assets, maths),
)


def setup(app: Sphinx) -> dict:
    """Registers all parts."""
    # Sphinx makes millions of small objects that live until it ends; Python looks for unused cycles
    # among them at every some hundreds and at the end, finds none, and takes a fifth of the build
    gc.set_threshold(1_000_000, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)
    told = [part.setup(app) or {} for part in PARTS]
    return {
        "version": "1",
        "env_version": sum(part.get("env_version", 0) for part in told),
        "parallel_read_safe": True,
        "parallel_write_safe": False,  # see site/maths.py
    }
