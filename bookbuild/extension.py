"""The book's Sphinx extension: all that pages, site and translations add to Jupyter Book."""

import atexit
import gc

from sphinx.application import Sphinx

from bookbuild.pages import comparison, helpers, one_network, reference, shapes, speed, tabs, values
from bookbuild.site import alt_text, archives, assets, maths, shape_calculator, theme
from bookbuild.translation import sphinx_edition

DIRECTIVES = {
    "comparison": comparison.Comparison,
    "helpers": helpers.Helpers,
    "one-network": one_network.OneNetwork,
    "reference": reference.Reference,
    "shape-calculator": shape_calculator.ShapeCalculator,
    "shapes": shapes.Shapes,
    "speed": speed.Speed,
}
PARTS = (
    *(tabs, values, speed, helpers, sphinx_edition, archives, theme),
    *(shape_calculator, alt_text, assets, maths),
)


def setup(app: Sphinx) -> dict:
    # Sphinx makes millions of small objects that live until it ends; Python looks for unused cycles
    # among them at every some hundreds and at the end, finds none, and takes a fifth of the build
    gc.set_threshold(1_000_000, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)
    for name in ("book_networks", "griffe", "griffe2md"):
        app.add_config_value(name, {}, "env")
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    for part in PARTS:
        part.setup(app)
    return {
        "version": "1",
        "env_version": 2,  # goes up when tabs are made in another way, so that pages are read again
        "parallel_read_safe": True,
        "parallel_write_safe": False,  # see site/maths.py
    }
