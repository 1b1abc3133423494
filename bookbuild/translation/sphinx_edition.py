"""Sphinx extension: what differs in a translated edition, and what leads from one to the other."""

import logging
import re
from pathlib import Path
from urllib.parse import urljoin

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.i18n import CatalogRepository, docname_to_domain
from sphinx.util.nodes import extract_messages
from sphinx.util.osutil import relative_uri

from bookbuild.translation.catalogue import translations
from bookbuild.translation.editions import editions
from bookbuild.translation.terms import read_terms
from bookbuild.words import BEHIND, CATALOGUE, N_, _, has_words

ENGLISH = "language-en"  # a class that Docutils writes as lang="en"
REMARK = N_(
    "Some of this page has not been translated yet, or was changed after it had been translated. "
    "It is in English, and marked."
)


class Translatable(SphinxTransform):
    """Gives translators the cells of tables, which MyST hides, and spares them the formulas."""

    default_priority = 5  # before Sphinx collects or replaces messages

    def apply(self, **kwargs) -> None:
        for formula in self.document.findall(nodes.math_block):
            formula["translatable"] = False
        for entry in self.document.findall(nodes.entry):
            for cell in entry.findall(nodes.paragraph):
                if has_words(cell.rawsource):
                    cell.source, cell.line = cell.source or self.document["source"], cell.line or 1
                else:
                    cell["translatable"] = False


class Behind(SphinxTransform):
    """Marks what a translated edition shows in English, since it has no translation (yet)."""

    default_priority = 15  # before Sphinx puts translations in the place of texts

    def apply(self, **kwargs) -> None:
        edition = editions(Path(self.app.srcdir)).get(self.config.book_edition)
        # what stands in front of the first section is no text, but says things of the page
        section = next(self.document.findall(nodes.section), None)
        if not (edition and section):
            return
        known, found = translations(edition.catalogue(self.env.docname)), False
        for node, text in list(extract_messages(section)):
            if text in known or not has_words(text):
                continue
            if isinstance(node, nodes.image):  # the text is what it says to those who do not see
                node["classes"].append(ENGLISH)
            elif isinstance(node, nodes.TextElement):
                english = nodes.inline("", "", *node.children, classes=[ENGLISH])
                node.clear()
                node += english
                # a heading also stands in the menus, which have no room
                if not (isinstance(node, nodes.title) and isinstance(node.parent, nodes.section)):
                    node += nodes.inline("", _(BEHIND))
                found = True
        if found:
            section.insert(1, nodes.note("", nodes.paragraph("", _(REMARK))))


class Captions(SphinxTransform):
    """Translates the names of the book's parts, which `_toc.yml` holds."""

    default_priority = 101  # after they have been put into the first page

    def apply(self, **kwargs) -> None:
        domain = docname_to_domain(self.env.docname, self.config.gettext_compact)
        for toctree in self.document.findall(addnodes.toctree):
            if toctree["caption"]:
                toctree["caption"] = str(get_translation(domain)(toctree["caption"]))


class Chapters(SphinxPostTransform):
    """Calls a chapter by `chapter` of `numfig_format`, if there is one; Sphinx has sections."""

    default_priority = 11  # after references are resolved

    def run(self, **kwargs) -> None:
        formats = self.config.numfig_format
        if "chapter" in formats:
            section = re.compile(re.escape(formats["section"]).replace("%s", r"(\d+)"))
            for shown in self.document.findall(nodes.inline):
                match = "std-numref" in shown["classes"] and section.fullmatch(shown.astext())
                if match:
                    shown.children = [nodes.Text(formats["chapter"] % match[1])]


def _link_editions(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Gives a page the addresses of the same page in other languages."""
    known = {"": ("en", "English", "")}
    for edition in editions(Path(app.srcdir)).values():
        tag = edition.language.replace("_", "-")
        known[edition.name] = tag, edition.changed["book_label"], f"{edition.name}/"
    if len(known) == 1:
        return
    here, uri = known[app.config.book_edition][2], app.builder.get_target_uri(page)
    base, alternates, switch = app.config.html_baseurl, [], []
    for name, (tag, label, folder) in known.items():
        url = relative_uri(here + uri, folder + uri) or uri.rpartition("/")[2]
        full = urljoin(base, folder + uri) if base else url
        alternates += [(tag, full)] + [("x-default", full)] * (name == "")
        if name != app.config.book_edition:
            switch.append({"language": tag, "label": label, "url": url})
    context["book_editions"] = switch
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<link rel="alternate" hreflang="{tag}" href="{url}" />\n' for tag, url in alternates
    )


class _Words(set):
    """What Sphinx keeps as a list and looks each word up in, which takes it seconds."""

    extend = set.update


def _teach_terms(folder: Path) -> None:
    """Lets the search find the book's own terms, which a general dictionary takes apart."""
    # not needed, nor quickly loaded, for other languages
    import jieba
    from sphinx.search.zh import SearchChinese

    SearchChinese.latin_terms = _Words()
    jieba.setLogLevel(logging.WARNING)
    for shown in read_terms(folder).allowed.values():
        for term in shown:
            jieba.add_word(term)


def setup(app: Sphinx) -> None:
    """Registers the parts; loads the catalogue of the book's own words."""
    config = app.config
    app.add_config_value("book_edition", "", "env")  # its folder, '' for English
    app.add_config_value("book_label", "", "env")  # what the link to it says
    app.connect("html-page-context", _link_editions)
    for transform in (Translatable, Behind, Captions):
        app.add_transform(transform)
    app.add_post_transform(Chapters)
    repository = CatalogRepository(app.srcdir, config.locale_dirs, config.language, "utf-8")
    for catalogue in repository.catalogs:
        if catalogue.domain == CATALOGUE and catalogue.is_outdated():
            catalogue.write_mo(config.language)
    for folder in repository.locale_dirs:
        app.add_message_catalog(CATALOGUE, folder)
        if config.language.startswith("zh"):
            _teach_terms(Path(folder, config.language))
