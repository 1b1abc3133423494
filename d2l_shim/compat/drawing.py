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

    Args:
        x_vals: x coordinates.
        y_vals: y coordinates, numbers or scalars of any framework.
        x_label: what x is.
        y_label: what y is.
        x2_vals: x coordinates of the second curve.
        y2_vals: y coordinates of the second curve.
        legend: name of each curve, where there are two.
        figsize: width and height in inches.
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
    """Return a box as a matplotlib rectangle.

    Args:
        bbox: its left, upper, right and lower edge.
        color: of its line.
    """
    from matplotlib.patches import Rectangle

    left, top, right, bottom = (float(edge) for edge in bbox)
    return Rectangle(
        (left, top), right - left, bottom - top, fill=False, edgecolor=color, linewidth=2
    )


def show_bboxes(axes: Any, bboxes: Iterable, labels: Any = None, colors: Any = None) -> None:
    """Draw boxes, each in the next colour and with its label at the upper left corner.

    Args:
        axes: matplotlib axes.
        bboxes: boxes as `bbox_to_rect` takes them, of any framework, shape (n, 4).
        labels: one for each box, or fewer, or a single one.
        colors: used in turn, or a single one.
    """
    labels, colors = _listed(labels, []), _listed(colors, ["b", "g", "r", "m", "c"])
    for i, bbox in enumerate(bboxes):
        color = colors[i % len(colors)]
        rectangle = bbox_to_rect(as_array(bbox), color)
        axes.add_patch(rectangle)
        if i < len(labels):
            axes.text(
                *rectangle.xy,
                labels[i],
                horizontalalignment="center",
                verticalalignment="center",
                fontsize=9,
                color="k" if color == "w" else "w",
                bbox={"facecolor": color, "linewidth": 0},
            )


def _listed(given: Any, default: list) -> Sequence:
    if given is None:
        return default
    return given if isinstance(given, list | tuple) else [given]


def show() -> None:
    """Show what is drawn, where there is something to show it on."""
    import matplotlib
    from matplotlib import pyplot

    if matplotlib.get_backend().lower() != "agg":
        pyplot.show()
