"""Sphinx extension: the reference, from the docstrings of the package, which is not imported."""

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.source import ROOT
from bookbuild.words import N_, _, untranslated
from d2l_shim.frameworks import FRAMEWORKS, Framework
from d2l_shim.names import markdown_table, public_names

if TYPE_CHECKING:
    import griffe

WORDS = N_("name"), N_("yes"), N_("no")


class Reference(SphinxDirective):
    """`{reference} torch`: what a module documents; `{reference} names`: the table of names."""

    required_arguments = 1

    def run(self) -> list:
        for path in (ROOT / "d2l_shim").rglob("*.py"):
            self.env.note_dependency(str(path))
        if self.arguments == ["names"]:
            return untranslated(self.parse_text_to_nodes(markdown_table(_)))
        from griffe2md import render_object_docs

        module = read_package(self.env.app)[self.arguments[0]]
        text = render_object_docs(module, self.config.griffe2md)
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


def read_package(app: Sphinx) -> "griffe.Module":
    """Returns what griffe finds in the package, whose source it reads once, when first asked."""
    if not hasattr(app, "reference"):
        import griffe

        # from the book's folder, also where the folder that one is in has a package of this name
        places = {"search_paths": [ROOT], "try_relative_path": False}
        app.reference = griffe.load("d2l_shim", **places, **app.config.griffe)
        for framework in FRAMEWORKS:
            for module in app.reference[framework.module].modules.values():
                _unfold(module, framework, app.config.griffe)
            # their `__all__` is made when they are imported
            app.reference[framework.module].exports = {*public_names(framework.module)}
    return app.reference


def _unfold(module: "griffe.Module", framework: Framework, settings: dict) -> None:
    """Puts a function in the place of each `name = face(...)`, which griffe takes for a value."""
    import griffe

    from d2l_shim import faces

    for name, member in module.attributes.items():
        if str(member.value).startswith("face("):
            signature, text = faces.described(str(member.value), framework)
            code = f"def {name}{signature}:\n    {text!r}"
            made = griffe.visit(module.name, module.filepath, code, **settings)
            module.set_member(name, made[name])
