"""Takes a message apart: what a translation must keep, and the plain text that readers see."""

from collections import Counter
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.parsers.mdit import create_md_parser

from bookbuild.plain_markdown import WITH_TITLE
from bookbuild.source import settings

LATIN = "\ue000"  # stands in the text for a formula, code, a citation: what needs spaces around it
MARK = "\ue001"  # stands where emphasis begins or ends
# what a reference shows where it has no words of its own
SHOWN = {"numref": f"图 {LATIN}", "ref": "节", "doc": "章"}


class Message(NamedTuple):
    kept: Counter[str]  # what must be the same in a translation: `formula $x^2$`, `{eq} eq-loss`
    text: str  # what readers see, with `LATIN` and `MARK` in it


@cache
def _parser() -> MarkdownIt:
    return create_md_parser(settings().markdown, RendererHTML)


def parse(message: str) -> Message:
    """Return a message of a catalogue, MyST Markdown without blocks, taken apart."""
    kept: Counter[str] = Counter()
    text: list[str] = []
    for token in _parser().parseInline(message)[0].children or ():
        _read(token, kept, text)
    return Message(kept, "".join(text))


def _read(token: Token, kept: Counter[str], text: list[str]) -> None:
    kind, content = token.type, token.content
    if kind == "text":
        text.append(content)
    elif kind in ("softbreak", "hardbreak"):
        text.append("\n")
    elif kind == "code_inline":
        kept[f"code `{content}`"] += 1
        text.append(LATIN)
    elif kind.startswith("math"):
        kept[f"formula ${content}$"] += 1
        text.append(LATIN)
    elif kind == "myst_role":
        role = token.meta["name"]
        match = WITH_TITLE.fullmatch(content)
        title, target = (match["title"], match["target"]) if match else ("", content)
        keys = ",".join(sorted(part.strip() for part in target.split(",")))
        kept[f"{{{role}}} {keys}"] += 1
        shown = SHOWN.get(role, LATIN)
        if role == "numref" and target.startswith("sec-"):
            shown = "第节"
        text.append(title.replace("%s", LATIN) or (target if role == "term" else shown))
    elif kind == "link_open":
        kept[f"link {token.attrs['href']}"] += 1
    elif kind in ("strong_open", "em_open"):
        kept[f"{kind.removesuffix('_open')}"] += 1
        text.append(MARK)
    elif kind in ("strong_close", "em_close"):
        text.append(MARK)
    elif kind in ("html_inline", "image"):
        kept[f"{kind} {content}"] += 1
