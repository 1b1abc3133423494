"""The book's Sphinx extension: all that pages, site and translations add to Jupyter Book."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.pages import comparison, helpers, one_network, reference, shapes, speed, tabs
from bookbuild.site import (
    alt_text,
    archives,
    assets,
    controls,
    maths,
    quick_builds,
    roles,
    search,
    shape_calculator,
)
from bookbuild.translation import sphinx_edition

PARTS = (
    *(quick_builds, reference, tabs, comparison, helpers, one_network, shapes, speed),
    *(sphinx_edition, archives, controls, shape_calculator, search, alt_text, assets, maths, roles),
)
SITE = Path(__file__).parent / "site"


def _configure(app: Sphinx, config: Config) -> None:
    config.templates_path.append(str(SITE / "templates"))
    config.html_favicon = str(SITE / "static/favicon.svg")


def _serve(app: Sphinx) -> None:
    # later than Jupyter Book lets every page load whatever it finds in such a folder
    app.config.html_static_path.append(str(SITE / "static"))


def setup(app: Sphinx) -> dict:
    """Registers all parts, and says what those say together."""
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _serve)
    app.add_css_file("book.css")
    app.add_js_file("scrolling.js")
    said = [part.setup(app) for part in PARTS]
    return {
        "version": "1",
        "env_version": sum(part.get("env_version", 0) for part in said),
        "parallel_read_safe": all(part["parallel_read_safe"] for part in said),
        "parallel_write_safe": all(part["parallel_write_safe"] for part in said),
    }
