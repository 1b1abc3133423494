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

NOTEBOOKS = [
    pytest.param(notebook_path(chapter, framework), id=notebook_path(chapter, framework).stem)
    for chapter in chapters()
    for framework in BY_NAME
] + [
    pytest.param(path, id=f"{path.parent.name}-{path.stem}")
    for chapter in chapters()
    for path in sorted(chapter.parent.glob("*/*.ipynb"))  # of the translated editions
]
LEFTOVERS = {
    "a role": r"\{[\w:-]+\}`",
    "a directive": r":::|```|~~~|^:[\w-]+:( |$)",
    "a target": r"^\([\w-]+\)=",
    "a comment": r"^%",
    "a block break": r"^\+\+\+",
    "a label": r"\b({})\b".format("|".join(map(re.escape, labels()))),
}
LINK = re.compile(
    r"https?://.+|\.\./(?P<slug>[\w-]+)/(?P=slug)-(?P<framework>[a-z]+)\.ipynb"
    r"|\.\./\.\./(?P<other>[\w-]+)/(?P<language>[a-z]+)/(?P=other)-(?P<frame>[a-z]+)\.ipynb"
)


def prose(notebook: nbformat.NotebookNode) -> str:
    """Returns the prose of a notebook, but for its pictures, which take long to render."""
    texts = [
        unembed(cell.source, cell.metadata.get("figures", []))
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    ]
    return "\n\n".join(texts)


def seen(text: str) -> BeautifulSoup:
    """Returns Markdown as Jupyter shows it."""
    return BeautifulSoup(markdown2html(text), "html.parser")


def leftovers(text: str) -> list[str]:
    """Returns the lines that plain Jupyter shows as MyST, each with what it holds."""
    # Jupyter takes a directive's name for that of a language and shows the rest as code
    found = [f"a directive: {line}" for line in re.findall(r"^\s*(?:```|~~~)\{.*", text, re.M)]
    page = seen(text)
    for block in page.find_all("pre"):
        block.decompose()
    for code in page.find_all("code"):
        # what stands before a code span may be a role
        code.replace_with("`code`")
    page.smooth()
    lines = [line.strip() for line in page.get_text().splitlines()]
    return found + [
        f"{what}: {line}"
        for line in lines
        for what, pattern in LEFTOVERS.items()
        if re.search(pattern, line)
    ]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_no_myst_is_left(path):
    assert leftovers(prose(nbformat.read(path, as_version=4))) == []


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_links_lead_to_notebooks_of_the_framework_or_to_the_web(path):
    for link in seen(prose(nbformat.read(path, as_version=4))).find_all(
        "a", class_=lambda name: name != "anchor-link"
    ):
        match = LINK.fullmatch(link["href"])
        assert match, link
        if match["slug"] or match["other"]:
            assert (path.parent / link["href"]).resolve().is_file(), link
            assert path.stem.endswith(f"-{match['framework'] or match['frame']}"), link
            assert match["language"] in (None, path.parent.name), link


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a role", "see {numref}`fig-x`"),
        ("a role", "see {cite:p}`he2016`"),
        ("a directive", ":::{note}\nText\n:::"),
        ("a directive", "text ```{note} text"),
        ("a directive", "```{figure} x.svg\n:name: fig-x"),
        ("a target", "(sec-new)=\n# Title"),
        ("a comment", "% not for readers"),
        ("a block break", "+++"),
        ("a label", "see [](sec-resnet)x sec-resnet"),
    ],
)
def test_a_leftover_is_found(what, text):
    assert any(line.startswith(f"{what}: ") for line in leftovers(text))


@pytest.mark.parametrize(
    "text",
    [
        "`{numref}`, ``:::``",
        "$\\mathbf{x}_{i}$, 100 % of ResNet",
        "```python\nprint('(sec-resnet)=')\n```",
    ],
)
def test_code_and_formulas_are_no_leftovers(text):
    assert leftovers(text) == []
