"""Where links lead, in built pages, notebooks and the repository's Markdown; nothing is fetched."""

import functools
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from markdown_it import MarkdownIt

from bookbuild.source import ROOT

SITE = ROOT / "_build/html"
ADDRESS = ("href", "src", "poster", "data-src")
CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
NO_FILES = ("http", "https", "mailto", "data", "javascript", "about")


class Page(HTMLParser):
    """One HTML file: all addresses in it, and the ids and names that can be linked to."""

    def __init__(self, path: Path):
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name == "id" or (tag == "a" and name == "name")):
                self.anchors.add(value)
            elif value is not None and name in ADDRESS:
                self.links.append(value)
            elif value and name == "srcset":
                self.links += [part.split()[0] for part in re.split(r",\s+", value)]
            elif value and name == "style":
                self.links += CSS_URL.findall(value)


@functools.cache
def read(path: Path) -> Page:
    return Page(path)


def _in_markdown(text: str) -> list[str]:
    inline = [token for token in MarkdownIt().parse(text) if token.type == "inline"]
    found = [child.attrGet("href") or child.attrGet("src") for t in inline for child in t.children]
    return [str(address) for address in found if address]


def addresses(site: Path = SITE, root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yields each file that has links and each address in it: pages, styles, notebooks, *.md."""
    for path in sorted(site.rglob("*.html")):
        if "_static" not in path.parts:  # where the theme leaves templates
            yield from ((path, address) for address in dict.fromkeys(read(path).links))
    for path in sorted(site.rglob("*.css")):
        yield from ((path, address) for address in CSS_URL.findall(path.read_text("utf8")))
    for path in sorted(root.glob("chapters/**/*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        yield from ((path, address) for address in _in_markdown(text))
    for path in (*sorted(root.glob("[A-Z]*.md")), *sorted(root.glob("[!._]*/README.md"))):
        yield from ((path, address) for address in _in_markdown(path.read_text("utf8")))


def _why(path: Path, address: str, inside: Path) -> str:
    """Returns what is wrong with one address, or ''."""
    parts = urlsplit(address)
    if parts.scheme in NO_FILES or parts.netloc:
        return ""
    if parts.scheme or parts.path.startswith("/"):
        return "is a place on this machine or server, not in the book"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_relative_to(inside):
        return "leads out of the book"
    if not target.exists():
        return "is not there"
    anchor = unquote(parts.fragment)
    if target.suffix == ".html" and anchor and anchor not in read(target).anchors:
        return "has no such anchor"
    return ""


def broken(found: Iterable[tuple[Path, str]], site: Path = SITE, root: Path = ROOT) -> list[str]:
    """Returns a line for each address inside the book that does not lead to a file and anchor."""
    lines = []
    for path, address in found:
        inside = site if path.is_relative_to(site) else root
        if why := _why(path, address, inside.resolve()):
            lines.append(f"{path.relative_to(inside).as_posix()}: {address} {why}")
    return lines


def check() -> int:
    """Prints broken links inside the book; Sphinx's linkcheck follows those to other sites."""
    if not (SITE / "index.html").exists():
        raise RuntimeError("There is no built book; run `make book` first")
    found = list(addresses())
    lines = broken(found)
    print(*lines, f"{len(found)} links, {len(lines)} of them broken", sep="\n")
    return min(len(lines), 1)
