from pathlib import Path

import pytest

from bookbuild.site.icons import with_icons
from bookbuild.site.theme import names
from d2l_shim.frameworks import FRAMEWORKS


def test_no_name_means_two_frameworks():
    called = [{each.name, each.label.lower(), each.module, *each.aliases} for each in FRAMEWORKS]
    assert sum(map(len, called)) == len(names())
    assert all(name == name.lower() for name in names())
    assert names()["torch"] == "pytorch" and names()["keras"] == "tensorflow"


def test_an_icon_that_the_theme_lacks_is_named():
    with pytest.raises(ValueError, match="no icon nosuch; correct book_icons"):
        with_icons('.fa-bars:before{content:"\\f0c9"}', {"bars", "nosuch"}, Path())
