"""Sphinx extension: output sizes of layers, as a table and, where scripts run, as one types."""

import json
import re

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.site.theme import STATIC
from bookbuild.words import N_, _, script_words, untranslated

FILES = "shape-calculator"
HEAD = [N_("input"), N_("kernel"), N_("padding"), N_("stride"), N_("output")]


class ShapeCalculator(SphinxDirective):
    """`{shape-calculator} caption`: a table of output sizes, above which a script puts fields.

    Each line of the content is a layer: input, kernel, padding (in all) and stride, each as height
    and width, as in `8x8 5x3 4x2 1x1`.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"name": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        try:
            rows = [[*line.split(), output_shape(line)] for line in self.content]
        except ValueError as error:
            raise self.error(f"shape-calculator: {error}") from error
        lines = [[_(name) for name in HEAD], ["---:"] * len(HEAD), *rows]
        body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        name = f":name: {self.options['name']}\n\n" if "name" in self.options else "\n"
        table = f"```{{table}} {self.arguments[0]}\n{name}{body}\n```"
        made = nodes.container("", *self.parse_text_to_nodes(table), classes=[FILES])
        untranslated(made.findall(nodes.entry))  # but not the caption, which the page holds
        return [made]


def output_shape(layer: str) -> str:
    """Return the height and width, `8x8`, that a layer such as `8x8 5x3 4x2 1x1` gives out."""
    pair = r"(\d+)x(\d+)"
    match = re.fullmatch(" +".join([pair] * 4), layer.strip())
    if not match:
        raise ValueError(f"expected a layer like '8x8 3x3 2x2 1x1', not {layer!r}")
    numbers = [int(number) for number in match.groups()]
    sizes = []
    for n, k, p, s in (numbers[::2], numbers[1::2]):
        if not (s and 0 < k <= n + p):
            raise ValueError(f"no window of {layer!r} fits, or its stride is 0")
        sizes.append((n - k + p + s) // s)
    return "x".join(map(str, sizes))


def add_files(app: Sphinx, page: str, template: str, context: dict, tree: nodes.document) -> None:
    """Let a page load the script and its style if it has a calculator."""
    if tree and any(FILES in node["classes"] for node in tree.findall(nodes.container)):
        if app.config.book_edition:
            said = {text: _(text) for text in (*HEAD, *script_words(STATIC / f"{FILES}.js"))}
            words = json.dumps(said, ensure_ascii=False)
            app.add_js_file(None, body=f"globalThis.shapeCalculatorWords = {words};")
        app.add_js_file(f"{FILES}.js", loading_method="defer")
        app.add_css_file(f"{FILES}.css")


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", add_files)
