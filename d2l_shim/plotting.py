"""Figures in a notebook: curves that grow while a network trains, and rows of images.

No framework is imported, and importing this changes no setting of matplotlib.
"""

import io
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure

from d2l_shim.data import FASHION_MNIST_CLASSES

# the white one: readable on a dark page, and whatever style the reader has set
_STYLE = "default"


def in_notebook() -> bool:
    """Say whether this process is the kernel of a notebook."""
    # where nobody has loaded IPython there is no notebook, and no need to load it
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def as_svg(figure: Figure) -> str:
    """Draw a figure as SVG text, the same text for the same figure."""
    text = io.StringIO()
    # ids are random and the date is today's unless told otherwise
    with style.context({"svg.hashsalt": "d2l"}):
        figure.savefig(text, format="svg", metadata={"Date": None}, bbox_inches="tight")
    return text.getvalue()


def as_array(x: Any) -> np.ndarray:
    """Return any framework's tensor, or what NumPy understands, as an array in main memory."""
    if hasattr(x, "asnumpy"):  # MXNet
        return x.asnumpy()
    if hasattr(x, "detach"):  # PyTorch and Paddle, perhaps on a GPU
        x = x.detach().cpu()
    return np.asarray(x)


class Animator:
    """Curves that grow while a network trains: in a notebook one figure, redrawn in place.

    Outside a notebook the points are kept and nothing is drawn. The background is white, so that
    the figure is readable on a dark page, and each curve has a line style of its own.

    Attributes:
        fig: the matplotlib figure.
        axes: its axes.
        X: for each curve its x coordinates so far.
        Y: for each curve its y coordinates so far.
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
        figsize: tuple[float, float] = (3.5, 2.5),
    ) -> None:
        """Say what the figure looks like; figsize is in inches."""
        with style.context(_STYLE):
            # a Figure that pyplot does not know is neither shown twice nor left open
            self.fig = Figure(figsize=figsize)
            self.axes = self.fig.add_subplot()
        self.X: list[list[float]] = []
        self.Y: list[list[float]] = []
        self._legend = legend
        self._fmts = fmts
        self._settings = {
            "xlabel": xlabel,
            "ylabel": ylabel,
            "xscale": xscale,
            "yscale": yscale,
        } | {name: lim for name, lim in (("xlim", xlim), ("ylim", ylim)) if lim is not None}
        self._shown: Any = None

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
        if in_notebook():
            self._show()

    def svg(self) -> str:
        """Return the figure with the points so far as SVG text, the same for the same points."""
        with style.context(_STYLE):
            self.axes.cla()
            for i, (xs, ys) in enumerate(zip(self.X, self.Y, strict=True)):
                # a line through one point shows nothing
                marker = "o" if len(xs) == 1 else ""
                self.axes.plot(xs, ys, self._fmts[i % len(self._fmts)], marker=marker)
            self.axes.set(**self._settings)
            if self._legend:
                self.axes.legend(self._legend)
            self.axes.grid()
            return as_svg(self.fig)

    def _show(self) -> None:
        self._shown = show_svg(self.svg(), self._shown)


def show_svg(svg: str, shown: Any = None) -> Any:
    """Show SVG text in a notebook; with what an earlier call returned, in place of that one."""
    from IPython.display import display

    bundle = {"image/svg+xml": svg, "text/plain": "<figure>"}
    if shown is None:
        return display(bundle, raw=True, display_id=True)
    shown.update(bundle, raw=True)
    return shown


def show_images(
    imgs: Any,
    num_rows: int,
    num_cols: int,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
) -> None:
    """Show images in rows: in a notebook at once, elsewhere with matplotlib's `pyplot.show()`.

    Args:
        imgs: images of any framework, each of shape (height, width), with one channel or three in
            front of that or behind it.
        num_rows: rows of images.
        num_cols: images in a row.
        titles: one for each image.
        scale: side of an image in inches.
    """
    from matplotlib import pyplot

    size = (num_cols * scale, num_rows * scale)
    with style.context(_STYLE):
        fig, axes = pyplot.subplots(num_rows, num_cols, figsize=size, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for i, (axis, img) in enumerate(zip(axes.flat, imgs, strict=False)):
        pixels = as_array(img)
        if pixels.ndim == 3 and pixels.shape[0] in (1, 3):
            pixels = pixels.transpose(1, 2, 0)
        axis.imshow(pixels.squeeze(), cmap="gray")
        if titles is not None:
            axis.set_title(titles[i])
    if in_notebook():
        show_svg(as_svg(fig))
        pyplot.close(fig)


def get_fashion_mnist_labels(labels: Iterable[Any]) -> list[str]:
    """Return the class names of Fashion-MNIST labels 0 to 9, whatever framework they come from."""
    return [FASHION_MNIST_CLASSES[int(i)] for i in labels]
