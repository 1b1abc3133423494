"""The tables of the chapter on one network hold the four tabs against each other."""

import pytest
from small_book import write_printed

from bookbuild.pages.one_network import TABLES, read_lines, side_by_side

SEEN = "ankle boot  ankle boot  0.9993\ncoat        shirt       0.6012\n"


def read(folder, text, table):
    return read_lines(write_printed(folder / "a.ipynb", text), TABLES[table].line)


def test_lines_are_read_from_what_a_notebook_printed(tmp_path):
    assert read(tmp_path, SEEN, "probabilities") == [
        ("ankle boot, seen as ankle boot", "0.9993"),
        ("coat, seen as shirt", "0.6012"),
    ]
    with pytest.raises(ValueError, match="no output has lines like"):
        read(tmp_path, SEEN, "losses")


def test_numbers_stand_side_by_side(tmp_path):
    lines = read(tmp_path, "step  1  0.01230\nstep 10  0.01000\n", "losses")
    assert side_by_side({"MXNet": lines, "PyTorch": lines}, TABLES["losses"]) == [
        ["step", "MXNet", "PyTorch"],
        ["step 1", "0.01230", "0.01230"],
        ["step 10", "0.01000", "0.01000"],
    ]


@pytest.mark.parametrize(
    ("table", "text", "close", "far"),
    [
        ("probabilities", SEEN, "0.6012", "0.6013"),
        ("losses", "step  1  0.01230\n", "0.01320", "0.01340"),
        ("gradients", "convolution  1  2.000000\n", "2.019000", "2.030000"),
    ],
)
def test_tabs_that_differ_stop_the_build(tmp_path, table, text, close, far):
    lines = read(tmp_path, text, table)
    name, _ = lines[-1]
    side_by_side({"MXNet": lines, "PyTorch": [*lines[:-1], (name, close)]}, TABLES[table])
    with pytest.raises(ValueError, match="too far apart"):
        side_by_side({"MXNet": lines, "PyTorch": [*lines[:-1], (name, far)]}, TABLES[table])
    with pytest.raises(ValueError, match="same names"):
        side_by_side({"MXNet": lines, "PyTorch": [("else", close)]}, TABLES[table])
