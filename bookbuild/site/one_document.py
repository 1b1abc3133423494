"""Joins the pages of the built book into one HTML document with the code of one framework.

Sphinx's own builder of a single page would give the sections of all chapters the same ids.
"""

import html
import os
from pathlib import Path

import jinja2
import matplotlib
import yaml
from bs4 import BeautifulSoup, Tag

from bookbuild.site.maths import STYLE as MATHS
from d2l_shim.frameworks import FRAMEWORKS, Framework

# what a page has and paper has no use for
SCREEN_ONLY = (
    "script, noscript, a.headerlink, .toctree-wrapper, .book-footer, .book-links a, .screen-only"
)
STYLE = Path(__file__).with_name("pdf.css")
TEMPLATE = Path(__file__).with_name("pdf.html.jinja")
FONTS = Path(matplotlib.get_data_path()) / "fonts/ttf"


def chosen_pages(root: Path, framework: Framework) -> dict[str, str]:
    """Return the pages for a framework's reader, each with the part that begins with it."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    others = {f"chapters/reference/{other.module}" for other in FRAMEWORKS if other != framework}
    found = {toc["root"]: ""}
    for part in toc["parts"]:
        files = [chapter["file"] for chapter in part["chapters"]]
        for i, page in enumerate(page for page in files if page not in others):
            found[page] = "" if i else part["caption"]
    return found


def join(built: Path, pages: dict[str, str], framework: Framework, title: str, folder: Path) -> str:
    """Return some pages of the built book, as from `chosen_pages`, as one document for a folder."""
    articles, contents = [], []  # and of each line of the contents depth, place, title
    for page, part in pages.items():
        text = (built / f"{page}.html").read_text("utf8")
        article = BeautifulSoup(text, "html.parser").select_one("article")
        _keep_one_framework(article, framework)
        for node in article.select(SCREEN_ONLY):
            node.decompose()
        for closed in article.select("details"):
            closed["open"] = ""  # nobody opens it on paper
        _lead_inside(article, page, pages, built, folder)
        if article.h1.get_text().strip() == title:  # which stands on the title page
            article.h1.string = "About this book"
        contents += [(0, _place(page), html.escape(part))] if part else []
        contents.append((1, _place(page), article.h1.decode_contents()))
        for heading in article.select("section[id] > :is(h2, h3, h4)"):
            # a link leads to the page of the heading, also if it did not fit below what is before
            heading["id"] = heading.parent.attrs.pop("id")
            if heading.name == "h2" and heading.select_one(".section-number"):
                contents.append((2, heading["id"], heading.decode_contents()))
        inside = f'<p class="part">{html.escape(part)}</p>' if part else ""
        inside += article.decode_contents()
        articles.append(f'<section class="page" id="{_place(page)}">{inside}</section>')
    return jinja2.Template(TEMPLATE.read_text("utf8")).render(
        title=title,
        framework=framework,
        frameworks=FRAMEWORKS,
        contents=contents,
        articles="".join(articles),
        fonts=FONTS.as_uri(),
        style=STYLE.read_text("utf8"),
        static=f"{os.path.relpath(built, folder)}/_static",
        maths=MATHS,
    )


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
