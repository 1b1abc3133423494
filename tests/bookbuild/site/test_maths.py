"""Formulas set while the book is built, and what a build leaves behind."""

import pytest
from small_book import write_files

from bookbuild.site.maths import STYLE, close, style, to_svg

# a book whose page `index` has a formula and whose page `plain` has none; the last word is that of
# a handler which Python calls behind all others at its end
START = """
import atexit, sys, threading
from pathlib import Path
from sphinx.application import Sphinx
from bookbuild.site import maths

atexit.register(lambda: print("closed" if not maths.running() else "left open"))
source = Path(sys.argv[1])
settings = {"extensions": ["bookbuild.site.maths"], "html_theme": "basic"}
settings["html_math_renderer"] = "svg"

def build(out="html", handler=None):
    app = Sphinx(source, None, source / out, source / f"{out}-known", "html", settings, status=None)
    if handler:
        app.connect("html-page-context", handler)
    app.build()

"""


@pytest.fixture(autouse=True, scope="module")
def closed():
    yield
    close()


@pytest.fixture
def run(tmp_path, python):
    """Returns a function that runs a program in a process of its own, which has to end."""
    index = "Page\n====\n\nLet :math:`x^2`.\n\n.. toctree::\n\n   plain"
    write_files(tmp_path, {"index.rst": index, "plain.rst": "Plain\n====="})
    return lambda program: python("-c", START + program, tmp_path, timeout=300)


def test_a_formula_becomes_a_picture_with_its_meaning_beside_it():
    html = to_svg(r"\frac{x}{2}", True)
    assert html.startswith("<mjx-container") and "<svg" in html
    assert "<mfrac><mi>x</mi><mn>2</mn></mfrac>" in html and 'display="true"' in html
    assert 'display="true"' not in to_svg("x", False)
    assert "mjx-assistive-mml" in style()


def test_a_formula_that_cannot_be_read_is_named():
    with pytest.raises(ValueError, match="missing close brace"):
        to_svg("x^{2", False)
    with pytest.raises(ValueError, match="Undefined control sequence"):
        to_svg(r"\nosuch", False)


def test_each_build_of_a_process_sets_formulas_closes_the_engine_and_ends(run, tmp_path):
    done = run("""
build()
index = source / "index.rst"
index.write_text(index.read_text().replace("x^2", "x^2` and :math:`y^3"))
build()
build("other")
print(threading.active_count())
def none(): raise AssertionError("an engine starts where no formula is set")
maths.MiniRacer = none
(source / "plain.rst").write_text("Plain\\n=====\\n\\nMore.")
build()
index.write_text("Page\\n====\\n\\n.. toctree::\\n\\n   plain")
build("without")
""")
    assert (done.returncode, done.stdout) == (0, "1\nclosed\n"), done.stderr
    assert "More." in (tmp_path / "html/plain.html").read_text()
    assert (tmp_path / "without/_static" / STYLE).read_text() == ""
    for folder in ("html", "other"):
        page = (tmp_path / folder / "index.html").read_text()
        assert page.count("<svg") == 2 and f"_static/{STYLE}" in page
        assert "mjx-assistive-mml" in (tmp_path / folder / "_static" / STYLE).read_text()


@pytest.mark.parametrize("error", ["RuntimeError", "KeyboardInterrupt"])
def test_a_build_that_fails_or_is_stopped_ends_too(run, error):
    done = run(f"""
def fail(app, page, template, context, doctree):
    if maths.running():
        print("runs", flush=True)
        raise {error}
build(handler=fail)
""")
    assert done.returncode and done.stdout == "runs\nclosed\n", done.stderr
    assert error in done.stderr
