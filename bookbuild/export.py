"""Writes the functions and classes that chapters save into the package, a file a framework.

The code is that of the chapters' `#@save` cells; docstrings come from docstrings.jinja.
"""

import ast
import functools
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from bookbuild.machine import rewrite
from bookbuild.source import ROOT, SourceError, chapters, read
from d2l_shim.frameworks import FRAMEWORKS, Framework

DOCSTRINGS = Path(__file__).with_name("docstrings.jinja")
HEAD = '''"""What the chapters define for later ones, written for {label}.

Made by `python -m bookbuild export` from the chapters and bookbuild/docstrings.jinja: edit those.
"""
'''


def target(framework: Framework, root: Path = ROOT) -> Path:
    return root / "d2l_shim" / framework.module / "chapters.py"


def exported(framework: Framework, root: Path = ROOT) -> str:
    found = list(_saved(framework.name, root))
    names = "|".join(node.name for _, node in found)
    parts = []
    for text, node in found:
        # what an earlier chapter has saved is d2l.corr2d to readers
        text = re.sub(rf"\bd2l\.(?=(?:{names})\b)", "", text)
        parts.append(_with_docstring(text, node, docstring(node, framework)))
    code = "\n\n\n".join(parts)
    used = [name for name in _native(framework, root) if re.search(rf"\b{name}\b", code)]
    imports = f"from d2l_shim.{framework.module}.native import {', '.join(sorted(used))}\n"
    listed = "".join(f'    "{node.name}",\n' for _, node in found)
    head = f"{HEAD.format(label=framework.label)}\n{imports}\n__all__ = [\n{listed}]\n"
    return f"{head}\n\n{code}\n"


def problem(framework: Framework, root: Path = ROOT) -> str:
    """Returns what is wrong with a framework's file, a sentence, or ''."""
    path = target(framework, root)
    if path.exists() and path.read_text("utf8") == exported(framework, root):
        return ""
    name = path.relative_to(root).as_posix()
    return f"{name} is not what the chapters save; run `python -m bookbuild export`"


def export_all() -> None:
    for framework in FRAMEWORKS:
        path = target(framework)
        done = "written" if rewrite(path, exported(framework)) else "unchanged"
        print(f"{path.relative_to(ROOT).as_posix()}: {done}")


def _saved(framework: str, root: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """Yields the text and the syntax tree of what the chapters save for a framework."""
    for chapter in chapters(root):
        for cell in read(chapter.read_text("utf8"), chapter, root).cells:
            if cell.metadata.get("framework") != framework or "#@save" not in cell.source:
                continue
            lines = cell.source.splitlines()
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                    text = re.sub(r" *#@save$", "", text, flags=re.MULTILINE)
                    yield text, ast.parse(text).body[0]


def _with_docstring(text: str, node: ast.FunctionDef | ast.ClassDef, said: str) -> str:
    lines = text.splitlines()
    first = node.body[0].lineno - 1
    # a comment above the first statement stands below the docstring
    while not lines[first - 1].strip() or lines[first - 1].lstrip().startswith("#"):
        first -= 1
    body = said if "\n" not in said else f"{said}\n"
    quoted = textwrap.indent(f'"""{body}"""', "    ")
    between = [""] if isinstance(node, ast.ClassDef) else []
    return "\n".join([*lines[:first], quoted, *between, *lines[first:]])


def docstring(node: ast.FunctionDef | ast.ClassDef, framework: Framework) -> str:
    """Returns what docstrings.jinja says of a function or class, for one framework."""
    if node.name not in _sections():
        raise SourceError(f"{DOCSTRINGS.name} has no section {node.name}; write one")
    function = node
    if isinstance(node, ast.ClassDef):
        function = next(part for part in node.body if getattr(part, "name", "") == "__init__")
    taken = {argument.arg for argument in function.args.args}
    made = Environment(undefined=StrictUndefined, trim_blocks=False)
    made.filters["axes"] = functools.partial(_axes, order=framework.axes)
    text = made.from_string(_sections()[node.name]).render(
        takes=taken.__contains__,
        start=lambda name: f"    >>> {name}.initialize()\n" if framework.deferred else "",
        padding_is_a_word=framework.axes == "NHWC",
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@functools.cache
def _sections() -> dict[str, str]:
    text = re.sub(r"\{#-.*?-#\}", "", DOCSTRINGS.read_text("utf8"), flags=re.DOTALL)
    parts = re.split(r"^## (\w+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _axes(shape: str, order: str) -> str:
    """Returns a shape of four axes, given as NCHW, in another order."""
    axes = dict(zip("NCHW", shape.split(", "), strict=True))
    return f"({', '.join(axes[axis] for axis in order)})"


def _native(framework: Framework, root: Path) -> list[str]:
    text = (root / "d2l_shim" / framework.module / "native.py").read_text("utf8")
    return ast.literal_eval(re.search(r"^__all__ = (\[.*?\])", text, re.M | re.S)[1])
