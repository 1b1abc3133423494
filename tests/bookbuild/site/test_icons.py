"""The theme's icons, cut down to those in use."""

import base64
import io
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont

from bookbuild.site.icons import with_icons

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
CSS = (THEME / "styles/pydata-sphinx-theme.css").read_text("utf-8")
FONT = THEME / "vendor/fontawesome/webfonts/fa-solid-900.ttf"


def test_the_style_sheet_carries_the_icons_asked_for_and_no_other():
    css = with_icons(CSS, {"bars", "list"}, FONT)
    font = css.split("base64,", 1)[1].split(")", 1)[0]
    known = {*TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()}
    assert {0xF0C9, 0xF03A, 0xF019} <= known  # bars, list and, from another rule, download
    assert 0xF577 not in known and len(known) < 40
    assert ".fa-bars:before" in css and ".fa-fingerprint:before" not in css
    assert "webfonts" not in css and len(font) < 10_000


def test_an_icon_that_the_theme_lacks_is_named():
    with pytest.raises(ValueError, match="no icon nosuch; correct book_icons"):
        with_icons(CSS, {"bars", "nosuch"}, FONT)
