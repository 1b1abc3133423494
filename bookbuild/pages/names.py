"""What the package documents and each framework's module holds, read by griffe from its source."""

import contextlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import griffe

from bookbuild.source import ROOT, settings
from d2l_shim import faces
from d2l_shim.frameworks import FRAMEWORKS, Framework


class Entry(NamedTuple):
    """What a name stands for: a `class`, `function` or `native`, and its arguments or call."""

    kind: str
    text: str


@cache
def package() -> griffe.Module:
    """Returns what griffe finds in the package, whose source it reads once, when first asked."""
    # from the book's folder, also where the folder that one is in has a package of this name
    places = {"search_paths": [ROOT], "try_relative_path": False}
    found = griffe.load("d2l_shim", **places, **settings().griffe)
    for framework in FRAMEWORKS:
        for module in found[framework.module].modules.values():
            _unfold(module, framework)
        # their `__all__` is made when they are imported
        found[framework.module].exports = {*public(found[framework.module])}
    return found


def _unfold(module: griffe.Module, framework: Framework) -> None:
    """Puts a function in the place of each `name = face(...)`, which griffe takes for a value."""
    for name, member in module.attributes.items():
        if str(member.value).startswith("face("):
            signature, text = faces.described(str(member.value), framework)
            code = f"def {name}{signature}:\n    {text!r}"
            made = griffe.visit(module.name, module.filepath, code, **settings().griffe)
            module.set_member(name, made[name])


def public(module: griffe.Module) -> dict[str, griffe.Object]:
    """Returns what a framework's module imports for its readers, by name."""
    found = {}
    imported = {name: one for name, one in module.members.items() if one.is_alias}
    for name, member in imported.items():
        # what modules of the package have of others is not even loaded
        with contextlib.suppress(griffe.AliasResolutionError):
            target = member.final_target
            if not (name.startswith("_") or target.is_module or target.module.name == "methods"):
                found[name] = target
    return found


@cache
def public_names(module: str) -> dict[str, Entry]:
    """Returns what `d2l_shim.<module>` exports, by name, as `corr2d`: `function`, `(X, K)`."""
    found = public(package()[module])
    return {name: entry(found[name]) for name in sorted(found)}


def entry(target: griffe.Object) -> Entry:
    if not target.is_attribute:
        parts = map(_argument, target.parameters)
        return Entry(target.kind.value, f"({', '.join(part for part in parts if part != 'self')})")
    said = str(target.value)
    if said in target.parent.members:  # another name of it
        return entry(target.parent.members[said])
    if said.startswith("method("):  # method('sum')
        return Entry("function", f"x.{said[8:-2]}(...)")
    return Entry("native", said)


def _argument(parameter: griffe.Parameter) -> str:
    stars = {"variadic positional": "*", "variadic keyword": "**"}.get(parameter.kind.value, "")
    given = "" if stars or parameter.default is None else f"={parameter.default}"
    return f"{stars}{parameter.name}{given}"


def markdown_table(word: Callable[[str], str] = str) -> str:
    """Returns a Markdown table of all names, a row each, and a column for each framework.

    The columns of a name with the same arguments everywhere say yes, as `word` translates it.
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
