"""Figures: curves, also such that grow while a network trains, and rows of images.

No framework is imported. Matplotlib, which takes a quarter of a second to load, is loaded when the
first figure is made, and importing this changes none of its settings.
"""

import io
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from d2l_shim.data import FASHION_MNIST_CLASSES

__all__ = [
    "Animator",
    "get_fashion_mnist_labels",
    "plot",
    "set_axes",
    "set_figsize",
    "show_fashion_mnist",
    "show_images",
    "use_svg_display",
]
# the white one: readable on a dark page, and whatever style the reader has set
_STYLE = "default"


def in_notebook() -> bool:
    """Say whether this process is the kernel of a notebook."""
    # where nobody has loaded IPython there is no notebook, and no need to load it
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def as_array(x: Any) -> np.ndarray:
    """Return any framework's tensor, or what NumPy understands, as an array in main memory.

    Examples:
        >>> as_array([1, 2]).shape
        (2,)
    """
    if hasattr(x, "asnumpy"):  # MXNet
        return x.asnumpy()
    if hasattr(x, "detach"):  # PyTorch and Paddle, perhaps on a GPU
        x = x.detach().cpu()
    return np.asarray(x)


class Animator:
    """Curves that grow while a network trains: in a notebook one figure, redrawn in place.

    A program shows or saves it by `plt.show()` or `plt.savefig(...)`. The background is white, so
    that the figure is readable on a dark page, and each curve has a line style of its own.

    Attributes:
        fig: the matplotlib figure, pyplot's current one.
        axes: its axes, of which the first are drawn on.
        X: for each curve its x coordinates so far.
        Y: for each curve its y coordinates so far.
        fmts: matplotlib's formats, used in turn.

    Examples:
        >>> animator = Animator(xlabel="epoch", legend=["loss", "accuracy"])
        >>> animator.add(1, (0.9, 0.6))
        >>> animator.add(2, (0.5, None))
        >>> animator.X, animator.Y
        ([[1.0, 2.0], [1.0]], [[0.9, 0.5], [0.6]])
    """

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: Sequence[float] | None = None,
        ylim: Sequence[float] | None = None,
        xscale: str = "linear",
        yscale: str = "linear",
        fmts: Sequence[str] = ("-", "m--", "g-.", "r:"),
        nrows: int = 1,
        ncols: int = 1,
        figsize: tuple[float, float] = (3.5, 2.5),
    ) -> None:
        """Say what the figure looks like; figsize is in inches, only the first axes are used."""
        from matplotlib import pyplot, style

        # before the style's context, which would take back what a notebook's backend sets
        use_svg_display()
        with style.context(_STYLE):
            self.fig, axes = pyplot.subplots(nrows, ncols, figsize=figsize)
        self.axes = np.atleast_1d(axes)
        self.X: list[list[float]] = []
        self.Y: list[list[float]] = []
        self.fmts = fmts
        self._settings = (xlabel, ylabel, xlim, ylim, xscale, yscale, legend)
        self._shown: Any = None

    def config_axes(self) -> None:
        """Label the axes that are drawn on, and set their ranges and scales."""
        set_axes(self.axes.flat[0], *self._settings)

    def add(self, x: Any, y: Any) -> None:
        """Add one point to each curve and redraw.

        Args:
            x: a number, or one number a curve.
            y: a number, or one number a curve; None leaves its curve as it is.
        """
        ys = list(y) if isinstance(y, Iterable) else [y]
        xs = list(x) if isinstance(x, Iterable) else [x] * len(ys)
        while len(self.X) < len(ys):
            self.X.append([])
            self.Y.append([])
        for i, (a, b) in enumerate(zip(xs, ys, strict=True)):
            if a is not None and b is not None:
                self.X[i].append(float(a))
                self.Y[i].append(float(b))
        self._draw()
        if in_notebook():
            self._show()

    def _draw(self) -> None:
        from matplotlib import style

        axes = self.axes.flat[0]
        with style.context(_STYLE):
            axes.cla()
            for i, (xs, ys) in enumerate(zip(self.X, self.Y, strict=True)):
                # a line through one point shows nothing; a point at the edge would be cut
                point = {"marker": "o", "clip_on": False} if len(xs) == 1 else {}
                axes.plot(xs, ys, self.fmts[i % len(self.fmts)], **point)
            self.config_axes()

    def svg(self) -> str:
        """Return the figure with the points so far as SVG text, the same for the same points."""
        from matplotlib import style

        text = io.StringIO()
        # ids are random and the date is today's unless told otherwise
        with style.context([_STYLE, {"svg.hashsalt": "d2l"}]):
            self.fig.savefig(text, format="svg", metadata={"Date": None}, bbox_inches="tight")
        return text.getvalue()

    def _show(self) -> None:
        from IPython.display import display

        bundle = {"image/svg+xml": self.svg(), "text/plain": "<figure>"}
        if self._shown is None:
            self._shown = display(bundle, raw=True, display_id=True)
            self.fig._ipython_display_ = self._show_later
        else:
            self._shown.update(bundle, raw=True)

    def _show_later(self) -> None:
        """Show the figure in a later cell.

        At its end a cell shows what pyplot has open, and closes it; this one is on the screen.
        """
        from IPython.display import display
        from matplotlib import pyplot

        if not pyplot.fignum_exists(self.fig.number):
            display({"image/svg+xml": self.svg(), "text/plain": "<figure>"}, raw=True)


class _Axes(np.ndarray):
    """Axes in a row, which a notebook does not print where they end a cell."""

    def _ipython_display_(self) -> None:
        pass


def show_images(
    imgs: Any,
    num_rows: int,
    num_cols: int,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
) -> np.ndarray:
    """Draw images in rows; a notebook shows them at the end of the cell, a program by `plt.show()`.

    Args:
        imgs: images of any framework, each of shape (height, width), with one channel or three in
            front of that or after it.
        num_rows: rows of images.
        num_cols: images in a row.
        titles: one for each image.
        scale: side of an image in inches.

    Returns:
        The matplotlib axes, one an image, shape (num_rows * num_cols,).

    Examples:
        >>> axes = show_images(np.zeros((4, 28, 28)), num_rows=2, num_cols=2)
        >>> axes.shape
        (4,)
    """
    from matplotlib import pyplot, style

    use_svg_display()
    size = (num_cols * scale, num_rows * scale)
    with style.context(_STYLE):
        _, axes = pyplot.subplots(num_rows, num_cols, figsize=size, squeeze=False)
        for axis in axes.flat:
            axis.set_axis_off()
        for i, (axis, img) in enumerate(zip(axes.flat, imgs, strict=False)):
            pixels = as_array(img)
            if pixels.ndim == 3 and pixels.shape[0] in (1, 3):
                pixels = pixels.transpose(1, 2, 0)
            axis.imshow(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels, cmap="gray")
            if titles is not None:
                axis.set_title(titles[i])
    return axes.flatten().view(_Axes)


def show_fashion_mnist(images: Any, labels: Sequence[str]) -> None:
    """Draw images in one row of 12 inches, each under its label.

    Args:
        images: images as `show_images` takes them.
        labels: one for each image, as `get_fashion_mnist_labels` gives them.
    """
    show_images(images, 1, len(images), titles=labels, scale=12 / len(images))


def use_svg_display() -> None:
    """Let this notebook show figures as SVG, the same text for the same figure."""
    if in_notebook():
        from matplotlib import rcParams
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # as in Animator.svg
        rcParams["svg.hashsalt"] = "d2l"
        set_matplotlib_formats("svg", metadata={"Date": None})


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size of the figures to come, in inches, and show them as SVG."""
    from matplotlib import rcParams

    use_svg_display()
    rcParams["figure.figsize"] = figsize


def set_axes(
    axes: Any,
    xlabel: str | None,
    ylabel: str | None,
    xlim: Sequence[float] | None,
    ylim: Sequence[float] | None,
    xscale: str,
    yscale: str,
    legend: Sequence[str] | None,
) -> None:
    """Label matplotlib axes, set their ranges and scales (`linear` or `log`), and add a grid."""
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    if xlim is not None:
        axes.set_xlim(xlim)
    if ylim is not None:
        axes.set_ylim(ylim)
    if legend:
        axes.legend(legend)
    axes.grid()


def plot(
    X: Any,
    Y: Any = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    legend: Sequence[str] | None = None,
    xlim: Sequence[float] | None = None,
    ylim: Sequence[float] | None = None,
    xscale: str = "linear",
    yscale: str = "linear",
    fmts: Sequence[str] = ("-", "m--", "g-.", "r:"),
    figsize: tuple[float, float] = (3.5, 2.5),
    axes: Any = None,
) -> None:
    """Draw curves; a notebook shows them at the end of the cell, a program by `plt.show()`.

    Args:
        X: x coordinates of any framework: for all curves, shape (n,), or a list with those of each.
        Y: y coordinates likewise; without them X holds those, and x counts from 0.
        xlabel: what x is.
        ylabel: what y is.
        legend: name of each curve.
        xlim: range of x.
        ylim: range of y.
        xscale: `linear` or `log`.
        yscale: `linear` or `log`.
        fmts: matplotlib's formats, used in turn.
        figsize: width and height in inches.
        axes: the matplotlib axes to draw on, cleared first; the current ones unless given.

    Raises:
        ValueError: there are neither as many lists of x coordinates as curves nor one.
    """
    from matplotlib import pyplot

    set_figsize(figsize)
    axes = pyplot.gca() if axes is None else axes
    ys = _curves(X if Y is None else Y)
    xs = [range(len(y)) for y in ys] if Y is None else _curves(X)
    if len(xs) not in (1, len(ys)):
        raise ValueError(
            f"plot: there are {len(xs)} lists of x coordinates for {len(ys)} curves; "
            "give one for all curves, or one each"
        )
    axes.cla()
    for i, y in enumerate(ys):
        axes.plot(xs[i % len(xs)], y, fmts[i % len(fmts)])
    set_axes(axes, xlabel, ylabel, xlim, ylim, xscale, yscale, legend)


def _curves(values: Any) -> list[np.ndarray]:
    """Return the coordinates of each curve; those of a single one need no list around them."""
    curves = [as_array(value) for value in values]
    return [np.asarray(curves)] if all(curve.ndim == 0 for curve in curves) else curves


def get_fashion_mnist_labels(labels: Iterable[Any]) -> list[str]:
    """Return the class names of Fashion-MNIST labels 0 to 9, whatever framework they come from.

    Examples:
        >>> get_fashion_mnist_labels([9, 2, 1])
        ['ankle boot', 'pullover', 'trouser']
    """
    return [FASHION_MNIST_CLASSES[int(i)] for i in labels]
