"""Sphinx extension: says what a recorded plot shows, in the words of its legend, axes and titles.

A plot that carries none takes them from its cell: the option `:mystnb: {image: {alt: "..."}}`.
"""

import re
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger

from bookbuild.words import _

LOGGER = getLogger(__name__)
SVG = "{http://www.w3.org/2000/svg}"


def describe(svg: str) -> str:
    """Returns what a plot drawn by Matplotlib shows: `Plot over epoch: train loss, test acc`."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    drawing = ElementTree.fromstring(svg, ElementTree.XMLParser(target=builder))
    axes = [group for group in drawing.iter(f"{SVG}g") if group.get("id", "").startswith("axes_")]
    pictures = sum(1 for _picture in drawing.iter(f"{SVG}image"))
    if pictures:
        titles = [text for group in axes for text in _texts(group)]
        if not titles:
            raise ValueError("its pictures have no titles")
        return _("{count} pictures: {titles}").format(count=pictures, titles=_(", ").join(titles))
    legend, along = [], []
    for part in (part for group in axes for part in group):
        if part.get("id", "").startswith("legend_"):
            legend += _texts(part)
        elif part.get("id", "").startswith("matplotlib.axis_"):
            along.append(" ".join(_texts(part)))
    across, up = (*along, "", "")[:2]
    if not (across and (up or legend)):
        raise ValueError("it names no axis or has neither legend nor second axis")
    lines = _(", ").join(legend)
    shown = _("{quantity} ({lines})").format(quantity=up, lines=lines) if up and legend else up
    return _("Plot over {across}: {shown}").format(across=across, shown=shown or lines)


def _texts(group: ElementTree.Element) -> list[str]:
    """Returns the texts right inside a group, comments beside shapes; not the axis' numbers."""
    found = []
    for text in group:
        if text.get("id", "").startswith("text_"):
            said = [node.text for node in text.iter(ElementTree.Comment)]
            found.append(re.sub(r"\s+", " ", " / ".join(said)).strip())
    return found


def _add(app: Sphinx, doctree: nodes.document) -> None:
    for image in doctree.findall(nodes.image):
        if image.get("alt"):
            continue
        path = Path(app.srcdir) / next(iter(image.get("candidates", {}).values()), image["uri"])
        try:
            image["alt"] = describe(path.read_text("utf-8"))
        except (ValueError, ElementTree.ParseError) as error:
            said = "picture without words: %s; give its cell an alt text"
            LOGGER.warning(said, error, location=image)


def setup(app: Sphinx) -> None:
    """Registers the extension, which runs after Sphinx has found where the pictures lie."""
    app.connect("doctree-read", _add, priority=900)
