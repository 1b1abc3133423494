"""Takes a message apart: what a translation must keep, and the plain text that readers see."""

from collections import Counter
from typing import NamedTuple

from markdown_it.token import Token

from bookbuild.plain_markdown import WITH_TITLE
from bookbuild.source import parser

LATIN = "\ue000"  # stands in the text for a formula, code, a citation: what needs spaces around it
MARK = "\ue001"  # stands where emphasis begins or ends
# what a reference shows where it has no words of its own
SHOWN = {"numref": f"图 {LATIN}", "ref": "节", "doc": "章"}


class Message(NamedTuple):
    kept: Counter[str]  # what must be the same in a translation: `formula $x^2$`, `{eq} eq-loss`
    text: str  # what readers see, with `LATIN` and `MARK` in it


def parse(message: str) -> Message:
    """Return a message of a catalogue, MyST Markdown without blocks, taken apart."""
    kept, text = Counter(), ""
    for token in parser().parseInline(message)[0].children or ():
        what, shown = _read(token)
        kept.update(filter(None, [what]))
        text += shown
    return Message(kept, text)


def _read(token: Token) -> tuple[str, str]:
    """Return what a translation must keep of a token, and what readers see of it."""
    kind, content = token.type, token.content
    if kind == "myst_role":
        return _read_role(token.meta["name"], content)
    if kind.startswith("math"):
        return f"formula ${content}$", LATIN
    return {
        "text": ("", content),
        "softbreak": ("", "\n"),
        "hardbreak": ("", "\n"),
        "code_inline": (f"code `{content}`", LATIN),
        "link_open": (f"link {token.attrGet('href')}", ""),
        "strong_open": ("strong", MARK),
        "em_open": ("em", MARK),
        "strong_close": ("", MARK),
        "em_close": ("", MARK),
        "html_inline": (f"{kind} {content}", ""),
        "image": (f"{kind} {content}", ""),
    }.get(kind, ("", ""))


def _read_role(role: str, content: str) -> tuple[str, str]:
    match = WITH_TITLE.fullmatch(content)
    title, target = (match["title"], match["target"]) if match else ("", content)
    keys = ",".join(sorted(part.strip() for part in target.split(",")))
    shown = target if role == "term" else SHOWN.get(role, LATIN)
    if role == "numref" and target.startswith("sec-"):
        shown = "第节"
    return f"{{{role}}} {keys}", title.replace("%s", LATIN) or shown
