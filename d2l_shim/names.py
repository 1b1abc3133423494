"""The table of the names that each framework's module holds, read from its source.

No framework is loaded.
"""

import ast
import copy
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from d2l_shim.frameworks import FRAMEWORKS


class Entry(NamedTuple):
    """What a name stands for: a `class`, `function` or `native`, and its arguments or call."""

    kind: str
    text: str


@cache
def public_names(module: str) -> dict[str, Entry]:
    """Return what `d2l_shim.<module>` exports, by name.

    Examples:
        >>> public_names("torch")["corr2d"]
        Entry(kind='function', text='(X, K)')
    """
    found = {}
    for node in _body(f"d2l_shim.{module}"):
        for alias in getattr(node, "names", ()):
            names = _exported(node.module) if alias.name == "*" else [alias.name]
            if not alias.asname:  # as _name: for the module itself
                found |= {name: _entry(node.module, name) for name in names}
    return dict(sorted(found.items()))


def markdown_table(word: Callable[[str], str] = str) -> str:
    """Return a Markdown table of all names, a row each, and a column for each framework.

    Where a name takes the same arguments everywhere, they stand beside it and the columns say yes;
    `word` translates name, yes and no.
    """
    modules = [public_names(framework.module) for framework in FRAMEWORKS]
    rows = [[word("name"), *(framework.label for framework in FRAMEWORKS)], ["---"] * 5]
    for name in sorted(set().union(*modules), key=str.lower):
        texts = [names[name].text if name in names else None for names in modules]
        if len(set(texts)) == 1:
            rows.append([f"`{name}{texts[0]}`", *[word("yes")] * len(texts)])
        else:
            rows.append([f"`{name}`", *(f"`{text}`" if text else word("no") for text in texts)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


@cache
def _body(module: str) -> list[ast.stmt]:
    path = Path(__file__).parent.joinpath(*module.split(".")[1:])
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(path.read_text("utf8")).body


def _exported(module: str) -> list[str]:
    """Return what `from module import *` brings."""
    nodes = _body(module)
    assigned = {node.targets[0].id: node.value for node in nodes if isinstance(node, ast.Assign)}
    if "__all__" in assigned:
        return ast.literal_eval(assigned["__all__"])
    # a module of tensors, whose `__all__` is that of all frameworks
    return [*assigned, *(node.name for node in nodes if isinstance(node, ast.FunctionDef))]


def _entry(module: str, name: str) -> Entry:
    for node in _body(module):
        if isinstance(node, ast.ImportFrom) and name in (alias.name for alias in node.names):
            return _entry(node.module, name)
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return Entry("function", f"({_arguments(node)})")
        if isinstance(node, ast.ClassDef) and node.name == name:
            return Entry("class", f"({_arguments(_constructor(node))})")
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return _assigned(module, node.value)
    raise ValueError(f"{module} does not define {name}; see the imports of its package")


def _assigned(module: str, value: ast.expr) -> Entry:
    if isinstance(value, ast.Name):
        return _entry(module, value.id)
    if isinstance(value, ast.Call) and value.func.id == "face":
        from d2l_shim import faces  # which loads NumPy

        framework = next(found for found in FRAMEWORKS if found.module == module.split(".")[1])
        signature, _ = faces.described(ast.unparse(value), framework)
        empty = inspect.Parameter.empty
        bare = [part.replace(annotation=empty) for part in signature.parameters.values()]
        return Entry("function", str(inspect.Signature(bare)))
    if isinstance(value, ast.Call):  # method("sum")
        return Entry("function", f"x.{value.args[0].value}(...)")
    return Entry("native", ast.unparse(value))


def _constructor(node: ast.ClassDef) -> ast.FunctionDef:
    return next(part for part in node.body if getattr(part, "name", "") == "__init__")


def _arguments(function: ast.FunctionDef) -> str:
    arguments = copy.deepcopy(function.args)
    for argument in arguments.args:
        argument.annotation = None
    arguments.args = [argument for argument in arguments.args if argument.arg != "self"]
    return ast.unparse(arguments)
