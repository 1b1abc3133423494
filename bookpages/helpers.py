"""Sphinx extension: an index of the helpers that chapters define or use."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookbuild.source import ROOT, blocks, chapters
from bookpages.comparison import table
from booktext.words import _, untranslated
from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.names import public_names


class Place(NamedTuple):
    """Where the book defines a helper, or uses it first.

    Attributes:
        page: `chapters/lenet/index`.
        section: counts the headings of the page; 0 is its title.
        saved: whether the helper is defined there.
    """

    page: str
    section: int
    saved: bool


class SectionLink(nodes.Element):
    """Becomes a link to a section with its number, once all sections have theirs."""


class SectionOf(SphinxRole):
    """`` {section-of}`chapters/lenet/index 3` ``: the third heading after a page's title."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        page, section = self.text.split()
        return [SectionLink(page=page, section=int(section))], []


class Helpers(SphinxDirective):
    """`{helpers} saved`: what chapters define for later ones; `{helpers} used`: all others."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        if self.arguments[0] not in ("saved", "used"):
            raise self.error(f"helpers: expected 'saved' or 'used', not {self.arguments[0]!r}")
        saved = self.arguments[0] == "saved"
        for path in [*chapters(), *(ROOT / "d2l_shim").rglob("*.py")]:
            self.env.note_dependency(str(path))
        where = _("defined in") if saved else _("first used in")
        rows = [[_("name"), where, _("what it is"), _("reference")]]
        for name, place in sorted(places().items(), key=lambda item: item[0].lower()):
            if place.saved == saved:
                link = f"{{section-of}}`{place.page} {place.section}`"
                rows.append([f"`{name}`", link, *self.documentation(name)])
        caption = (
            _("Helpers and the section that each is defined in.")
            if saved
            else _("Helpers and the section that each is first used in.")
        )
        text = table(rows, caption, f"helpers-{self.arguments[0]}", look="helpers", align=":---")
        return untranslated(self.parse_text_to_nodes(text))

    def documentation(self, name: str) -> tuple[str, str]:
        """Return the first sentence on a helper, and links to what frameworks have of it."""
        said, links = "", []
        for framework in FRAMEWORKS:
            if name not in public_names(framework.module):
                continue
            package = self.env.app.reference[framework.module]
            found, label = package.members[name], f"ref-{framework.module}-{name}"
            if found.is_module:
                # a part of the package of the same name hides the helper from the reference
                parts = (part.members.get(name) for part in package.modules.values())
                found, label = next(part for part in parts if part is not None), "ref-names"
            links.append(f"{{ref}}`{framework.label} <{label}>`")
            said = said or found.docstring.value.splitlines()[0]
        return said, ", ".join(links)


def places() -> dict[str, Place]:
    """Return where each helper is defined or, where no chapter does that, used first."""
    defined: dict[str, Place] = {}
    used: dict[str, Place] = {}
    public = set().union(*(public_names(framework.module) for framework in FRAMEWORKS))
    for path in chapters():
        page = path.relative_to(ROOT).with_suffix("").as_posix()
        for section, code in cells(path.read_text("utf8")):
            parsed = ast.parse(code)
            if "#@save" in code:
                for node in parsed.body:
                    if isinstance(node, ast.FunctionDef | ast.ClassDef):
                        defined.setdefault(node.name, Place(page, section, saved=True))
            for node in ast.walk(parsed):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "d2l":
                    used.setdefault(node.attr, Place(page, section, saved=False))
    return {name: place for name, place in used.items() if name in public} | defined


def cells(text: str) -> Iterator[tuple[int, str]]:
    """Yield the code cells of a page, each with the number of headings above it, less the title."""
    section = -1
    for block in blocks(text):
        if block.kind == "heading" and not block.nested:
            section += 1
        elif block.kind == "code-cell":
            yield section, block.body


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn section links into references."""
    for node in list(doctree.findall(SectionLink)):
        toc = list(app.env.tocs[node["page"]].findall(nodes.reference))
        anchor = toc[node["section"]]["anchorname"]
        number = ".".join(map(str, app.env.toc_secnumbers[node["page"]][anchor]))
        text = app.config.numfig_format["section"] % number
        uri = app.builder.get_relative_uri(docname, node["page"]) + anchor
        title = toc[node["section"]].astext()
        node.replace_self(nodes.reference("", text, refuri=uri, internal=True, reftitle=title))


def setup(app: Sphinx) -> dict:
    """Register the directive and the role it writes."""
    app.add_node(SectionLink)
    app.add_role("section-of", SectionOf())
    app.add_directive("helpers", Helpers)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
