"""Sphinx extension: what pages have besides the theme: names of buttons, scripts, a style sheet."""

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.words import N_, _
from d2l_shim.frameworks import DEFAULT, FRAMEWORKS

SITE = Path(__file__).parent
STATIC = SITE / "static"
TEMPLATES = SITE / "templates"
SEARCH = SITE / "search.js"  # runs on the search page, behind Sphinx's own
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


def _configure(app: Sphinx, config: Config) -> None:
    config.templates_path.insert(0, str(TEMPLATES))  # before the theme's own
    config.html_favicon = str(STATIC / "favicon.svg")
    config.html_search_scorer = str(SEARCH)


def _serve(app: Sphinx) -> None:
    # later than Jupyter Book lets every page load whatever it finds in such a folder
    app.config.html_static_path.append(str(STATIC))


def _complete(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    context["book_words"] = {name: _(text) for name, text in WORDS.items()}
    # Sphinx calls it a list, but its entries are no list items
    wrong = '<div role="list" class="citation-list">'
    if "body" in context:
        context["body"] = context["body"].replace(wrong, '<div class="citation-list">')


def setup(app: Sphinx) -> None:
    frameworks = {"data-names": json.dumps(names()), "data-default": DEFAULT}
    # what has changed makes Sphinx write the pages, and with them copy the files
    files = (*sorted(STATIC.iterdir()), *sorted(TEMPLATES.iterdir()), SEARCH)
    texts = [path.read_text("utf8") for path in files]
    app.add_config_value("book_files", [*texts, frameworks], "html")
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _serve)
    app.connect("html-page-context", _complete)
    app.add_css_file("book.css")
    app.add_js_file("framework.js", priority=100, **frameworks)
    app.add_js_file("language-switch.js", loading_method="defer")
    app.add_js_file("scrolling.js")
    app.add_js_file("menu.js")
