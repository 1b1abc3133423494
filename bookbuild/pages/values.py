"""Sphinx extension: numbers in prose that are filled in from a recording, {value}`KEY`."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from bookbuild.recorded import value
from bookbuild.source import ROOT, SourceError


class Value(SphinxRole):
    """Shows the number that `bookbuild.recorded.value` finds; a page follows its recordings."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        folder = ROOT / "chapters" / self.text.partition("/")[0]
        for path in (*folder.glob("*.ipynb"), folder / "measured.json"):
            self.env.note_dependency(str(path))
        try:
            return [nodes.Text(value(self.text))], []
        except SourceError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


def setup(app: Sphinx) -> None:
    app.add_role("value", Value())
