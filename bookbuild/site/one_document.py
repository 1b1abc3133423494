"""Joins the pages of the built book into one document with the code of one framework.

It reads HTML and gives HTML; `bookbuild.site.pdf` prints it.
"""

import html
import os
from pathlib import Path
from typing import NamedTuple

import yaml
from bs4 import BeautifulSoup, Tag

from bookbuild.site.maths import STYLE as MATHS
from d2l_shim.frameworks import FRAMEWORKS, Framework

# what a page has and paper has no use for
SCREEN_ONLY = (
    "script, noscript, a.headerlink, .toctree-wrapper, .book-footer, .book-links a, .screen-only"
)
STYLE = Path(__file__).with_name("pdf.css")
FONTS = (
    ("STIX", "STIXGeneral.ttf", "normal", "normal"),
    ("STIX", "STIXGeneralBol.ttf", "bold", "normal"),
    ("STIX", "STIXGeneralItalic.ttf", "normal", "italic"),
    ("STIX", "STIXGeneralBolIta.ttf", "bold", "italic"),
    ("DejaVu Sans", "DejaVuSans.ttf", "normal", "normal"),
    ("DejaVu Sans", "DejaVuSans-Bold.ttf", "bold", "normal"),
    ("DejaVu Sans Mono", "DejaVuSansMono.ttf", "normal", "normal"),
    ("DejaVu Sans Mono", "DejaVuSansMono-Bold.ttf", "bold", "normal"),
    ("DejaVu Sans Mono", "DejaVuSansMono-Oblique.ttf", "normal", "italic"),
)


class Entry(NamedTuple):
    """A line of the table of contents: its depth (0 for a part), the id it leads to, its title."""

    depth: int
    place: str
    title: str


def chosen_pages(root: Path, framework: Framework) -> dict[str, str]:
    """Return the pages that a framework's reader needs, each with the part that begins with it.

    Left out are the pages of reference that describe another framework's helpers.
    """
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    others = {f"chapters/reference/{other.module}" for other in FRAMEWORKS if other != framework}
    found = {toc["root"]: ""}
    for part in toc["parts"]:
        files = [chapter["file"] for chapter in part["chapters"]]
        for i, page in enumerate(page for page in files if page not in others):
            found[page] = "" if i else part["caption"]
    return found


def join(built: Path, pages: dict[str, str], framework: Framework, title: str, folder: Path) -> str:
    """Return one HTML document with all pages.

    Args:
        built: where the book's HTML lies.
        pages: what to take, as from `chosen_pages`.
        framework: whose code to take; of the others nothing is left.
        title: the book's.
        folder: where the document will lie; its links to pictures start there.

    Raises:
        OSError: a page is not built.
    """
    articles, entries = [], []
    for page, part in pages.items():
        soup = BeautifulSoup((built / f"{page}.html").read_text("utf8"), "html.parser")
        article = soup.select_one("article")
        _keep_one_framework(article, framework)
        for node in article.select(SCREEN_ONLY):
            node.decompose()
        for closed in article.select("details"):
            closed["open"] = ""  # nobody opens it on paper
        _lead_inside(article, page, pages, built, folder)
        if part:
            entries.append(Entry(0, _place(page), html.escape(part)))
            article.insert(
                0, BeautifulSoup(f'<p class="part">{html.escape(part)}</p>', "html.parser")
            )
        if article.h1.get_text().strip() == title:  # which stands on the title page
            article.h1.string = "About this book"
        entries += _entries(article, page)
        for heading in article.select("section[id] > :is(h2, h3, h4)"):
            # a link leads to the page of the heading, also if it did not fit below what is before
            heading["id"] = heading.parent.attrs.pop("id")
        article.name, article.attrs = "section", {"class": "page", "id": _place(page)}
        articles.append(str(article))
    return _document(title, framework, articles, entries, built, folder)


def _keep_one_framework(article: Tag, framework: Framework) -> None:
    for tabs in article.select(".book-footer"):
        tabs.find_previous_sibling().decompose()  # its heading
    for tabs in article.select(".sd-tab-set"):
        ours = tabs.find("label", attrs={"data-sync-id": framework.name}, recursive=False)
        if ours:
            content = ours.find_next_sibling("div")
            content["class"] = [name for name in tabs["class"] if name.startswith("book-")]
            tabs.replace_with(content)


def _place(page: str, inside: str = "") -> str:
    """Return the id that a page, or a place in it, has in the whole document."""
    return "--".join(filter(None, (page.replace("/", "-"), inside)))


def _lead_inside(article: Tag, page: str, pages: dict[str, str], built: Path, folder: Path) -> None:
    """Make ids unique in the book, and let links and pictures start from the document."""
    here = (built / page).parent
    for node in article.find_all(id=True):
        # drawings refer to their own parts, whose names are hashes
        if not node.find_parent("svg"):
            node["id"] = _place(page, node["id"])
    for node in article.find_all("img", src=True):
        if not node["src"].startswith("data:"):
            node["src"] = os.path.relpath(here / node["src"], folder)
    for node in article.find_all("a", href=True):
        target, _, inside = node["href"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        name = os.path.relpath(here / target, built).removesuffix(".html") if target else page
        if name in pages:
            node["href"] = f"#{_place(name, inside)}"
        else:
            node.name, node.attrs = "span", {}


def _entries(article: Tag, page: str) -> list[Entry]:
    """Return a page's title, and its sections where they are numbered."""
    found = []
    for heading in article.select("h1, h2"):
        depth = int(heading.name[1])
        if depth == 1 or heading.select_one(".section-number"):
            place = heading.find_parent("section").get("id") if depth > 1 else _place(page)
            found.append(Entry(depth, place, heading.decode_contents()))
    return found


def _document(title, framework, articles, entries, built, folder) -> str:
    """Return the document: title page, contents, pages."""
    import matplotlib

    fonts = Path(matplotlib.get_data_path()) / "fonts/ttf"
    faces = "\n".join(
        f"@font-face {{ font-family: '{family}'; src: url('{(fonts / file).as_uri()}'); "
        f"font-weight: {weight}; font-style: {style}; }}"
        for family, file, weight, style in FONTS
    )
    lines = "\n".join(
        f'<p class="depth-{entry.depth}"><a href="#{entry.place}"><span>{entry.title}</span>'
        f'<span class="leader"></span><span class="number"></span></a></p>'
        for entry in entries
    )
    pygments = f"{os.path.relpath(built, folder)}/_static/pygments.css"
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<title>{html.escape(title)}: {framework.label}</title>
<link rel="stylesheet" href="{pygments}">
<style>{faces}
{STYLE.read_text("utf8")}</style>
<link rel="stylesheet" href="{os.path.relpath(built, folder)}/_static/{MATHS}">
</head>
<body>
<header><h1>{html.escape(title)}</h1><p class="edition">With code in {framework.label}</p>
<p>The book has one text and its code in four frameworks,
{", ".join(other.label for other in FRAMEWORKS)}. These pages hold the text with one of them.</p>
</header>
<nav><h1>Contents</h1>
{lines}
</nav>
{"".join(articles)}
</body>
</html>
"""
