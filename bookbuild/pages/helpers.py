"""Sphinx extension: an index of the helpers that chapters define or use."""

import ast
import contextlib
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from bookbuild.pages.data import FromData, chosen, table
from bookbuild.source import ROOT, SourceError, blocks, chapters
from bookbuild.words import _
from d2l_shim.frameworks import FRAMEWORKS


class Place(NamedTuple):
    """Where the book defines a helper, or uses it first."""

    page: str  # chapters/lenet/index
    section: int  # counts the headings of the page; 0 is its title
    saved: bool  # whether the helper is defined there


class SectionLink(nodes.Element):
    """Becomes a link to a section with its number, once all sections have theirs."""


class SectionOf(SphinxRole):
    """`` {section-of}`chapters/lenet/index 3` ``: the third heading after a page's title."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        page, section = self.text.split()
        return [SectionLink(page=page, section=int(section))], []


class Helpers(FromData):
    """`{helpers} saved`: what chapters define for later ones; `{helpers} used`: all others."""

    def made(self, asked: str) -> str:
        saved = chosen(asked, {"saved": True, "used": False})
        for path in (ROOT / "d2l_shim").rglob("*.py"):
            self.noted(path)
        self.env.metadata[self.env.docname]["chapters_say"] = mentions()
        rows = [
            [f"`{name}`", f"{{section-of}}`{place.page} {place.section}`", *self.about(name)]
            for name, place in sorted(places().items(), key=lambda item: item[0].lower())
            if place.saved == saved
        ]
        where, caption = (
            _("first used in"),
            _("Helpers and the section that each is first used in."),
        )
        if saved:
            where, caption = _("defined in"), _("Helpers and the section that each is defined in.")
        rows.insert(0, [_("name"), where, _("what it is"), _("reference")])
        return table(rows, caption, f"helpers-{asked}", look="helpers", align=":---")

    def about(self, name: str) -> tuple[str, str]:
        """Return the first sentence on a helper, and links to what frameworks have of it."""
        from bookbuild.pages.names import package, public_names  # with griffe

        said, links = "", []
        for framework in FRAMEWORKS:
            if name not in public_names(framework.module):
                continue
            module = package()[framework.module]
            found, label = module.members[name], f"ref-{framework.module}-{name}"
            if found.is_module:
                # a part of the package of the same name hides the helper from the reference
                parts = (part.members.get(name) for part in module.modules.values())
                found, label = next(part for part in parts if part is not None), "ref-names"
            links.append(f"{{ref}}`{framework.label} <{label}>`")
            said = said or found.docstring.value.splitlines()[0]
        return said, ", ".join(links)


def places() -> dict[str, Place]:
    """Return where each helper is defined or, where no chapter does that, used first."""
    from bookbuild.pages.names import public_names  # with griffe

    public = set().union(*(public_names(framework.module) for framework in FRAMEWORKS))
    return {name: place for name, place in mentions().items() if place.saved or name in public}


def mentions() -> dict[str, Place]:
    """Return where chapters define each name or, where none does, use it first as `d2l.name`."""
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
    """Turn section links into references, once all sections have their numbers."""
    for node in list(doctree.findall(SectionLink)):
        page, link = node["page"], nodes.Text("")
        with contextlib.suppress(LookupError):  # of a page that could not be read
            entry = list(app.env.tocs[page].findall(nodes.reference))[node["section"]]
            anchor = entry["anchorname"]
            number = ".".join(map(str, app.env.toc_secnumbers[page][anchor]))
            text = app.config.numfig_format["section"] % number
            uri = app.builder.get_relative_uri(docname, page) + anchor
            link = nodes.reference("", text, refuri=uri, internal=True, reftitle=entry.astext())
        node.replace_self(link)


def outdated(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list:
    """Return the pages to read again: those with an index, if chapters say something else now."""
    now = None
    with contextlib.suppress(SourceError):  # which the directive reports
        now = mentions()
    return [page for page in with_index(app, env) if env.metadata[page]["chapters_say"] != now]


def with_index(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages with an index: written whenever others are, whose sections they number."""
    return [page for page, data in env.metadata.items() if "chapters_say" in data]


def setup(app: Sphinx) -> None:
    app.add_node(SectionLink)
    app.add_role("section-of", SectionOf())
    app.connect("doctree-resolved", resolve)
    app.connect("env-get-outdated", outdated)
    app.connect("env-get-updated", with_index)
