import pytest
from small_book import edit

from bookbuild.source import Label, SourceError, labels, pages, read
from d2l_shim.frameworks import BY_NAME


def change(chapter, old, new):
    edit(chapter, (old, new))
    return read(chapter.read_text(), chapter, chapter.parents[2])


def test_cells_carry_their_framework(chapter):
    notebook = read(chapter.read_text(), chapter, chapter.parents[2])
    found = [cell.metadata.framework for cell in notebook.cells if cell.cell_type == "code"]
    assert found == list(BY_NAME)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[mxnet]", "[mxnot]", r"mini/index.md:18: .*one framework, not \['mxnot'\] \(mxnet, "),
        ("[mxnet]", "[mxnet, paddle]", r"not \['mxnet', 'paddle'\]"),
        (":tags: [mxnet]\n", "", r"one framework, not \[\]"),
        (":::{container} paddle", ":::{container} padle", "'padle' is none of mxnet, "),
        ("print(shape)", "print(shape", "not Python"),
        ("```{code-cell} ipython3\n:tags: [paddle]", "Prose\n```{code-cell}\n:tags: [paddle]",
         "this group of code cells has none for paddle"),
        ("Only for Paddle.\n", "```{code-cell}\n:tags: [paddle]\n1\n```\n", "move it out"),
        ("## Second\n", "- item\n\n  ```{code-cell}\n  :tags: [paddle]\n  1\n  ```\n",
         "move it out"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(chapter, old, new, sentence):
    with pytest.raises(SourceError, match=sentence):
        change(chapter, old, new)


def test_framework_prose_joins_its_group_and_other_prose_ends_it(chapter):
    prose = ":::{container} paddle\nOnly here.\n:::\n\n"
    cell = "```{code-cell} ipython3\n:tags: [paddle]"
    change(chapter, cell, prose + prose + cell)
    with pytest.raises(SourceError, match="has none for paddle"):
        change(chapter, cell, "For all.\n\n" + cell)


def test_labels_have_the_numbers_of_the_page(book):
    assert pages(book) == {"index": "", "chapters/mini/index": "1"}
    page = "chapters/mini/index"
    assert labels(book) == {
        "sec-mini": Label("section", "1", page, "Mini"),
        "eq-mini": Label("math", "1.1", page, "y = x"),
        "fig-mini": Label("figure", "1.1", page, "One *dot*, see {eq}`eq-mini`."),
        "tab-mini": Label("table", "1.1", page, "Of sizes."),
    }
