"""The words for plots among the recorded outputs."""

import io

import matplotlib.pyplot as plt
import pytest

from bookbuild.site.alt_text import describe


def svg(figure: plt.Figure) -> str:
    written = io.StringIO()
    figure.savefig(written, format="svg")
    plt.close(figure)
    return written.getvalue()


def test_curves_are_told_by_axes_and_legend():
    figure, axes = plt.subplots()
    axes.plot([1, 2], [3, 4], label="train loss")
    axes.plot([1, 2], [4, 3], label="test acc")
    axes.set(xlabel="epoch", yscale="log")
    axes.legend()
    assert describe(svg(figure)) == "Plot over epoch: train loss, test acc"
    figure, axes = plt.subplots()
    axes.plot([1, 2], [3, 4], label="He")
    axes.set(xlabel="layer", ylabel="spread")
    axes.legend()
    assert describe(svg(figure)) == "Plot over layer: spread (He)"


def test_pictures_are_counted_and_told_by_their_titles():
    figure, (left, right) = plt.subplots(1, 2)
    for axis, title in (left, "coat\nshirt"), (right, "bag"):
        axis.imshow([[0, 1]])
        axis.set_title(title)
    assert describe(svg(figure)) == "2 pictures: coat / shirt, bag"


def test_a_plot_without_words_is_refused():
    figure, axes = plt.subplots()
    axes.plot([1, 2], [3, 4])
    with pytest.raises(ValueError, match="names no axis"):
        describe(svg(figure))
    figure, axes = plt.subplots()
    axes.imshow([[0, 1]])
    with pytest.raises(ValueError, match="no titles"):
        describe(svg(figure))
