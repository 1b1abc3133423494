"""Curves and boxes that the old packages drew; no framework is imported."""

from collections.abc import Iterable, Sequence
from typing import Any

from d2l_shim.plotting import as_array, set_figsize

__all__ = ["bbox_to_rect", "semilogy", "show_bboxes"]


def semilogy(
    x_vals: Iterable,
    y_vals: Iterable,
    x_label: str,
    y_label: str,
    x2_vals: Iterable | None = None,
    y2_vals: Iterable | None = None,
    legend: Sequence[str] | None = None,
    figsize: tuple[float, float] = (3.5, 2.5),
) -> None:
    """Draw one curve or two, the second dotted, with a logarithmic y axis.

    Coordinates are numbers or scalars of any framework; only two curves have a legend.
    """
    from matplotlib import pyplot

    set_figsize(figsize)
    pyplot.xlabel(x_label)
    pyplot.ylabel(y_label)
    pyplot.semilogy(*_numbers(x_vals, y_vals))
    if x2_vals is not None and y2_vals is not None:
        pyplot.semilogy(*_numbers(x2_vals, y2_vals), linestyle=":")
        pyplot.legend(legend)


def _numbers(*coordinates: Iterable) -> list[list[float]]:
    return [[as_array(value).item() for value in values] for values in coordinates]


def bbox_to_rect(bbox: Sequence[float], color: Any) -> Any:
    """Return a box (left, upper, right, lower edge) as a matplotlib rectangle."""
    from matplotlib.patches import Rectangle

    left, top, right, bottom = (float(edge) for edge in bbox)
    look = {"fill": False, "edgecolor": color, "linewidth": 2}
    return Rectangle((left, top), right - left, bottom - top, **look)


def show_bboxes(axes: Any, bboxes: Iterable, labels: Any = None, colors: Any = None) -> None:
    """Draw boxes of shape (n, 4), each in the next colour, with its label at the upper left corner.

    There may be fewer labels than boxes, or a single one; so with colors, which are used in turn.
    """
    labels, colors = _listed(labels, []), _listed(colors, ["b", "g", "r", "m", "c"])
    for i, bbox in enumerate(bboxes):
        color = colors[i % len(colors)]
        rectangle = bbox_to_rect(as_array(bbox), color)
        axes.add_patch(rectangle)
        if i < len(labels):
            look = {"fontsize": 9, "color": "k" if color == "w" else "w", "ha": "center"}
            look |= {"va": "center", "bbox": {"facecolor": color, "linewidth": 0}}
            axes.text(*rectangle.xy, labels[i], **look)


def _listed(given: Any, default: list) -> Sequence:
    if given is None:
        return default
    return given if isinstance(given, list | tuple) else [given]
