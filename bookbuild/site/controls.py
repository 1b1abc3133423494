"""Sphinx extension: what the controls of a page need besides the theme: names, and scripts."""

import json
from pathlib import Path

from sphinx.application import Sphinx

from bookbuild.words import N_, _
from d2l_shim.frameworks import DEFAULT, FRAMEWORKS

STATIC = Path(__file__).with_name("static")
SCRIPTS = ("framework.js", "menu.js")
# of buttons whose names the theme has in English only; templates/ shows them
WORDS = {
    "chapters": N_("All chapters"),
    "contents": N_("Contents of this page"),
    "colours": N_("Light or dark"),
}


def names() -> dict[str, str]:
    """Return the name of a framework by what people call it, in lower case."""
    return {
        alias: framework.name
        for framework in FRAMEWORKS
        for alias in (framework.name, framework.label.lower(), framework.module, *framework.aliases)
    }


def _name(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    context["book_words"] = {name: _(text) for name, text in WORDS.items()}


def setup(app: Sphinx) -> dict:
    """Register the scripts; give templates names."""
    frameworks = {"data-names": json.dumps(names()), "data-default": DEFAULT}
    # what has changed makes Sphinx write the pages, and with them copy the scripts
    texts = [(STATIC / script).read_text("utf8") for script in SCRIPTS]
    app.add_config_value("book_scripts", [*texts, frameworks], "html")
    app.connect("html-page-context", _name)
    app.add_js_file("framework.js", priority=100, **frameworks)
    app.add_js_file("menu.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
