"""Cuts the theme's icon font down to the icons that the book uses, inside its style sheet."""

import base64
import io
import logging
import re
from pathlib import Path

from fontTools import subset

# a rule of Font Awesome that gives one icon its glyph: .fa-search:before{content:"\f002"}
GLYPH = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\?([^"]+)"\}')
FACE = re.compile(r"@font-face\{[^}]*webfonts/fa-[^}]*\}")
# glyphs that other rules of the theme show, by number or as they are
OTHER = re.compile(r'"(?:\\([ef][0-9a-f]{3})|([\ue000-\uf8ff]))"')

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each step it takes


def with_icons(css: str, names: set[str], font: Path) -> str:
    """Returns the theme's style sheet with only the named icons, a part of the solid font in it."""
    found, points = set(), set()

    def keep(rule: re.Match) -> str:
        wanted = names & set(re.findall(r"\.fa-([\w-]+):", rule[1]))
        found.update(wanted)
        points.update(int(rule[2], 16) for _ in wanted)
        return rule[0] if wanted else ""

    css = GLYPH.sub(keep, css)
    if missing := sorted(names - found):
        raise ValueError(f"the theme has no icon {', '.join(missing)}; correct book_icons")
    points |= {int(code, 16) if code else ord(char) for code, char in OTHER.findall(css)}
    face = (
        '@font-face{font-family:"Font Awesome 6 Free";font-weight:900;'
        f"src:url(data:font/woff;base64,{_subset(font, points)})}}"
    )
    return face + FACE.sub("", css)


def _subset(font: Path, points: set[int]) -> str:
    options = subset.Options(flavor="woff", hinting=False, layout_features=[], notdef_outline=True)
    with subset.load_font(font, options) as loaded:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=points)
        cutter.subset(loaded)
        written = io.BytesIO()
        subset.save_font(loaded, written, options)
    return base64.b64encode(written.getvalue()).decode()
