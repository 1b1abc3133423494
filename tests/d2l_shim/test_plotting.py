"""Figures: curves that grow, images in rows, and both in a real notebook."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib import pyplot, rc_context, rcParams, style
from matplotlib.figure import Figure
from nbclient import NotebookClient

from d2l_shim.plotting import Animator, plot, show_images

ROOT = Path(__file__).parents[2]


def drawn():
    animator = Animator(
        xlabel="epoch", xlim=(0, 2), ylim=(0, 1), legend=("train loss", "train acc", "test acc")
    )
    animator.add(0.5, (0.9, 0.2, None))
    animator.add(1, (0.5, 0.4, None))
    animator.add(1, (None, None, 0.3))
    return animator


def test_points_are_kept_and_none_is_left_out():
    animator = drawn()
    assert animator.X == [[0.5, 1], [0.5, 1], [1]]
    assert animator.Y == [[0.9, 0.5], [0.2, 0.4], [0.3]]


def test_svg_is_the_same_each_time_in_any_style_and_each_process(python):
    animator, svg = drawn(), drawn().svg()
    assert animator.svg() == animator.svg() == svg
    with style.context("dark_background"):
        assert drawn().svg() == svg
    assert "<dc:date>" not in svg
    assert "fill: #ffffff" in re.search(r'<g id="patch_1">.*?</g>', svg, re.DOTALL)[0]
    code = (
        "import matplotlib; before = dict(matplotlib.rcParams); import d2l_shim.plotting as p; "
        "a = p.Animator(legend=('loss',)); a.add(1, 2); a.add(2, 1); print(a.svg()); "
        "assert dict(matplotlib.rcParams) == before"
    )
    texts = [python("-W", "ignore", "-c", code).stdout for _ in range(2)]
    assert texts[0] == texts[1] != ""


def test_images_of_all_shapes():
    pyplot.switch_backend("agg")
    pyplot.close("all")
    axes = show_images(np.zeros((2, 3, 5)), 1, 3, titles=["a", "b"])
    assert list(axes) == pyplot.gcf().axes
    show_images([np.zeros((1, 3, 5)), np.zeros((3, 3, 5)), np.zeros((4, 5, 3))], 2, 2)
    first, second = (pyplot.figure(i) for i in pyplot.get_fignums())
    assert [len(axis.images) for axis in first.axes] == [1, 1, 0]
    assert first.axes[1].get_title() == "b"
    assert [axis.images[0].get_array().shape for axis in second.axes[:3]] == [
        (3, 5),
        (3, 5, 3),
        (4, 5, 3),
    ]
    pyplot.close("all")


def curves(*args, **kwargs):
    """Return the points of each curve that `plot` draws."""
    axes = Figure().add_subplot()
    with rc_context():
        plot(*args, axes=axes, **kwargs)
    return [line.get_xydata().tolist() for line in axes.get_lines()]


def test_plot_takes_one_curve_or_several():
    one, two = [[0, 2], [1, 3]], [[0, 4], [1, 5]]
    assert curves([2, 3]) == curves(np.array([2, 3])) == [one]
    assert curves([0, 1], [2, 3]) == curves(range(2), np.array([2, 3])) == [one]
    assert curves([0, 1], [[2, 3], [4, 5]]) == [one, two]
    assert curves([[2, 3], np.array([4, 5])]) == [one, two]
    assert curves([[0, 1], [0, 1, 2]], [[2, 3], [4, 5, 6]]) == [one, [*two, [2, 6]]]
    assert len(curves(np.zeros((5, 2)))) == 5
    with pytest.raises(ValueError, match="2 lists of x coordinates for 3 curves"):
        curves([[0], [0]], [[1], [2], [3]])


def test_plot_sets_the_axes():
    axes = Figure().add_subplot()
    with rc_context():
        plot(
            [1, 2], [3, 4], "x", "y", ["a"], (1, 9), (2, 8), "log", "log", figsize=(4, 3), axes=axes
        )
        assert rcParams["figure.figsize"] == [4, 3]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    assert (axes.get_xlim(), axes.get_ylim()) == ((1, 9), (2, 8))
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a"]


@pytest.fixture(scope="module")
def notebook():
    """Run a notebook in which a network seems to be trained, and images are shown."""
    cells = [
        "import numpy as np\nfrom d2l_shim import training, plotting",
        "batches = [(None, [0])] * 10\n"
        "step = lambda X, y, lr: (1.0, 1)\n"
        "training.train(step, lambda data: 0.5, batches, None, 2, 0.1, 'cpu')",
        "axes = plotting.show_images(np.zeros((2, 3, 3)), 1, 2)\naxes[1].set_title('late')\naxes",
        "plotting.plot([1, 2])",
        "plotting.plot([1, 2])",
        "from matplotlib import pyplot\npyplot.plot([1, 2])\nNone",
        "import io\nfile = io.BytesIO()\nanimator = plotting.Animator()\nanimator.add(1, 2)\n"
        "pyplot.savefig(file, format='png')\nprint(len(file.getvalue()) > 1000)",
        "print(pyplot.get_fignums())\nanimator.fig",
        "from IPython import display\n"
        "class Own(plotting.Animator):\n"
        "    def add(self, x, y):\n"
        "        self.axes[0].plot([x], [y])\n"
        "        self.config_axes()\n"
        "        display.display(self.fig)\n"
        "        display.clear_output(wait=True)\n"
        "Own(xlabel='mine').add(1, 2)",
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv("D2L_QUICK", raising=False)
        NotebookClient(made, timeout=120).execute()
    return made


def test_training_in_a_notebook_shows_one_figure_and_two_lines(notebook):
    outputs = notebook.cells[1].outputs
    figures = [output for output in outputs if "data" in output]
    assert len(figures) == 1
    # the first drawing has no curve of the test accuracy; the one that stays has all three
    svg = figures[0].data["image/svg+xml"]
    assert svg.count("<path") > 10 and svg.count('clip-path="url(') >= 3 and 'id="legend_1"' in svg
    assert "image/png" not in figures[0].data
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    assert {output.name for output in outputs if output.output_type == "stream"} == {"stdout"}
    assert re.fullmatch(
        r"loss 1.000, train acc 1.000, test acc 0.500\n\d+\.\d examples/sec on cpu\n", printed
    )


def test_images_in_a_notebook_are_shown_once_at_the_end_of_the_cell(notebook):
    # and the axes, which end the cell, are not printed
    (output,) = notebook.cells[2].outputs
    assert "<!-- late -->" in output.data["image/svg+xml"]
    assert "image/png" not in output.data


def test_every_figure_in_a_notebook_is_svg_that_is_the_same_each_time(notebook):
    for cell in notebook.cells[2:6]:
        (output,) = cell.outputs
        assert "<dc:date>" not in output.data["image/svg+xml"]
    plots = [cell.outputs[0].data["image/svg+xml"] for cell in notebook.cells[3:5]]
    assert plots[0] == plots[1]


def test_curves_in_a_notebook_can_be_saved_and_shown_again_and_none_stay_open(notebook):
    drawn, later = (cell.outputs for cell in notebook.cells[6:8])
    assert [output.output_type for output in drawn] == ["display_data", "stream"]
    assert drawn[1].text == "True\n" and later[0].text == "[]\n"
    assert drawn[0].data["image/svg+xml"] == later[1].data["image/svg+xml"]


def test_an_animator_that_draws_itself_is_shown_once(notebook):
    (output,) = notebook.cells[8].outputs
    assert "<!-- mine -->" in output.data["image/svg+xml"]


def test_curves_are_in_the_figure_of_a_program():
    pyplot.switch_backend("agg")
    animator = drawn()
    assert pyplot.gcf() is animator.fig
    styles = [line.get_linestyle() for line in animator.axes[0].lines]
    assert len(styles) == len({*styles}) == 3, "they differ without colour"
    animator.axes[0].set_title("mine")
    assert pyplot.gca().get_title() == "mine"
    two = Animator(nrows=1, ncols=2, fmts=["r"])
    two.add(1, (1, 2))
    assert [len(axes.lines) for axes in two.axes] == [2, 0] and two.fmts == ["r"]
    pyplot.close("all")
