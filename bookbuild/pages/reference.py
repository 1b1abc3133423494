"""Sphinx extension: the reference, from the docstrings of the package, which is not imported."""

import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from bookbuild.source import ROOT
from bookbuild.words import N_, _, untranslated

WORDS = N_("name"), N_("yes"), N_("no")


class Reference(SphinxDirective):
    """`{reference} torch`: what a module documents; `{reference} names`: the table of names."""

    required_arguments = 1

    def run(self) -> list:
        from bookbuild.pages.names import markdown_table, package  # with griffe

        for path in (ROOT / "d2l_shim").rglob("*.py"):
            self.env.note_dependency(str(path))
        if self.arguments == ["names"]:
            return untranslated(self.parse_text_to_nodes(markdown_table(_)))
        from griffe2md import render_object_docs

        text = render_object_docs(package()[self.arguments[0]], self.config.griffe2md)
        # it links the name of each type to a place that no page has
        text = re.sub(r"\[([^][]+)\]\(#[^)]*\)", r"\1", text)
        # what others link to: each name of the module, but no method
        text = re.sub(r"(?m)^(### `(\w+)`)", rf"(ref-{self.arguments[0]}-\2)=\n\1", text)
        before = set(self.state.document.findall(nodes.section))
        made = self.parse_text_to_nodes(text, allow_section_headings=True)
        # sections do not come back but hang below those of the page
        sections = {*self.state.document.findall(nodes.section)} - before
        for node in untranslated([*made, *sections]):
            node["classes"].append("language-en")
        return made
