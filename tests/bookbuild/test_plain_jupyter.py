"""Opened in plain Jupyter, a notebook shows nothing that only the book's site understands."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.filters import markdown2html

from bookbuild.notebooks import notebook_path
from bookbuild.plain_markdown import unembed
from bookbuild.source import chapters, labels
from d2l_shim.frameworks import BY_NAME

NOTEBOOKS = {
    f"{chapter.parent.name}-{framework}{folder}": notebook_path(chapter, framework, folder)
    for chapter in chapters()
    for framework in BY_NAME
    for folder in ("", "zh")
}
LEFTOVERS = {
    "a role": r"\{[\w:-]+\}`",
    "a directive": r":::|```|~~~|^:[\w-]+:( |$)",
    "a target": r"^\([\w-]+\)=",
    "a comment": r"^%",
    "a block break": r"^\+\+\+",
    "a label": r"\b({})\b".format("|".join(map(re.escape, labels()))),
}


def seen(text: str) -> BeautifulSoup:
    return BeautifulSoup(markdown2html(text), "html.parser")


def leftovers(text: str, page: BeautifulSoup) -> list[str]:
    # it takes a directive's name for that of a language and shows the rest as code
    found = ["a directive"] * bool(re.search(r"^\s*(?:```|~~~)\{", text, re.MULTILINE))
    for block in page.find_all("pre"):
        block.decompose()
    for code in page.find_all("code"):
        # what stands before a code span may be a role
        code.replace_with("`code`")
    page.smooth()
    lines = [line.strip() for line in page.get_text().splitlines()]
    return found + [
        what for what, pattern in LEFTOVERS.items() for line in lines if re.search(pattern, line)
    ]


def test_each_leftover_is_found_and_code_is_none():
    text = "(sec-x)=\n# T\n\nsee {numref}`fig-x`, sec-resnet\n\n:::{note}\n:::\n\n% not\n\n+++"
    assert {*leftovers(text, seen(text))} == {*LEFTOVERS}
    text = "`{numref}`, ``:::``, $\\mathbf{x}_{i}$, 9 % of ResNet\n\n```python\n(sec-x)=\n```"
    assert leftovers(text, seen(text)) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_myst_is_left_and_links_lead_to_notebooks_of_the_framework_or_to_the_web(name):
    path = NOTEBOOKS[name]
    cells = nbformat.read(path, as_version=4).cells
    # but for its pictures, which take long to render
    texts = [unembed(cell.source, cell.metadata.get("figures", [])) for cell in cells]
    text = "\n\n".join(t for t, c in zip(texts, cells, strict=True) if c.cell_type == "markdown")
    page = seen(text)
    for link in page.find_all("a", class_=lambda name: name != "anchor-link"):
        target = (path.parent / link["href"]).resolve()
        kinds = [(at.stem.rpartition("-")[2], at.parent.name == "zh") for at in (path, target)]
        beside = target.is_file() and kinds[0] == kinds[1]
        assert re.match("https?://", link["href"]) or beside, link
    assert leftovers(text, page) == []
