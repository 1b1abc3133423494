"""Sphinx extension: an index of the helpers that chapters define or use."""

import ast
import contextlib
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookbuild.pages.comparison import table
from bookbuild.pages.reference import read_package
from bookbuild.source import ROOT, SourceError, blocks, chapters
from bookbuild.words import _, untranslated
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
        shown = self.env.metadata[self.env.docname].setdefault("sections_shown", {})
        shown[page, int(section)] = None  # not yet known
        return [SectionLink(page=page, section=int(section))], []


class Helpers(SphinxDirective):
    """`{helpers} saved`: what chapters define for later ones; `{helpers} used`: all others."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        if self.arguments[0] not in ("saved", "used"):
            raise self.error(f"helpers: expected 'saved' or 'used', not {self.arguments[0]!r}")
        saved = self.arguments[0] == "saved"
        for path in (ROOT / "d2l_shim").rglob("*.py"):
            self.env.note_dependency(str(path))
        try:
            self.env.metadata[self.env.docname]["chapters_say"] = mentions()
        except SourceError as error:
            raise self.error(f"helpers: {error}") from error
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
            package = read_package(self.env.app)[framework.module]
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
    public = set().union(*(public_names(framework.module) for framework in FRAMEWORKS))
    return {name: place for name, place in mentions().items() if place.saved or name in public}


def mentions() -> dict[str, Place]:
    """Return where chapters define each name or, where none does that, use it first as `d2l.name`.

    Raises:
        SourceError: a chapter cannot be read.
    """
    defined: dict[str, Place] = {}
    used: dict[str, Place] = {}
    for path in chapters():
        page = path.relative_to(ROOT).with_suffix("").as_posix()
        for name, section, saved in _mentions(path.read_text("utf8")):
            (defined if saved else used).setdefault(name, Place(page, section, saved))
    return used | defined


@cache
def _mentions(text: str) -> tuple[tuple[str, int, bool], ...]:
    """Return the names in a chapter's code, each with its section and whether that defines it."""
    found = []
    for section, code in cells(text):
        parsed = ast.Module([], [])
        with contextlib.suppress(SyntaxError):  # of which the chapter's own page has a warning
            parsed = ast.parse(code)
        if "#@save" in code:
            for node in parsed.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    found.append((node.name, section, True))
        for node in ast.walk(parsed):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "d2l":
                found.append((node.attr, section, False))
    return tuple(found)


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
        anchor, number, title = section(app.env, node["page"], node["section"])
        text = app.config.numfig_format["section"] % number
        uri = app.builder.get_relative_uri(docname, node["page"]) + anchor
        node.replace_self(nodes.reference("", text, refuri=uri, internal=True, reftitle=title))


def section(env: BuildEnvironment, page: str, count: int) -> tuple[str, str, str]:
    """Return anchor, number and title of a section, once all sections have their numbers."""
    entry = list(env.tocs[page].findall(nodes.reference))[count]
    anchor = entry["anchorname"]
    return anchor, ".".join(map(str, env.toc_secnumbers[page][anchor])), entry.astext()


def outdated(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list:
    """Return the pages to read again: those with an index, if chapters say something else now."""
    now = None
    with contextlib.suppress(SourceError):  # which the directive reports
        now = mentions()
    return [page for page, data in env.metadata.items() if data.get("chapters_say", now) != now]


def moved(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages to write again: those that show what a section was called or numbered."""
    found = []
    for page, data in env.metadata.items():
        before, now = data.get("sections_shown", {}), {}
        for place in before:
            with contextlib.suppress(LookupError):  # of a page that could not be read
                now[place] = section(env, *place)
        if now != before:
            data["sections_shown"] = before | now
            found.append(page)
    return found


def setup(app: Sphinx) -> dict:
    """Register the directive and the role it writes."""
    app.add_node(SectionLink)
    app.add_role("section-of", SectionOf())
    app.add_directive("helpers", Helpers)
    app.connect("doctree-resolved", resolve)
    app.connect("env-get-outdated", outdated)
    app.connect("env-get-updated", moved, priority=900)  # after Sphinx has numbered the sections
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
