"""Sphinx extension: the reference, from the docstrings of the package, which is not imported."""

import re

import griffe
from griffe2md import render_object_docs
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.source import ROOT
from d2l_shim.names import markdown_table


class Reference(SphinxDirective):
    """`{reference} torch`: what a module documents; `{reference} names`: the table of names."""

    required_arguments = 1

    def run(self) -> list:
        for path in (ROOT / "d2l_shim").rglob("*.py"):
            self.env.note_dependency(str(path))
        if self.arguments == ["names"]:
            return self.parse_text_to_nodes(markdown_table())
        text = render_object_docs(self.env.app.reference[self.arguments[0]], self.config.griffe2md)
        # it links the name of each type to a place that no page has
        text = re.sub(r"\[([^][]+)\]\(#[^)]*\)", r"\1", text)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict:
    """Reads the package's source; registers the directive and settings for griffe, griffe2md."""
    app.add_config_value("griffe", {}, "env")
    app.add_config_value("griffe2md", {}, "env")
    app.reference = griffe.load("d2l_shim", search_paths=[ROOT], **app.config.griffe)
    app.add_directive("reference", Reference)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
