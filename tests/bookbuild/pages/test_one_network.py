"""The tables of the chapter on one network hold the four tabs against each other."""

import nbformat
import pytest

from bookbuild.pages.one_network import TABLES, read_lines, side_by_side

SEEN = "ankle boot  ankle boot  0.9993\ncoat        shirt       0.6012\n"


def printed(text, table, other=None):
    line = TABLES[table].line
    found = [(m["name"], m["value"]) for m in line.finditer(text)]
    changed = [(m["name"], m["value"]) for m in line.finditer(other or text)]
    return {"MXNet": found, "PyTorch": changed}


def test_lines_are_read_from_all_outputs_of_a_notebook(tmp_path):
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=SEEN)]
    cells = [nbformat.v4.new_code_cell("pass", outputs=outputs)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "a.ipynb")
    assert read_lines(tmp_path / "a.ipynb", TABLES["probabilities"].line) == [
        ("ankle boot, seen as ankle boot", "0.9993"),
        ("coat, seen as shirt", "0.6012"),
    ]
    with pytest.raises(ValueError, match="no output has lines like"):
        read_lines(tmp_path / "a.ipynb", TABLES["losses"].line)


def test_numbers_stand_side_by_side():
    lines = "step  1  0.01230\nstep 10  0.01000\n"
    rows = side_by_side(printed(lines, table="losses"), TABLES["losses"])
    assert rows == [
        ["step", "MXNet", "PyTorch"],
        ["step  1", "0.01230", "0.01230"],
        ["step 10", "0.01000", "0.01000"],
    ]


@pytest.mark.parametrize(
    ("table", "text", "close", "far"),
    [
        ("probabilities", SEEN, SEEN, SEEN.replace("0.6012", "0.6013")),
        ("losses", "step  1  0.01230\n", "step  1  0.01320\n", "step  1  0.01340\n"),
        (
            "gradients",
            "convolution  1  2.000000\n",
            "convolution  1  2.019000\n",
            "convolution  1  2.030000\n",
        ),
    ],
)
def test_tabs_that_are_too_far_apart_stop_the_build(table, text, close, far):
    side_by_side(printed(text, other=close, table=table), TABLES[table])
    with pytest.raises(ValueError, match="too far apart"):
        side_by_side(printed(text, other=far, table=table), TABLES[table])


def test_tabs_must_print_the_same_names():
    with pytest.raises(ValueError, match="same names"):
        side_by_side(
            printed("step 1  0.10000\n", other="step 2  0.10000\n", table="losses"),
            TABLES["losses"],
        )
