"""A page's source in another language: each message of its catalogue in place, all else kept."""

from collections.abc import Callable
from pathlib import Path

from markdown_it.token import Token

from bookbuild.source import ROOT, Block, SourceError, blocks, parser

TITLED = ("table", "shape-calculator")  # directives whose first line is text
VERBATIM = ("code-cell", "math", "bibliography")
BESIDE = ("heading", "target", "comment", "math")  # blocks that are no directives

Look = Callable[[str], str]


def translate(text: str, look: Look, root: Path = ROOT) -> str:
    """Return a page's MyST text with the translations that `look` finds, one line a message."""
    lines: list[str | None] = list(text.splitlines())
    before = ""
    for token in parser(root).parse(text):
        if token.type == "inline":
            replace = _replace_cell if before in ("td_open", "th_open") else _replace
            replace(lines, token, look)
        before = token.type
    for block in blocks(text, root):
        if block.kind not in (*BESIDE, *VERBATIM) and not block.nested:
            _replace_directive(lines, block, look, root)
    return "\n".join(line for line in lines if line is not None) + "\n"


def _replace(lines: list[str | None], token: Token, look: Look) -> None:
    """Replace a paragraph, heading or item; lines that are no longer there become None."""
    start, end = token.map
    head, found = lines[start], look(_message(token.content))
    if found:
        first = token.content.split("\n")[0]
        lines[start] = head[: _find(head, first)] + found
        lines[start + 1 : end] = [None] * (end - start - 1)


def _replace_cell(lines: list[str | None], token: Token, look: Look) -> None:
    row, found = lines[token.map[0]], token.content and look(_message(token.content))
    if found:
        old, new = (text.replace("|", r"\|") for text in (token.content, found))
        at = _find(row, f" {old} ") + 1
        lines[token.map[0]] = row[:at] + new + row[at + len(old) :]


def _replace_directive(lines: list[str | None], block: Block, look: Look, root: Path) -> None:
    """Replace the title, the alt text and the body of a directive."""
    head = lines[block.start]
    if block.kind in TITLED and (found := look(block.argument)):
        lines[block.start] = head[: _find(head, block.argument)] + found
    inside = lines[block.start + 1 : block.end]
    body = block.body.split("\n")
    for i, line in enumerate(inside):
        if line.startswith(":alt: ") and (found := look(line.removeprefix(":alt: ").strip())):
            lines[block.start + 1 + i] = f":alt: {found}"
        if block.body and inside[i : i + len(body)] == body:
            new = translate(block.body, look, root).splitlines()
            lines[block.start + 1 + i] = "\n".join(new)
            rest = slice(block.start + 2 + i, block.start + 1 + i + len(body))
            lines[rest] = [None] * (len(body) - 1)
            return
    if block.body:
        raise SourceError(f"{{{block.kind}}}: its body is not where it is looked for: {body[0]}")


def _message(content: str) -> str:
    return content.replace("\n", " ").strip()


def _find(line: str, text: str) -> int:
    at = line.rfind(text)
    if at < 0:
        raise SourceError(f"{text[:60]!r} is not in the line {line[:60]!r}")
    return at
