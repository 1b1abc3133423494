"""Sphinx extension: a search that lists each page once, with an excerpt of one framework."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

SCRIPT = Path(__file__).with_suffix(".js")


def use_script(app: Sphinx, config: Config) -> None:
    """Let the search page run our script behind Sphinx's own."""
    config.html_search_scorer = str(SCRIPT)
    config.book_search = SCRIPT.read_text("utf8")


def setup(app: Sphinx) -> dict:
    """Connect the extension; a changed script makes Sphinx write the pages anew."""
    app.add_config_value("book_search", "", "html")
    app.connect("config-inited", use_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
