"""The page on speed shows what the benchmark wrote, and refuses what is not complete."""

import json

import pytest

from bookpages import speed
from d2l_shim.bench.__main__ import COLUMNS
from d2l_shim.frameworks import BY_NAME


def report(*leave_out):
    results = [
        {
            "framework": name,
            "way": way,
            "version": "1.2",
            "examples_per_second": [median - 1, median, median + 1],
            "peak_memory": 2**31,
            "multiply_adds": 10**6,
            "device": "cpu",
        }
        for name in BY_NAME
        for way, median in (("old", 100), ("data", 150), ("channels-last", 200), ("all", 400))
        if (name, way) not in leave_out
    ]
    return {
        "network": "lenet",
        "size": 28,
        "batch_size": 256,
        "date": "2026-01-02",
        "processor": "Fast One",
        "cores": 2,
        "python": "3.11.7",
        "matrix_product_peak": 1e11,
        "results": results,
    }


def test_a_table_has_a_row_for_each_framework_and_way():
    lines = speed.figures("lenet", report()).splitlines()
    assert lines[0] == (
        "```{table} Training LeNet with images of 28x28 pixels in batches of 256: examples a "
        "second, the median of 3 stretches."
    )
    assert lines[5] == "| MXNet | old loop | 100 | 99 to 101 | 1.00 | 2.0 GiB | 1 % |"
    assert lines[7].startswith("| MXNet | + channels-last | 200 |")
    assert lines[8].startswith("| MXNet | all | 400 | 399 to 401 | 4.00 |")
    assert len(lines) == 5 + 4 * len(BY_NAME) + 1
    assert speed.HEAD == COLUMNS, "what translators are given"


def test_the_source_names_machine_day_and_versions():
    said = speed.source({"lenet": report()})
    assert said.startswith("LeNet: 2026-01-02, Fast One with 2 cores, on which NumPy's float32")
    assert "reach 100 GFLOP/s; Python 3.11.7, MXNet 1.2, PyTorch 1.2" in said


def test_a_report_without_both_loops_is_refused(tmp_path):
    path = tmp_path / "lenet.json"
    path.write_text(json.dumps(report()))
    assert speed.read(path) == report()
    path.write_text(json.dumps(report(("paddle", "old"))))
    with pytest.raises(ValueError, match=r"lenet\.json has not both loops of paddle"):
        speed.read(path)


def test_the_book_has_reports_of_the_networks_on_its_page():
    found = {path.stem: speed.read(path) for path in speed.FOLDER.glob("*.json")}
    assert found.keys() == speed.NAMES.keys()
    for name, one in found.items():
        assert one["network"] == name
