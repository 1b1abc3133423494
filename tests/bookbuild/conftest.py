"""A book of one small chapter, whose cells need no framework."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from bookbuild.notebooks import code_cells, digest, notebook_path, write
from bookbuild.source import ROOT
from d2l_shim.frameworks import BY_NAME

CELL = """```{{code-cell}} ipython3
:tags: [{framework}]
# four is enough
shape = (4, {number})
print(shape)
```
"""

CHAPTER = """(sec-mini)=
# Mini

Text with $x^2$ and `{{code}}`.

$$
y = x
$$ (eq-mini)

```{{figure}} ../../img/dot.svg
:name: fig-mini
:alt: A dot

One *dot*, see {{eq}}`eq-mini`.
```

{cells}
:::{{container}} paddle
Only for Paddle.
:::

## Second

After {{numref}}`fig-mini`, {{ref}}`sec-mini` and {{cite:p}}`someone2020`.
"""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
BIB = """@misc{someone2020, author = {One, Some}, title = {Title}, year = {2020},
url = {https://example.org/}}"""


def cells(number: int = 3) -> str:
    return "\n".join(CELL.format(framework=name, number=number) for name in BY_NAME)


@pytest.fixture(scope="session")
def needed() -> Callable[[str], None]:
    """Returns a function that skips a test where a framework is not installed."""

    def needed(name: str) -> None:
        if find_spec(BY_NAME[name].module) is None:
            pytest.skip(f"{BY_NAME[name].label} is not installed")

    return needed


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Returns the root of a small book; its chapter is chapters/mini/index.md."""
    for folder in ("chapters/mini", "img"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "_config.yml").write_text((ROOT / "_config.yml").read_text("utf8"))
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nparts:\n  - caption: Part\n    numbered: true\n"
        "    chapters:\n      - file: chapters/mini/index\n"
    )
    (tmp_path / "index.md").write_text("# Book\n\n```{bibliography}\n```\n")
    (tmp_path / "chapters/references.bib").write_text(BIB)
    (tmp_path / "img/dot.svg").write_text(SVG)
    (tmp_path / "chapters/mini/index.md").write_text(CHAPTER.format(cells=cells()))
    return tmp_path


@pytest.fixture
def chapter(book: Path) -> Path:
    """Returns the source of the small book's chapter."""
    return book / "chapters/mini/index.md"


@pytest.fixture
def other(book: Path) -> Path:
    """Returns the source of a second chapter, which only some tests want."""
    path = book / "chapters/other/index.md"
    path.parent.mkdir()
    path.write_text(f"# Other\n\n{cells()}\n")
    with (book / "_toc.yml").open("a") as toc:
        toc.write("      - file: chapters/other/index\n")
    return path


@pytest.fixture
def noted(book: Path, chapter: Path) -> Path:
    """Returns the small book with notebooks whose outputs nobody has run."""
    for framework in BY_NAME:
        notebook = write(chapter, framework, book)
        output = nbformat.v4.new_output("stream", name="stdout", text="(4, 3)\n")
        for i, cell in enumerate(code_cells(notebook)):
            cell.outputs, cell.execution_count = [output], i + 2
        notebook.metadata.book = {"versions": {}, "outputs_sha256": digest(notebook)}
        nbformat.write(notebook, notebook_path(chapter, framework))
    return book
