"""Sphinx extension: formulas are set by MathJax while the book is built, as SVG in the page.

A reader's browser runs no MathJax and loads no fonts for it; assistive technology reads the MathML
that MathJax puts beside each picture. The copy of MathJax is that of sphinx-mathjax-offline.
"""

import atexit
import functools
import json
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

LOGGER = getLogger(__name__)
STYLE = "mathjax-svg.css"
# what MathJax finds when it starts; nothing is to run before all its parts are there
START = """var global = globalThis, MathJax = {
  startup: {
    ready() {}, input: ["tex"], output: "svg", adaptor: "liteAdaptor", handler: "HTMLHandler",
  },
  tex: {packages: {"[-]": ["noundefined"]}},
  svg: {fontCache: "none"},
}; 0"""
PARTS = (
    *("startup", "core", "adaptors/liteDOM", "input/tex-full"),
    *("output/svg", "output/svg/fonts/tex", "a11y/assistive-mml"),
)


@functools.cache
def _engine() -> MiniRacer:
    """Starts MathJax in a JavaScript engine without a browser, as its manual does with Node."""
    atexit.register(close)  # for a build that Ctrl-C stops; later Python may wait for it for ever
    engine, folder = MiniRacer(), files("sphinx-mathjax-offline") / "static/mathjax"
    engine.eval(START)
    for part in PARTS:
        engine.eval((folder / f"{part}.js").read_text("utf-8") + "; 0")
    engine.eval("MathJax.startup.getComponents(); MathJax.startup.makeMethods(); 0")
    return engine


def running() -> bool:
    """Tells whether a formula has started the engine, which is closed after each build."""
    return bool(_engine.cache_info().currsize)


def close() -> None:
    """Closes the engine if it runs; the next formula starts another."""
    if running():
        _engine().close()
        _engine.cache_clear()


@functools.cache
def to_svg(tex: str, display: bool) -> str:
    """Returns the HTML of a formula, LaTeX without delimiters; a display has a line of its own."""
    call = f"MathJax.tex2svg({json.dumps(tex)}, {{display: {json.dumps(display)}}})"
    html = _engine().eval(f"MathJax.startup.adaptor.outerHTML({call})")
    if "data-mjx-error=" in html:
        raise ValueError(html.split('data-mjx-error="', 1)[1].split('"', 1)[0])
    return html


def style() -> str:
    sheet = "MathJax.startup.output.styleSheet(MathJax.startup.document)"
    return _engine().eval(f"MathJax.startup.adaptor.textContent({sheet})")


def _formula(tex: str, node: nodes.Node, display: bool) -> str:
    try:
        return to_svg(tex, display)
    except ValueError as error:
        LOGGER.warning("formula %s: %s", tex, error, location=node)
        return ""


def _visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    # a word joiner: punctuation behind a formula does not begin a line
    self.body.append(_formula(node.astext(), node, False) + "</span>&#8288;")
    raise nodes.SkipNode


def _visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    tex = node.astext()
    if r"\\" in tex and not node["nowrap"]:
        tex = rf"\begin{{split}}{tex}\end{{split}}"
    self.body.append(_formula(tex, node, True) + "</div>\n")
    raise nodes.SkipNode


def _begin(app: Sphinx) -> None:
    if app.builder.format == "html":
        app.add_css_file(STYLE)


def _finish(app: Sphinx, exception: Exception | None) -> None:
    """Writes the style sheet, unless formulas need one and this build has set none of them."""
    try:
        sheet = Path(app.outdir) / "_static" / STYLE
        if app.builder.format == "html" and not exception and (running() or not sheet.exists()):
            needed = app.env.get_domain("math").has_equations()
            sheet.write_text(style() if needed else "", "utf-8")
    finally:
        close()


def setup(app: Sphinx) -> None:
    """Registers the renderer, `html_math_renderer: svg`; a forked process cannot use the engine."""
    app.add_html_math_renderer("svg", (_visit_inline, None), (_visit_block, None))
    app.connect("builder-inited", _begin)
    app.connect("build-finished", _finish)
