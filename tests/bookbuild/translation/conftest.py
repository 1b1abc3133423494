"""A book of one small chapter with a Chinese edition, whose notebooks need no framework."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from bookbuild.notebooks import code_cells, digest, notebook_path, write
from bookbuild.source import ROOT
from bookbuild.translation.editions import Edition, editions
from d2l_shim.frameworks import BY_NAME

CELL = """```{{code-cell}} ipython3
:tags: [{}]
# four is enough
shape = (4, 3)
print(shape)
```
"""

CHAPTER = """---
promise: {minutes: 20, told: here}
---

(sec-mini)=
# Mini

A kernel with $x^2$ and `code`.

```{figure} ../../img/dot.svg
:name: fig-mini
:alt: A dot

One *dot*.
```

$$
y = x
$$

```{table} Of sizes.
:name: tab-mini

| name | size |
|---|---|
| left | 3 |
```

"""

SECOND = """
## Second

After {numref}`fig-mini` and {ref}`sec-mini`, see {numref}`sec-mini`.

:::{note}
Mind it.
:::
"""

CATALOGUE = {
    "Mini": "小章",
    "A kernel with $x^2$ and `code`.": "带有 $x^2$ 和 `code` 的卷积核。",
    "A dot": "一个点",
    "One *dot*.": "一个*点*。",
    "Of sizes.": "大小一览。",
    "name": "名称",
    "size": "大小",
    "left": "左",
    "Second": "第二",
    "After {numref}`fig-mini` and {ref}`sec-mini`, see {numref}`sec-mini`.": (
        "看过{numref}`fig-mini` 和{ref}`sec-mini`之后，见{numref}`sec-mini`。"
    ),
    "Mind it.": "注意它。",
}
BUILD = """
import sys
from pathlib import Path
from bookbuild.translation.editions import build_edition, editions
sys.exit(build_edition(editions(Path.cwd())["zh"]))
"""
TOC = "format: jb-book\nroot: index\nparts:\n  - caption: Part\n    numbered: true\n"


def write_catalogue(path: Path, messages: dict[str, str]) -> None:
    """Writes a catalogue as `update` does."""
    header = '"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    blocks = [f'msgid "{text}"\nmsgstr "{said}"\n' for text, said in messages.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f'msgid ""\nmsgstr ""\n{header}', *blocks]), "utf8")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Returns the root of the small book, its English notebooks recorded."""
    for folder in ("chapters/mini", "img"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("_config.yml", "locale/zh_CN/config.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "_toc.yml").write_text(f"{TOC}    chapters:\n      - file: chapters/mini/index\n")
    (tmp_path / "index.md").write_text("# Book\n\nIt is *small*.\n")
    (tmp_path / "chapters/references.bib").write_text("")
    (tmp_path / "img/dot.svg").write_bytes((ROOT / "img/stride.svg").read_bytes())
    cells = "\n".join(map(CELL.format, BY_NAME))
    chapter = tmp_path / "chapters/mini/index.md"
    chapter.write_text(f"{CHAPTER}{cells}{SECOND}")
    locale = tmp_path / "locale/zh_CN/LC_MESSAGES"
    write_catalogue(locale / "chapters/mini/index.po", CATALOGUE)
    write_catalogue(
        locale / "index.po", {"Part": "部分", "Book": "书", "It is *small*.": "它*很小*。"}
    )
    shutil.copy(ROOT / "locale/zh_CN/LC_MESSAGES/book.po", locale)
    shutil.copy(ROOT / "locale/zh_CN/terms.yml", locale.parent)
    for framework in BY_NAME:
        notebook = write(chapter, framework, tmp_path)
        output = nbformat.v4.new_output("stream", name="stdout", text="(4, 3)\n")
        for i, cell in enumerate(code_cells(notebook)):
            cell.outputs, cell.execution_count = [output], i + 2
        notebook.metadata.book = {"versions": {}, "outputs_sha256": digest(notebook)}
        nbformat.write(notebook, notebook_path(chapter, framework))
    return tmp_path


@pytest.fixture
def chapter(book: Path) -> Path:
    """Returns the source of the small book's chapter."""
    return book / "chapters/mini/index.md"


@pytest.fixture
def edition(book: Path) -> Edition:
    """Returns the Chinese edition of the small book."""
    return editions(book)["zh"]


@pytest.fixture
def catalogue() -> dict[str, str]:
    """Returns the messages of the small chapter and their translations."""
    return CATALOGUE


@pytest.fixture
def run(book: Path) -> Callable[[list], subprocess.CompletedProcess]:
    """Returns a function that runs a command in the small book's folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}

    def run(command: list) -> subprocess.CompletedProcess:
        told = {"cwd": book, "env": environment, "capture_output": True, "text": True}
        return subprocess.run(command, timeout=900, **told)

    return run


@pytest.fixture
def build(run) -> Callable[[], subprocess.CompletedProcess]:
    """Returns a function that builds the Chinese pages of the small book, as `make book` does."""
    return lambda: run([sys.executable, "-c", BUILD])
