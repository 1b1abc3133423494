"""Our names against those of the original packages, which `make compare` installs; by source only.

Neither side is imported: the originals cannot be, on today's frameworks.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import griffe
import pytest

from bookbuild.pages import names
from d2l_shim.compat import downloads
from d2l_shim.frameworks import FRAMEWORKS

ORIGINALS = os.environ.get("D2L_ORIGINALS", "")
MODULES = [framework.module for framework in FRAMEWORKS]
LISTED = set().union(*map(names.public_names, MODULES))
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


def signatures(members: Mapping[str, griffe.Object | griffe.Alias]) -> dict[str, str]:
    """Return for each name its arguments, or the expression that it stands for."""
    found = {}
    for name, member in members.items():
        if member.inherited or not (member.is_alias or member.is_module or wraps(member)):
            text = names.entry(member).text.replace("=d2l.", "=")
            # as d2l_shim.methods writes it
            text = re.sub(r"^lambda x, (\*args, \*\*kwargs): (.*)\(\1\)$", r"\2(...)", text)
            found[name] = re.sub(r"^lambda (\w+): .*", r"(\1)", text)
    return found


def wraps(member: griffe.Object) -> bool:
    """Say whether it has the arguments of another, which it wraps."""
    return member.is_function and any("wraps" in str(one.value) for one in member.decorators)


def drop_in(name: str, handed_on: Mapping[str, str]) -> dict[str, str]:
    """Return what a module of d2l_shim.compat has: its own names, what it imports and hands on."""
    compat = names.package()["compat"]
    module, found = compat[name], {}
    for owner in ("downloads", "drawing", "shared"):
        found |= signatures(compat[owner].members)
    found |= handed_on | signatures(names.public(module)) | signatures(module.members)
    # griffe passes over `exp, to = torch.exp, method("to")`
    for left, right in re.findall(r"(?m)^(\w+(?:, \w+)+) = ([\w.]+, .+)$", module.source):
        right = re.sub(r'method\("(\w+)"\)', r"x.\1(...)", right)
        found |= zip(left.split(", "), right.split(", "), strict=True)
    if "Helpers" in module.classes:
        # d2l's functions are the methods of one
        methods = module["Helpers"].all_members
        found |= signatures({name: one for name, one in methods.items() if one.is_function})
    return found


def from_d2l(module: str) -> dict[str, str]:
    handed_on = {name: entry.text for name, entry in names.public_names(module).items()}
    return drop_in(f"d2l.{module}", handed_on)


def differences() -> set[tuple[str, str, str, str]]:
    d2l, d2lzh = (
        griffe.load(name, search_paths=[ORIGINALS], try_relative_path=False)
        for name in ("d2l", "d2lzh")
    )
    pairs = [(module, signatures(d2l[module].members), from_d2l(module)) for module in MODULES]
    pairs.append(("d2lzh", signatures(d2lzh["utils"].members), drop_in("d2lzh", {})))
    return {
        (package, name, theirs[name], ours.get(name, "missing"))
        for package, theirs, ours in pairs
        for name in (LISTED | ours.keys()) & theirs.keys() - {"DATA_HUB"}
        if ours.get(name) != theirs[name]
    }


def only_adds(theirs: str, ours: str) -> bool:
    """Say whether ours takes the arguments of theirs, in order, and others that have a default."""
    if theirs[0] + ours[0] != "((":
        return False
    old, new = (text[1:-1].split(", ") for text in (theirs, ours))
    alike = all(b == a or b.startswith(f"{a}=") for a, b in zip(old, new, strict=False))
    return alike and len(old) <= len(new) and all("=" in part for part in new[len(old) :])


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
    text = Path(ORIGINALS, f"d2l/{module}.py").read_text("utf8")
    found = re.findall(r"DATA_HUB\['([^']+)'\] = (\(.+?'\))", text, re.S)
    assert len(found) == text.count("DATA_HUB['") >= 6
    for name, published in found:
        known = {"d2l": downloads, "DATA_URL": downloads.DATA_URL}
        assert downloads.DATA_HUB[name] == eval(published, known), name
