import re

import pytest

from bookbuild.plain_markdown import PNG, embed, lower, unembed
from bookbuild.source import SourceError, labels

PAGE = "chapters/mini/index"


@pytest.fixture
def to_plain(book, other):
    known = labels(book)
    return lambda text, framework="paddle": lower(text, PAGE, framework, known, book)


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("See {numref}`fig-mini`.", "See Figure 1.1."),
        ("See {numref}`picture %s <fig-mini>`.", "See picture 1.1."),
        ("By {eq}`eq-mini`", "By (1.1)"),
        ("{ref}`this one <sec-mini>` and {ref}`sec-mini`", "this one and Mini"),
        ("{cite:p}`someone2020`", "([One, 2020](https://example.org/))"),
        ("{cite:t}`someone2020`", "[One (2020)](https://example.org/)"),
        ("a *{term}`kernel`* and {term}`two kernels <kernel>`", "a *kernel* and two kernels"),
        ("(here)=\n## Head", "## Head"),
        ("a\n\n% hidden\n\nb", "a\n\nb"),
        ("```{note}\nMind {eq}`eq-mini`.\n```", "> **Note.** Mind (1.1)."),
        ("$$\ny = x\n$$ (eq-mini)", "$$\ny = x \\tag{1.1}\n$$"),
        ("$$\ny\n$$", "$$\ny\n$$"),
        ("```python\nx = 1\n```", "```python\nx = 1\n```"),
        (":::{container} paddle\nOurs.\n:::", "Ours."),
        (":::{container} mxnet\nTheirs.\n:::", ""),
        (":::{only} html\nA table of the built page.\n:::", ""),
        ("`{numref}` in code and $a_{i}$ stay", "`{numref}` in code and $a_{i}$ stay"),
        ("[next](../mini/index.md)", "next"),
        ("[no notebook](../no/index.md)", "no notebook"),
        ("[next](../other/index.md)", "[next](../other/other-paddle.ipynb)"),
        ("[far](https://example.org/a.md)", "[far](https://example.org/a.md)"),
        ("[home](../../index.md)", "home"),
    ],
)
def test_lowers(to_plain, myst, plain):
    assert to_plain(myst) == plain


@pytest.mark.parametrize(
    ("myst", "sentence"),
    [
        ("{nosuch}`x`", r"mini/index.md: a notebook cannot show the role \{nosuch\}"),
        ("```{nosuch}\nx\n```", r"a notebook cannot show the directive \{nosuch\}"),
        ("{numref}`fig-none`", "nothing is labelled 'fig-none'"),
        ("{cite:p}`nobody`", "references.bib has no entry 'nobody'"),
        ("```{figure} ../../img/dot.svg\n:name: fig-mini\n\nCaption\n```", "needs a line :alt:"),
        ("```{figure} ../../img/dot.svg\n:alt: dot\n\nCaption\n```", "needs a line :name:"),
    ],
)
def test_what_a_notebook_cannot_show_is_an_error(to_plain, myst, sentence):
    with pytest.raises(SourceError, match=sentence):
        to_plain(myst)


def test_a_figure_travels_inside_the_notebook(to_plain, book):
    figure = "```{figure} ../../img/dot.svg\n:name: fig-mini\n:alt: A dot\n\nOne *dot*.\n```"
    plain = to_plain(figure)
    shown, figures = embed(plain, book)
    picture = r"!\[A dot\]\(data:image/png;base64,[A-Za-z0-9+/=]+\)"
    assert re.fullmatch(picture + r"\n\n\*\*Figure 1.1\.\*\* One \*dot\*\.", shown)
    assert PNG + "iVBORw0KGgo" in shown, "a PNG begins so"
    assert unembed(shown, figures) == plain
    (book / "img/dot.svg").write_text((book / "img/dot.svg").read_text().replace("4", "3"))
    assert unembed(shown, figures) != to_plain(figure), "a redrawn figure makes a notebook stale"
