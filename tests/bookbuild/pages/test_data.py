"""A directive that shows data: its nodes, its errors, and the files that it depends on."""

from types import SimpleNamespace

import pytest
from docutils import nodes

from bookbuild.pages import speed


class Directive(speed.Speed):
    """A directive outside of Sphinx; it gives the text that it would parse."""

    def __init__(self, *arguments):
        self.name, self.arguments, self.depends = "speed", list(arguments), []

    env = property(lambda self: SimpleNamespace(note_dependency=self.depends.append))
    error = RuntimeError

    def parse_text_to_nodes(self, text):
        return [nodes.paragraph(text, text)]


def test_a_directive_gives_what_is_asked_for_and_names_what_there_is():
    directive = Directive("seeds")
    (node,) = directive.run()
    assert ":name: tab-seeds" in node.astext() and node["translatable"] is False
    assert str(speed.SEEDS) in directive.depends and len(directive.depends) == 3
    said = "speed: expected one of source, seeds, table lenet, table resnet18, not 'table gpt'"
    with pytest.raises(RuntimeError, match=said):
        Directive("table", "gpt").run()


def test_a_file_that_is_missing_is_an_error_of_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(speed, "SEEDS", tmp_path / "seeds.json")
    with pytest.raises(RuntimeError, match=r"^speed: .*No such file .*seeds\.json"):
        Directive("source").run()
