"""Formulas set while the book is built."""

import pytest

from booksite.maths import style, to_svg


def test_a_formula_becomes_a_picture_with_its_meaning_beside_it():
    html = to_svg(r"\frac{x}{2}", True)
    assert html.startswith("<mjx-container") and "<svg" in html
    assert "<mfrac><mi>x</mi><mn>2</mn></mfrac>" in html
    assert "mjx-assistive-mml" in style()


def test_a_formula_in_a_line_is_no_display():
    assert 'display="true"' in to_svg("x", True)
    assert 'display="true"' not in to_svg("x", False)


def test_a_formula_that_cannot_be_read_is_named():
    with pytest.raises(ValueError, match="missing close brace"):
        to_svg("x^{2", False)
    with pytest.raises(ValueError, match="Undefined control sequence"):
        to_svg(r"\nosuch", False)
