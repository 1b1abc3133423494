"""The index of helpers knows every saved cell, and counts the headings above it."""

import ast
import re

import pytest
import yaml
from griffe2md import render_object_docs

from bookbuild import export
from bookbuild.pages.helpers import places
from bookbuild.pages.names import package, public_names
from bookbuild.source import ROOT
from d2l_shim.frameworks import FRAMEWORKS


def test_what_no_chapter_defines_is_at_its_first_use():
    found = places()
    assert found["train_ch6"][:2] == ("chapters/lenet/index", 9) and not found["train_ch6"].saved
    assert found["show_images"].page == "chapters/conv-layer/index"
    assert found["corr2d"].saved, "it is used as well, in later chapters"


def test_every_saved_definition_is_in_the_index():
    trees = [ast.parse(export.target(one).read_text("utf8")).body for one in FRAMEWORKS]
    saved = {node.name for body in trees for node in body if hasattr(node, "name")}
    assert {name for name, place in places().items() if place.saved} == saved


def test_the_index_holds_nothing_that_readers_cannot_import():
    public = [public_names(framework.module) for framework in FRAMEWORKS]
    assert all(any(name in names for names in public) for name in places())


SHOWN = [
    module
    for page in sorted((ROOT / "chapters/reference").glob("*.md"))
    for module in re.findall(r"\{reference\} (\w+)", page.read_text("utf8"))
    if module != "names"
]


@pytest.mark.parametrize("module", SHOWN)
def test_the_reference_has_what_a_module_is_for(module):
    """The functions and classes of its `__all__`, or of its own."""
    found, options = package()[module], yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    own = {name for name, one in found.members.items() if not (one.is_alias or name[0] == "_")}
    wanted = {name for name in map(str, found.exports or own) if is_documented(found[name])}
    text = render_object_docs(found, options["sphinx"]["config"]["griffe2md"])
    assert wanted and wanted <= {*re.findall(r"(?m)^### `(\w+)`", text)}


def is_documented(one):
    return (one.is_function or one.is_class) and one.has_docstring
