"""A book of one small chapter, whose cells need no framework, and its Chinese edition."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from bookbuild.notebooks import code_cells, digest, notebook_path, write
from bookbuild.source import ROOT
from bookbuild.translation.editions import Edition, editions
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

```{{table}} Of sizes.
:name: tab-mini

| name | size |
|---|---|
| left | 3 |
```

:::{{note}}
A kernel, see {{numref}}`sec-mini`.
:::
"""

CATALOGUE = {
    "Mini": "小章",
    "Text with $x^2$ and `{code}`.": "带有 $x^2$ 和 `{code}` 的文字。",
    "A dot": "一个点",
    "One *dot*, see {eq}`eq-mini`.": "一个*点*，见 {eq}`eq-mini`。",
    "Only for Paddle.": "只用于 Paddle。",
    "Second": "第二",
    "After {numref}`fig-mini`, {ref}`sec-mini` and {cite:p}`someone2020`.": (
        "看过{numref}`fig-mini`、{ref}`sec-mini`和 {cite:p}`someone2020` 之后。"
    ),
    "Of sizes.": "大小一览。",
    "name": "名称",
    "size": "大小",
    "left": "左",
    "A kernel, see {numref}`sec-mini`.": "卷积核，见{numref}`sec-mini`。",
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
BIB = """@misc{someone2020, author = {One, Some}, title = {Title}, year = {2020},
url = {https://example.org/}}"""
TOC = """format: jb-book
root: index
parts:
  - caption: Part
    numbered: true
    chapters:
      - file: chapters/mini/index
"""


def cells(number: int = 3) -> str:
    return "\n".join(CELL.format(framework=name, number=number) for name in BY_NAME)


def write_files(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf8")


def write_book(root: Path) -> None:
    """Writes the small book; its chapter is chapters/mini/index.md."""
    write_files(
        root,
        {
            "_config.yml": (ROOT / "_config.yml").read_text("utf8"),
            "_toc.yml": TOC,
            "index.md": "# Book\n\n```{bibliography}\n```\n",
            "chapters/references.bib": BIB,
            "img/dot.svg": SVG,
            "chapters/mini/index.md": CHAPTER.format(cells=cells()),
        },
    )


def write_notebooks(root: Path, slug: str = "mini") -> None:
    """Writes a chapter's notebooks with outputs that nobody has run."""
    chapter = root / "chapters" / slug / "index.md"
    for framework in BY_NAME:
        notebook = write(chapter, framework, root)
        output = nbformat.v4.new_output("stream", name="stdout", text="(4, 3)\n")
        for i, cell in enumerate(code_cells(notebook)):
            cell.outputs, cell.execution_count = [output], i + 2
        versions = {BY_NAME[framework].module: "2.9"}
        notebook.metadata.book = {"versions": versions, "outputs_sha256": digest(notebook)}
        nbformat.write(notebook, notebook_path(chapter, framework))


def write_edition(root: Path) -> None:
    """Writes what the Chinese edition of the small book is made from."""
    folder, index = "locale/zh_CN", {"Part": "部分", "Book": "书"}
    for name in ("config.yml", "terms.yml", "LC_MESSAGES/book.po"):
        write_files(root, {f"{folder}/{name}": (ROOT / folder / name).read_text("utf8")})
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    for page, messages in (("chapters/mini/index", CATALOGUE), ("index", index)):
        blocks = [f'msgid "{text}"\nmsgstr "{said}"\n' for text, said in messages.items()]
        write_files(root, {f"{folder}/LC_MESSAGES/{page}.po": "\n".join([header, *blocks])})


def change(path: Path, *changes: tuple[str, str]) -> None:
    """Replaces texts of a file, each of which has to be there."""
    text = path.read_text("utf8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf8")


@pytest.fixture(scope="session")
def edit() -> Callable[..., None]:
    """Returns `change`, which tests cannot import."""
    return change


@pytest.fixture(scope="session")
def note() -> Callable[..., None]:
    """Returns `write_notebooks`, which tests cannot import."""
    return write_notebooks


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Returns the root of the small book."""
    write_book(tmp_path)
    return tmp_path


@pytest.fixture
def chapter(book: Path) -> Path:
    """Returns the source of the small book's chapter."""
    return book / "chapters/mini/index.md"


@pytest.fixture
def other(book: Path) -> Path:
    """Returns the source of a second chapter, which only some tests want."""
    write_files(book, {"chapters/other/index.md": f"# Other\n\n{cells()}\n"})
    with (book / "_toc.yml").open("a") as toc:
        toc.write("      - file: chapters/other/index\n")
    return book / "chapters/other/index.md"


@pytest.fixture
def noted(book: Path) -> Path:
    """Returns the small book with its notebooks."""
    write_notebooks(book)
    return book


@pytest.fixture
def edition(noted: Path) -> Edition:
    """Returns the Chinese edition of the small book."""
    write_edition(noted)
    return editions(noted)["zh"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the small book with its notebooks and edition, one for the tests of a file."""
    root = tmp_path_factory.mktemp("shared") / "book"
    for written in (write_book, write_notebooks, write_edition):
        written(root)
    return root
