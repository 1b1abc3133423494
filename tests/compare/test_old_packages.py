"""Our names against those of the original packages, which `make compare` installs; by source only.

Neither side is imported: the originals cannot be, on today's frameworks.
"""

import ast
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bookbuild.pages.names import public_names
from d2l_shim.compat.downloads import DATA_HUB, DATA_URL
from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
SHIM = ROOT / "d2l_shim"
ORIGINALS = os.environ.get("D2L_ORIGINALS", "")
MODULES = [framework.module for framework in FRAMEWORKS]
LISTED = set().union(*map(public_names, MODULES))
OPTIONAL = "ours only adds arguments that may be left out"
POSITION = "the one argument goes by position"
# differences that stay: the packages and the name, what changes in the arguments, and why
KEPT = {
    ("mxnet", "Residual"): (
        (", **kwargs)", ")"),
        "they name Gluon's parameters; the package itself passes none",
    ),
    ("mxnet tensorflow", "size"): (("(a)", "(x)"), POSITION),
    ("paddle", "size"): (("x.numel(...)", "(x)"), "a number, where Paddle gives a tensor"),
    ("mxnet", "transpose"): (("(a)", "(x)"), POSITION),
    ("torch paddle", "numpy"): (
        ("x.detach().numpy(...)", "(x)"),
        "the package itself passes nothing but the tensor",
    ),
    ("d2lzh", "evaluate_accuracy"): (("[mx.cpu()]", "None"), "None stands for the same"),
    ("d2lzh", "load_data_fashion_mnist"): (
        ("os.path.join('~', '.mxnet', 'datasets', 'fashion-mnist')", "None"),
        "the files are found without it",
    ),
    ("torch paddle mxnet", "train_ch13"): (
        ("try_all_gpus()", "None"),
        "None stands for the same, asked for when it is called",
    ),
}
pytestmark = pytest.mark.skipif(not ORIGINALS, reason="only for make compare, which installs them")


def arguments(function: ast.FunctionDef | ast.Lambda) -> str:
    for part in ast.walk(function.args):
        if isinstance(part, ast.arg):
            part.annotation = None
    function.args.args = [one for one in function.args.args if one.arg != "self"]
    return f"({ast.unparse(function.args)})".replace("=d2l.", "=")


def signatures(path: Path) -> dict[str, str]:
    """Return for each name that a file defines its arguments, or the expression it stands for."""
    found = {}
    for node in ast.parse(path.read_text("utf8")).body:
        if isinstance(node, ast.FunctionDef):
            # what wraps another has its arguments
            if not any("wraps" in ast.unparse(part) for part in node.decorator_list):
                found[node.name] = arguments(node)
        elif isinstance(node, ast.ClassDef):
            made = [part for part in node.body if getattr(part, "name", "") == "__init__"]
            found[node.name] = arguments(made[0]) if made else "()"
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=True)
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found[name.id] = assigned(value)
    return found


def assigned(value: ast.expr) -> str:
    if not isinstance(value, ast.Lambda):
        # method('to') in ours
        return re.sub(r"^method\('(\w+)'\)$", r"x.\1(...)", ast.unparse(value))
    called = ast.unparse(value.body)
    if called.endswith("(*args, **kwargs)"):  # as d2l_shim.names writes it
        return called.replace("(*args, **kwargs)", "(...)")
    return arguments(value)


def methods(path: Path, *classes: str) -> dict[str, str]:
    """Return the arguments of the methods of classes, the last class's for those of one name."""
    return {
        part.name: arguments(part)
        for node in ast.parse(path.read_text("utf8")).body
        if isinstance(node, ast.ClassDef) and node.name in classes
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    }


def drop_in(name: str, handed_on: Mapping[str, str]) -> dict[str, str]:
    """Return what a file of d2l_shim/compat has: its own names, what it imports and hands on."""
    path, found, helpers = SHIM / "compat" / name, {}, {}
    for module in ("downloads", "drawing", "shared"):
        found |= signatures(SHIM / "compat" / f"{module}.py")
    found |= handed_on
    for node in ast.parse(path.read_text("utf8")).body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith("d2l_shim."):
            file = ROOT.joinpath(*node.module.split(".")).with_suffix(".py")
            there = signatures(file) if file.exists() else {}
            names = [alias.name for alias in node.names if alias.name in there]
            found |= {name: there[name] for name in names}
        elif isinstance(node, ast.ClassDef) and node.name == "Helpers":
            # d2l's functions are the methods of one
            classes = {"Helpers", ast.unparse(node.bases[0]).removeprefix("shared.")}
            helpers = methods(SHIM / "compat/shared.py", *classes) | methods(path, "Helpers")
    own = signatures(path)
    # what stands for another one keeps its arguments
    own = {name: text for name, text in own.items() if text.startswith("(") or name not in found}
    return found | own | helpers


def from_d2l(module: str) -> dict[str, str]:
    handed_on = {name: entry.text for name, entry in public_names(module).items()}
    return drop_in(f"d2l/{module}.py", handed_on)


def differences() -> set[tuple[str, str, str, str]]:
    pairs = [
        (module, signatures(Path(ORIGINALS, f"d2l/{module}.py")), from_d2l(module))
        for module in MODULES
    ]
    pairs.append(("d2lzh", signatures(Path(ORIGINALS, "d2lzh/utils.py")), drop_in("d2lzh.py", {})))
    return {
        (package, name, theirs[name], ours.get(name, "missing"))
        for package, theirs, ours in pairs
        for name in (LISTED | ours.keys()) & theirs.keys() - {"DATA_HUB"}
        if ours.get(name) != theirs[name]
    }


def only_adds(theirs: str, ours: str) -> bool:
    """Say whether ours takes the arguments of theirs, in order, and others that have a default."""
    if not theirs.startswith("(") or not ours.startswith("("):
        return False
    old, new = (
        ast.parse(f"lambda {text[1:-1]}: 0", mode="eval").body.args for text in (theirs, ours)
    )
    if (old.vararg, old.kwarg, old.kwonlyargs) != (None, None, []):
        return False
    defaults = [
        [None] * (len(args.args) - len(args.defaults)) + [*map(ast.unparse, args.defaults)]
        for args in (old, new)
    ]
    first = len(old.args)
    return (
        [one.arg for one in old.args] == [one.arg for one in new.args[:first]]
        and all(a in (None, b) for a, b in zip(*defaults, strict=False))
        and None not in defaults[1][first:] + new.kw_defaults
    )


def test_each_difference_has_a_reason(capsys: pytest.CaptureFixture):
    kept = {
        (package, name): (change, reason)
        for (packages, name), (change, reason) in KEPT.items()
        for package in packages.split()
    }
    found, reasons = differences(), {}
    for package, name, theirs, ours in found:
        change, reason = kept.get((package, name), (("", ""), OPTIONAL))
        if theirs.replace(*change) == ours or (reason == OPTIONAL and only_adds(theirs, ours)):
            reasons[package, name] = reason
    with capsys.disabled():
        print(f"\n{len(LISTED)} names, {len(found)} differences from d2l 0.17.6 and d2lzh 1.0.0")
        for row in sorted(found):
            package, name, theirs, ours = row
            print(f"{package}.{name}: {reasons.get(row[:2], 'NO REASON')}")
            print(f"    theirs {theirs}\n    ours   {ours}")
    assert reasons.keys() == {row[:2] for row in found}, "differences without a reason"
    assert kept.keys() <= reasons.keys(), "reasons without a difference"


@pytest.mark.parametrize("module", MODULES)
def test_files_have_the_published_addresses_and_checksums(module: str):
    tree = ast.parse(Path(ORIGINALS, f"d2l/{module}.py").read_text("utf8"))
    found = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and "DATA_HUB[" in ast.unparse(node.targets[0]):
            address, checksum = node.value.elts
            address = ast.unparse(address).replace("d2l.", "")
            name = node.targets[0].slice.value
            published = (eval(address, {"DATA_URL": DATA_URL}), checksum.value)
            assert DATA_HUB[name] == published, name
            found += 1
    assert found >= 6
