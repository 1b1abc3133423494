"""The index of helpers knows every saved cell, and counts the headings above it."""

import ast

from bookbuild import export
from bookbuild.pages.helpers import places
from bookbuild.pages.names import public_names
from d2l_shim.frameworks import FRAMEWORKS


def test_what_no_chapter_defines_is_at_its_first_use():
    found = places()
    assert found["train_ch6"][:2] == ("chapters/lenet/index", 6) and not found["train_ch6"].saved
    assert found["show_images"].page == "chapters/conv-layer/index"
    assert found["corr2d"].saved, "it is used as well, in later chapters"


def test_every_saved_definition_is_in_the_index():
    trees = [ast.parse(export.target(one).read_text("utf8")).body for one in FRAMEWORKS]
    saved = {node.name for body in trees for node in body if hasattr(node, "name")}
    assert {name for name, place in places().items() if place.saved} == saved


def test_the_index_holds_nothing_that_readers_cannot_import():
    public = [public_names(framework.module) for framework in FRAMEWORKS]
    assert all(any(name in names for names in public) for name in places())
