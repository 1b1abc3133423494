"""A book of one small chapter, whose cells need no framework, and its Chinese edition."""

from pathlib import Path

import nbformat

from bookbuild.notebooks import code_cells, digest, notebook_path, write
from bookbuild.source import ROOT
from d2l_shim.frameworks import BY_NAME

CELL = """```{{code-cell}} ipython3
:tags: [{framework}]
# four is enough
shape = (4, 3)
print(shape)
```
"""
CELLS = "\n".join(CELL.format(framework=name) for name in BY_NAME)

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

# builds the English book of a folder
BUILD = """
from jupyter_book.cli.main import main
main(["build", ".", "-W", "-n", "--keep-going", "--quiet"])
"""
# run first, it puts a finder in front of all others: what it finds is not loaded but an error
REFUSE = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name in {}:
            raise AssertionError("the build imports " + name)
sys.meta_path.insert(0, Refuse())
"""


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
            "chapters/mini/index.md": CHAPTER.format(cells=CELLS),
        },
    )


def printed(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def write_printed(path: Path, *texts: str) -> Path:
    """Writes a notebook whose cells have printed these texts."""
    cells = [nbformat.v4.new_code_cell("pass", outputs=[printed(text)]) for text in texts]
    book = {"processor": "Fast One", "cores": 2, "recorded": "2026-11-21"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"book": book}), path)
    return path


def write_notebooks(root: Path, slug: str = "mini") -> None:
    """Writes a chapter's notebooks with outputs that nobody has run."""
    chapter = root / "chapters" / slug / "index.md"
    for framework in BY_NAME:
        notebook = write(chapter, framework, root)
        for i, cell in enumerate(code_cells(notebook)):
            cell.outputs, cell.execution_count = [printed("(4, 3)\n")], i + 2
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


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replaces texts of a file, each of which has to be there."""
    text = path.read_text("utf8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf8")
