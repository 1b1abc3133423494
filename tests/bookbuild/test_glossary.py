"""What must hold for the glossary and for the links that lead to it."""

import re

import pytest

from bookbuild.plain_markdown import SPAN, WITH_TITLE
from bookbuild.source import ROOT, blocks, labels, pages

TERM = re.compile(r"\{term\}`([^`]+)`")
NUMBERED = [page for page, number in pages().items() if number]


def entries() -> dict[tuple[str, ...], str]:
    text = (ROOT / "chapters/glossary/index.md").read_text("utf8")
    body = next(block.body for block in blocks(text) if block.kind == "glossary")
    found, names = {}, []
    for line in filter(None, body.splitlines()):
        if not line.startswith(" "):
            names.append(line)
        elif names:
            found[tuple(names)], names, last = line.strip(), [], tuple(names)
        else:
            found[last] += " " + line.strip()
    return found


def prose(page: str) -> str:
    """Returns a page's text in which words count as used: no code, formulas, titles, comments."""
    text = (ROOT / f"{page}.md").read_text("utf8")
    lines = text.splitlines()
    for block in blocks(text):
        shown = block.kind in ("container", "note", "table")
        # of a directive that is shown only the fences go
        for i in (block.start, block.end - 1) if shown else range(block.start, block.end):
            lines[i] = ""
    # a link's target is no use of a word, and neither is code
    text = SPAN.sub(lambda span: span[0] if span["role"] == "term" else "", "\n".join(lines))
    return re.sub(r"\$[^$]+\$", "", text)


def target(body: str) -> str:
    match = WITH_TITLE.fullmatch(" ".join(body.split()))
    return match["target"] if match else body


ENTRIES = entries()
PROSE = {page: prose(page) for page in NUMBERED}


@pytest.mark.parametrize("names", ENTRIES, ids=lambda names: names[0])
def test_an_entry_is_one_to_three_sentences_and_a_section(names):
    found = re.fullmatch(r"(?P<text>.+\.) \{numref\}`(?P<label>sec-[\w-]+)`\.", ENTRIES[names])
    assert found and len(re.findall(r"[.:] ", found["text"])) < 3
    assert labels()[found["label"]].number, "a section of a numbered page"


@pytest.mark.parametrize("names", ENTRIES, ids=lambda names: names[0])
def test_the_first_page_that_uses_a_word_links_it(names):
    used = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})s?(?![\w-])", re.I)
    using = [page for page, text in PROSE.items() if used.search(text)]
    linking = [
        page for page, text in PROSE.items() if {*map(target, TERM.findall(text))} & {*names}
    ]
    assert linking[:1] == using[:1] != []


def test_a_chapter_links_a_word_once():
    for page, text in PROSE.items():
        targets = [target(body) for body in TERM.findall(text)]
        twice = {one for one in targets if targets.count(one) > 1} - {"scale and shift"}
        assert not twice, page
