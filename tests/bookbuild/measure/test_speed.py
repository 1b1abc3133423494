"""The benchmark: what it measures, in which order, and what counts as a gain."""

import json
import time

import pytest

from bookbuild.measure import runner, speed, trainings
from d2l_shim.frameworks import BY_NAME

FOUND = {
    "peak_memory": 2**30,
    "multiply_adds": 1_000_000,
    "matrix_products": 1e9,
    "device": "cpu",
}


def result(framework="pytorch", way="old", speeds=(90.0, 100.0, 120.0), **more):
    known = {"framework": framework, "way": way, "examples_per_second": list(speeds)}
    return known | FOUND | more


def test_a_clock_measures_after_the_warm_up(monkeypatch):
    now = iter([100.0, 200.0, 200.5, 201.0, 202.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(now))
    clock = trainings.Clock(seconds=2.0, warm_up=2)
    for _ in range(4):
        clock(10)  # what comes before the end of the warm-up does not count
    with pytest.raises(trainings.Enough):
        clock(10)
    assert clock.speed == 15  # 30 examples from second 200 on


def test_a_step_ends_when_the_next_batch_is_asked_for():
    counted = []
    watched = trainings.Watched([("X", "yy"), ("X", "y")], counted.append)
    assert len(watched) == 2
    batches = iter(watched)
    assert next(batches) == ("X", "yy") and counted == []
    assert next(batches) == ("X", "y") and counted == [2]
    assert list(batches) == [] and counted == [2, 1]


def test_gains_are_relative_to_the_first_way_of_a_framework():
    found = [result(), result(way="all", speeds=(190, 250, 200)), result("mxnet", "all")]
    found.append(result("mxnet", "all", peak_memory=None, device="cuda:0"))
    lines = speed.rows({"results": found})
    assert lines[0] == speed.COLUMNS
    assert lines[1] == ("PyTorch", "old", "100", "90 to 120", "1.00", "1.0 GiB", "60 %")
    assert lines[2][2:5] == ("200", "190 to 250", "2.00")
    assert lines[3][4] == "1.00"
    assert lines[4][-2:] == ("unknown", ""), "where nothing is known nothing is claimed"


@pytest.mark.parametrize(
    ("speeds", "gain"),
    [((129, 129, 129), "none"), ((131, 131, 131), "1.31"), ((69, 69, 69), "0.69"), ((71,), "none")],
)
def test_a_gain_below_the_spread_is_none(speeds, gain):
    # the first way lies between 90 and 120 around 100
    assert speed.gain(list(speeds), [90, 100, 120]) == gain


def test_ways_take_turns_and_each_has_its_repeats(tmp_path, monkeypatch):
    asked = []

    def measure(function, told):
        asked.append((function, told["framework"], told["way"], told["size"], told["batch_size"]))
        memory = None if told["way"] == "all" and len(asked) < 4 else len(asked)
        return FOUND | {"examples_per_second": float(len(asked)), "peak_memory": memory}

    monkeypatch.setattr(speed.runner, "in_its_own_process", measure)
    path = tmp_path / "out.json"
    arguments = ["--network", "lenet", "--frameworks", "paddle", "--output", str(path)]
    assert speed.main([*arguments, "--repeats", "2"]) == 0
    turn = [("speed", "paddle", "old", 28, 256), ("speed", "paddle", "all", 28, 256)]
    assert asked == turn * 2
    asked.clear()
    assert speed.main([*arguments, "--repeats", "3", "--each"]) == 0
    ways = ["data", "kept-memory", "onednn"]
    assert [way for _, _, way, *_ in asked] == [*ways, *ways, "old", *ways, "all"]
    results = speed.together(json.loads(path.read_text())["results"])
    assert [one["way"] for one in results] == ["old", *ways, "all"], "as in the table"
    assert [one["examples_per_second"] for one in results] == [
        *([1, 3, 7], [1, 4, 8], [2, 5, 9], [3, 6, 10], [2, 4, 11])
    ]
    assert [one["peak_memory"] for one in results] == [7, 8, 9, 10, None]


def test_a_machine_that_only_measures_needs_nothing_that_makes_the_book(python):
    missing = ["docutils", "nbformat", "sphinx", "yaml"]
    code = f"import sys; sys.modules |= dict.fromkeys({missing}); import bookbuild.__main__; "
    code += "import bookbuild.measure.speed, bookbuild.measure.trainings"
    assert python("-c", code).stderr == ""


@pytest.mark.parametrize("wrong", ["--repeats=0", "--output=nowhere/at/all.json"])
def test_bad_arguments_are_said_before_anything_runs(wrong, monkeypatch):
    monkeypatch.setattr(runner, "run", None)
    with pytest.raises(SystemExit, match="2"):
        speed.main([wrong])


@pytest.mark.parametrize("name", BY_NAME)
def test_both_loops_train(needed, monkeypatch, capsys, name):
    needed(name)
    given = ["--network", "lenet", "--frameworks", name, "--repeats", "1", "--seconds", "0.01"]
    status, said = speed.main(given), capsys.readouterr()
    assert status == 0, said.err[-2000:]
    assert [line.split()[:2] for line in said.out.splitlines()[2:]] == [
        [BY_NAME[name].label, "old"],
        [BY_NAME[name].label, "all"],
    ]
