"""What chapters save becomes the package's code, with docstrings that are written once."""

import ast

import pytest

from bookbuild import export
from bookbuild.source import SourceError, chapters
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

CELL = """```{{code-cell}} ipython3
:tags: [{}]
{}
```
"""
LENET = """def lenet():  #@save
    # a comment
    return 5

twice = lenet()"""
INCEPTION = """class Inception(nn.Module):  #@save
    def __init__(self, c1, c2, c3, c4):
        self.first = d2l.lenet()"""


@pytest.fixture
def book(book):
    """The small book, whose chapter saves a function and a class."""
    groups = ("\n".join(CELL.format(name, code) for name in BY_NAME) for code in (LENET, INCEPTION))
    (book / "chapters/mini/index.md").write_text("# Mini\n\n" + "\nThen.\n\n".join(groups))
    for framework in FRAMEWORKS:
        folder = book / "d2l_shim" / framework.module
        folder.mkdir(parents=True)
        (folder / "native.py").write_text("__all__ = ['nn', 'unused']\n")
    return book


def exported(book, name):
    return export.exported(BY_NAME[name], book)


def test_definitions_are_taken_as_they_are_and_documented(book):
    text = exported(book, "pytorch")
    assert "from d2l_shim.torch.native import nn\n" in text
    assert "@save" not in text and "twice" not in text
    body = text.split("def lenet():\n")[1]
    assert body.startswith('    """Return LeNet for images of shape (b, 1, 28, 28); it gives')
    assert '    """\n    # a comment\n    return 5\n\n\nclass Inception(nn.Module):\n' in body
    # what an earlier chapter has saved has no module's name in front
    assert "self.first = lenet()" in text
    _, _, listed, *made = ast.parse(text).body
    assert [node.name for node in made] == ["lenet", "Inception"]
    assert ast.unparse(listed) == "__all__ = ['lenet', 'Inception']"


def test_a_file_that_is_not_what_chapters_save_is_named(book):
    framework = BY_NAME["paddle"]
    said = "d2l_shim/paddle/chapters.py is not what the chapters save; run `python -m bookbuild"
    assert export.problem(framework, book).startswith(said)
    export.target(framework, book).write_text(exported(book, "paddle"))
    assert export.problem(framework, book) == ""
    with export.target(framework, book).open("a") as file:
        file.write("# by hand\n")
    assert export.problem(framework, book).startswith(said)


def test_a_name_without_a_docstring_is_refused(book):
    path = book / "chapters/mini/index.md"
    path.write_text(path.read_text().replace("def lenet", "def unknown"))
    with pytest.raises(SourceError, match=r"docstrings\.jinja has no section unknown"):
        exported(book, "mxnet")


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_the_package_has_what_the_chapters_save(framework):
    assert export.problem(framework) == ""
    text = export.target(framework).read_text("utf8")
    saved = sum(path.read_text("utf8").count("#@save") for path in chapters()) // len(FRAMEWORKS)
    assert len([node for node in ast.parse(text).body if hasattr(node, "name")]) == saved
