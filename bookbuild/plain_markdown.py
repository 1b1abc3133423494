"""Lowers MyST to the plain Markdown that Colab and Jupyter know; what it cannot is an error."""

import base64
import functools
import hashlib
import io
import os
import re
from pathlib import Path
from typing import NamedTuple

from pybtex.database import Entry, parse_file

from bookbuild.recorded import value
from bookbuild.source import (
    ENGLISH,
    ROOT,
    Block,
    Label,
    Language,
    SourceError,
    blocks,
    chapters,
    settings,
)

ADMONITIONS = ("note", "tip", "important", "warning")
PNG = "data:image/png;base64,"
FIGURE = re.compile(r"figure:(?P<svg>[^)?]+)\?sha256=[0-9a-f]{64}")
SPAN = re.compile(r"(?:\{(?P<role>[\w:-]+)\})?(?P<ticks>`+)(?P<body>.+?)(?P=ticks)", re.DOTALL)
WITH_TITLE = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^<>]+)>", re.DOTALL)
PAGE_LINK = re.compile(r"\[(?P<title>[^\]]+)\]\((?P<page>[^)\s:]+)\.md\)")


def embed(text: str, root: Path = ROOT) -> tuple[str, list[str]]:
    """Puts PNGs in place of figures; returns the text and their places, for `unembed`."""
    # who only compares notebooks draws nothing; the font is the same on every machine
    import matplotlib
    import resvg_py
    from PIL import Image

    dejavu = str(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf")

    def png(match: re.Match) -> str:
        svg = (root / match["svg"]).read_text("utf8")
        font = {"font_files": [dejavu], "font_family": "DejaVu Sans", "skip_system_fonts": True}
        picture = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg, width=1000, **font)))
        # drawings have few colours: a palette makes them three times smaller
        picture.quantize(64, Image.Quantize.FASTOCTREE).save(out := io.BytesIO(), "PNG")
        return PNG + base64.b64encode(out.getvalue()).decode()

    return FIGURE.sub(png, text), [match[0] for match in FIGURE.finditer(text)]


def unembed(text: str, figures: list[str]) -> str:
    """Undoes `embed`, so that texts can be compared without drawing anything."""
    places = iter(figures)
    return re.sub(re.escape(PNG) + "[A-Za-z0-9+/=]*", lambda match: next(places, match[0]), text)


@functools.cache
def bibliography(root: Path = ROOT) -> dict[str, Entry]:
    return dict(parse_file(str(root / "chapters/references.bib")).entries)


def lower(
    text: str,
    page: str,
    framework: str,
    labels: dict[str, Label],
    root: Path = ROOT,
    language: Language = ENGLISH,
    complete: bool = True,
) -> str:
    """Returns MyST without code cells as plain Markdown for a framework's notebook."""
    writer = _Writer(page, framework, labels, root, language, complete)
    lines, done, parts = text.splitlines(), 0, []
    for block in blocks(text, root):
        if block.kind != "heading" and not block.nested:
            parts += [writer.inline("\n".join(lines[done : block.start])), writer.block(block)]
            done = block.end
    parts.append(writer.inline("\n".join(lines[done:])))
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(part for part in parts if part.strip())).strip()


class _Writer(NamedTuple):
    page: str
    framework: str
    labels: dict[str, Label]
    root: Path
    language: Language
    complete: bool

    def fail(self, what: str) -> SourceError:
        return SourceError(f"{self.page}.md: {what}")

    def block(self, block: Block) -> str:
        kind, options, body = block.kind, block.options, block.body
        if kind in ("comment", "target"):
            return ""
        if kind == "math":
            tag = f" \\tag{{{self.find(block.name).number}}}" if block.name else ""
            return f"$$\n{body}{tag}\n$$"
        if kind in ("figure", "table"):
            for needed in ("name", "alt") if kind == "figure" else ("name",):
                if not options.get(needed):
                    raise self.fail(f"the {kind} {block.argument} needs a line :{needed}:")
            title = f"**{self.number(options['name'])}.** "
        if kind == "figure":
            svg = os.path.normpath(Path(self.page).parent / block.argument)
            sha = hashlib.sha256((self.root / svg).read_bytes()).hexdigest()
            picture = f"![{options['alt']}](figure:{svg}?sha256={sha})"
            return f"{picture}\n\n{title}{self.inline(body)}"
        if kind == "table":
            return f"{title}{self.inline(block.argument)}\n\n{self.inline(body)}"
        if kind in ("container", "only"):
            return self.lower(body) if block.argument == self.framework else ""
        if kind in ADMONITIONS:
            quoted = f"**{self.language.word(f'{kind.capitalize()}.')}** {self.lower(body)}"
            return "\n".join(f"> {line}".rstrip() for line in quoted.splitlines())
        raise self.fail(f"a notebook cannot show the directive {{{kind}}}; teach plain_markdown it")

    def lower(self, text: str) -> str:
        return lower(text, *self)

    def find(self, name: str) -> Label:
        if name not in self.labels:
            raise self.fail(f"nothing is labelled {name!r}")
        return self.labels[name]

    def number(self, name: str) -> str:
        label = self.find(name)
        numbers = settings(self.root).numbers | dict(self.language.numbers)
        is_chapter = label.kind == "section" and "." not in label.number and "chapter" in numbers
        return numbers["chapter" if is_chapter else label.kind] % label.number

    def inline(self, text: str) -> str:
        """Lowers roles and links; code spans stay as they are."""
        pieces, done = [], 0
        for span in SPAN.finditer(text):
            pieces.append(self.links(text[done : span.start()]))
            pieces.append(self.role(span["role"], span["body"]) if span["role"] else span[0])
            done = span.end()
        return "".join([*pieces, self.links(text[done:])])

    def links(self, text: str) -> str:
        here = Path(self.page).parent
        return PAGE_LINK.sub(
            lambda match: self.link(match["title"], os.path.normpath(here / match["page"])), text
        )

    def link(self, title: str, page: str) -> str:
        """Links to the same framework's notebook of a chapter; other pages have no notebook."""
        if page == self.page or self.root / f"{page}.md" not in chapters(self.root):
            return title
        slug = Path(page).parent.name
        up, folder = ("../../", f"{self.language.folder}/") if self.language.folder else ("../", "")
        return f"[{title}]({up}{slug}/{folder}{slug}-{self.framework}.ipynb)"

    def role(self, role: str, body: str) -> str:
        match = WITH_TITLE.fullmatch(body)
        title, target = (match["title"], match["target"]) if match else ("", body)
        if role == "eq":
            return f"({self.find(target).number})"
        if role in ("numref", "ref"):
            label = self.find(target)
            plain = self.number(target) if role == "numref" else label.title
            return self.link(title.replace("%s", label.number) or plain, label.page)
        if role in ("cite:p", "cite:t"):
            return self.citation(target.split(","), textual=role == "cite:t")
        if role == "term":
            return title or target
        if role == "value":
            return value(body, self.root) if self.complete else "..."
        raise self.fail(f"a notebook cannot show the role {{{role}}}; teach plain_markdown it")

    def citation(self, keys: list[str], textual: bool) -> str:
        found = []
        for key in map(str.strip, keys):
            if key not in bibliography(self.root):
                raise self.fail(f"references.bib has no entry {key!r}")
            entry = bibliography(self.root)[key]
            names = [" ".join(person.last_names) for person in entry.persons["author"]]
            who = names[0] + " et al." if len(names) > 2 else " and ".join(names)
            year, url = entry.fields["year"], entry.fields["url"]
            found.append(f"[{who} ({year})]({url})" if textual else f"[{who}, {year}]({url})")
        return ", ".join(found) if textual else f"({'; '.join(found)})"
