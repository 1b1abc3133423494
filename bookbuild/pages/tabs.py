"""Sphinx extension: shows chapters with their recorded outputs, frameworks as synced tabs."""

import functools
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.logging import getLogger
from sphinx.util.osutil import relative_uri
from sphinx_design.shared import create_component

from bookbuild.notebooks import archive_place, code_cells, notebook_path, problem
from bookbuild.source import SourceError, read, settings
from bookbuild.translation import notebooks as translations
from bookbuild.translation.editions import editions
from bookbuild.words import _
from d2l_shim.frameworks import BY_NAME, DEFAULT, FRAMEWORKS, Framework

LOGGER = getLogger(__name__)
SYNC_GROUP = "framework"  # the name in ?framework=pytorch
_app: Sphinx


def read_page(text: str) -> nbformat.NotebookNode:
    """Reads a page for MyST-NB, with recorded outputs; what cannot be used is a warning."""
    env = _app.env
    path, root = Path(env.doc2path(env.docname)), Path(_app.srcdir)
    try:
        page = read(text, path, root)
    except SourceError as error:
        LOGGER.warning("%s", error, location=env.docname)
        return nbformat.v4.new_notebook(metadata={"source_map": []})
    page.metadata.language_info = {"name": "python", "pygments_lexer": "python"}
    cells = [cell for cell in page.cells if cell.cell_type == "code"]
    if not cells or _app.builder.name == "gettext":  # translators see no outputs
        return page
    folder, check, versions = "", functools.partial(problem, root=root), {}
    if edition := editions(root).get(_app.config.book_edition):
        # which holds its notebooks against the English ones
        folder, check = edition.name, functools.partial(translations.problem, edition)
    env.note_dependency(str(root / "_config.yml"))  # it says where the links lead
    for framework in BY_NAME:
        notebook = notebook_path(path, framework)
        for dependency in {notebook, notebook_path(path, framework, folder)}:
            env.note_dependency(str(dependency))
        if message := check(path, framework):
            LOGGER.warning("%s", message, location=env.docname)
            continue
        recorded = nbformat.read(notebook, as_version=4)
        versions[framework] = recorded.metadata.book.versions.get(BY_NAME[framework].module)
        ours = [cell for cell in cells if cell.metadata.framework == framework]
        for cell, kept in zip(ours, code_cells(recorded), strict=True):
            cell.outputs, cell.execution_count = kept.outputs, kept.execution_count
    env.metadata[env.docname]["book_versions"] = versions
    return page


class FrameworkTabs(SphinxTransform):
    """Puts neighbouring cells and prose of the frameworks into one set of tabs."""

    default_priority = 400  # after MyST-NB has made its nodes, before references are resolved

    def apply(self, **kwargs) -> None:
        found = False
        for parent in [self.document, *self.document.findall(nodes.section)]:
            children: list[nodes.Node] = []
            for framed, run in groupby(parent.children, lambda node: bool(_framework(node))):
                neighbours = list(run)
                children += [_tabs(neighbours)] if framed else neighbours
                found |= framed
            parent.clear()
            parent.extend(children)
        if found:
            section = next(self.document.findall(nodes.section))
            section.insert(1, _tabs([*map(self.links, FRAMEWORKS)], "book-header"))
            section += nodes.rubric("", _("This chapter as a notebook"))
            section += _tabs([*map(self.links, FRAMEWORKS)], "book-footer")

    def links(self, framework: Framework) -> nodes.paragraph:
        site, env, edition = settings(Path(self.app.srcdir)), self.env, self.config.book_edition
        chapter = Path(env.doc2path(env.docname))
        notebook = notebook_path(chapter, framework.name, edition)
        target = notebook.relative_to(chapter.parent).as_posix()
        download = addnodes.download_reference(reftarget=target, refdoc=env.docname)
        download += nodes.inline("", _("Download notebook"))
        here = self.app.builder.get_target_uri(env.docname)
        archive = relative_uri(here, archive_place(framework.name, edition))
        links = [download, nodes.reference("", _("All notebooks (zip)"), refuri=archive)]
        if site.repository:
            place = notebook.relative_to(self.app.srcdir).as_posix()
            repository = urlsplit(site.repository).path.strip("/")
            colab = f"{site.colab}/{repository}/blob/{site.branch}/{place}"
            discussions = f"{site.repository}/discussions"
            links.insert(0, nodes.reference("", _("Open in Colab"), refuri=colab))
            links.insert(2, nodes.reference("", _("Discuss"), refuri=discussions))
        version = env.metadata[env.docname].get("book_versions", {}).get(framework.name, "")
        said = _("recorded with {framework}")
        said = said.format(framework=f"{framework.label} {version}".strip())
        links.append(nodes.inline("", said, classes=["book-version"]))
        return nodes.paragraph("", "", *links, classes=["book-links", framework.name])


def _framework(node: nodes.Node) -> str:
    """Returns the framework whose cell or prose a node is, or ''."""
    if not isinstance(node, nodes.Element):
        return ""
    if node.get("nb_element") == "cell_code":
        return node["cell_metadata"].get("framework", "")
    return next((name for name in node.get("classes", []) if name in BY_NAME), "")


def _tabs(content: list[nodes.Element], *classes: str) -> nodes.container:
    items = []
    for framework in FRAMEWORKS:
        ours = [node for node in content if _framework(node) == framework.name]
        label = nodes.rubric("", framework.label, classes=["sd-tab-label"])
        label["sync_group"], label["sync_id"] = SYNC_GROUP, framework.name
        if framework.archived and "book-header" in classes:
            label += nodes.inline("", _("archived"), classes=["book-archived"])
        children = [label, create_component("tab-content", ["sd-tab-content"], children=ours)]
        chosen = framework.name == DEFAULT
        item = create_component("tab-item", ["sd-tab-item"], children=children, selected=chosen)
        items.append(item)
    return create_component("tab-set", ["sd-tab-set", *classes], children=items)


def setup(app: Sphinx) -> None:
    """Registers the transform; `_config.yml` names `read_page` as the reader of `.md`."""
    global _app
    _app = app
    app.add_config_value("book_colab_base", "", "env")
    app.add_transform(FrameworkTabs)
