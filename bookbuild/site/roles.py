"""Sphinx extension: takes back a role that Sphinx gives a list whose entries are no list items."""

from sphinx.application import Sphinx

WRONG = '<div role="list" class="citation-list">'


def _correct(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    if "body" in context:
        context["body"] = context["body"].replace(WRONG, '<div class="citation-list">')


def setup(app: Sphinx) -> dict:
    """Registers the extension."""
    app.connect("html-page-context", _correct)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
