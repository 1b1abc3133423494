"""A translated source differs from the English one in its messages and in nothing else."""

import pytest

from bookbuild.source import ROOT, chapters, read
from bookbuild.translation.catalogue import extract
from bookbuild.translation.catalogue import read as read_catalogue
from bookbuild.translation.source import translate
from bookbuild.words import has_words

# of extensions, while Sphinx reads the book
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        ("# A title", "# «A title»"),
        ("One\ntwo\n\nthree", "«One two»\n\n«three»"),
        ("- one\n  two\n- three", "- «one two»\n- «three»"),
        ("1. one\n\n   two", "1. «one»\n\n   «two»"),
        ("> one\n> two", "> «one two»"),
        ("(sec-x)=\n## Head\n\n% hidden", "(sec-x)=\n## «Head»\n\n% hidden"),
        ("Before\n\n$$\nx\n$$ (eq-x)\n\nafter", "«Before»\n\n$$\nx\n$$ (eq-x)\n\n«after»"),
        ("```python\nx = 1\n```", "```python\nx = 1\n```"),
        ("| a b | c |\n|---|---|\n| no | no |", "| «a b» | «c» |\n|---|---|\n| «no» | «no» |"),
        (
            "```{figure} a.svg\n:name: fig-a\n:alt: A dot\n\nOne *dot*,\nseen.\n```",
            "```{figure} a.svg\n:name: fig-a\n:alt: «A dot»\n\n«One *dot*, seen.»\n```",
        ),
        (
            "```{table} Of names\n:name: tab-a\n\n| a |\n|---|\n| b |\n```",
            "```{table} «Of names»\n:name: tab-a\n\n| «a» |\n|---|\n| «b» |\n```",
        ),
        (
            "::::{only} html\n\n:::{container} paddle\nHere\nonly.\n:::\n::::",
            "::::{only} html\n\n:::{container} paddle\n«Here only.»\n:::\n::::",
        ),
    ],
)
def test_messages_are_put_in_their_places(text, translated):
    assert translate(text, lambda message: f"«{message}»") == translated + "\n"


@pytest.fixture(scope="module")
def templates():
    return extract(ROOT)


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: path.parent.name)
def test_it_asks_for_what_sphinx_has_put_into_the_template(chapter, templates):
    asked = set()
    page = chapter.relative_to(ROOT).with_suffix("").as_posix()
    source = chapter.read_text("utf8")
    translated = translate(source, lambda message: asked.add(message) or f"译{message}")
    held = {one.id for one in read_catalogue(templates / f"{page}.pot") if one.id}
    assert held <= asked
    assert not [message for message in asked - held if has_words(message)]
    # code is not touched
    ours, theirs = (
        [cell.source for cell in read(text, chapter).cells if cell.cell_type == "code"]
        for text in (source, translated)
    )
    assert ours == theirs
