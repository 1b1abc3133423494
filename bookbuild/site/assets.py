"""Sphinx extension: a page loads one style sheet, only the icons in use, and no script first.

The theme's page asks for a dozen style sheets and for scripts that hold up its first paint, among
them an icon script of half a megabyte. This one puts the style sheets of a page together (Font
Awesome cut to the icons named in `book_icons`), lets scripts wait until the page is read, and
leaves out what no page of the book uses.
"""

import hashlib
import posixpath
import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.logging import getLogger

from bookbuild.site.icons import with_icons

LOGGER = getLogger(__name__)
FIRST = ["basic.css", "styles/pydata-sphinx-theme.css"]  # before all that Sphinx lists
ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.ttf"
UNUSED = re.compile("thebe", re.IGNORECASE)  # runs code in the page, which asks a third party
# what the theme's templates write by themselves: its style sheets, its icon script, and the
# search index, which only the page of search results needs
THEME_ASSETS = re.compile(
    r"<link [^>]*(?:styles/(?:pydata-sphinx-)?theme\.css|rel=\"preload\")[^>]*>\s*"
    r"|<script [^>]*(?:fontawesome|searchtools|language_data|searchindex)\.js[^>]*></script>\s*"
)
# scripts inside the page go on from the first; the second has to be there before the tabs
AT_ONCE = ["documentation_options.js", "framework.js"]
NOT_SERVED = ["vendor", "styles", "scripts/fontawesome.js", "scripts/fontawesome.js.map"]


def _lighten(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    if app.builder.format != "html" or "css_files" not in context:
        return
    context["without_theme_assets"] = lambda html: THEME_ASSETS.sub("", html)
    sheets = [str(sheet.filename).removeprefix("_static/") for sheet in context["css_files"]]
    sheets = [name for name in sheets if not UNUSED.search(name)]
    together = f"book-{hashlib.sha256(repr(sheets).encode()).hexdigest()[:8]}.css"
    app.builder.book_sheets[together] = [*FIRST, *sheets]
    context["css_files"].clear()
    app.builder.add_css_file(together)
    scripts = list(context["script_files"])
    context["script_files"].clear()
    for script in scripts:
        name = str(script.filename or "").removeprefix("_static/")
        attributes = dict(script.attributes)
        if name and name not in AT_ONCE and page != "search":
            attributes["defer"] = "defer"  # they keep their order
        told = f"{name} {attributes.get('body')}"
        if not UNUSED.search(told):  # adding one a second time does nothing
            app.builder.add_js_file(name, priority=script.priority, **attributes)


def _read(app: Sphinx, sheet: str) -> str:
    css = (Path(app.outdir) / "_static" / sheet).read_text("utf-8")
    css = re.sub(r'@charset "[^"]*";|/\*# sourceMappingURL=.*?\*/', "", css)
    if sheet == FIRST[1]:
        folders = [Path(folder, "static") for folder in app.builder.theme.get_theme_dirs()]
        font = next(folder for folder in folders if (folder / ICON_FONT).is_file()) / ICON_FONT
        css = with_icons(css, set(app.config.book_icons), font)

    def moved(found: re.Match) -> str:
        place = posixpath.normpath(posixpath.join(posixpath.dirname(sheet), found[2]))
        return f'url("{place}")'

    return re.sub(r"url\((['\"]?)(?!data:|#|https?:)([^'\")]+)\1\)", moved, css)


def _begin(app: Sphinx) -> None:
    app.builder.book_sheets = {}


def _finish(app: Sphinx, exception: Exception | None) -> None:
    """Writes the style sheets, removes what nothing asks for, names icons that a page lacks."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for name, sheets in app.builder.book_sheets.items():
        (static / name).write_text("\n".join(_read(app, sheet) for sheet in sheets), "utf-8")
    for name in NOT_SERVED:
        path = static / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for page in sorted(app.env.found_docs):
        html = Path(app.builder.get_outfilename(page)).read_text("utf-8")
        used = set(re.findall(r'class="[^"]*\bfas?(?:-solid)? fa-([\w-]+)', html))
        if missing := sorted(used - set(app.config.book_icons)):
            LOGGER.warning("add icon %s to book_icons", ", ".join(missing), location=page)


def setup(app: Sphinx) -> None:
    app.add_config_value("book_icons", [], "html")
    app.connect("builder-inited", _begin)
    app.connect("html-page-context", _lighten, priority=950)
    app.connect("build-finished", _finish, priority=950)  # after the theme has coloured code
