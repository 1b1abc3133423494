"""The benchmark: what it measures, what it prints, what it refuses."""

import importlib.util
import json
import subprocess
import sys
import time

import pytest

from d2l_shim.bench import __main__ as bench
from d2l_shim.bench.clock import Clock, Enough, Watched
from d2l_shim.frameworks import BY_NAME


def result(framework="pytorch", way="old", speeds=(90.0, 100.0, 120.0), **more):
    return {
        "framework": framework,
        "way": way,
        "examples_per_second": list(speeds),
        "peak_memory": 2**30,
        "multiply_adds": 1_000_000,
        "device": "cpu",
    } | more


def test_a_clock_measures_after_the_warm_up(monkeypatch):
    now = iter([100.0, 200.0, 200.5, 201.0, 202.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(now))
    clock = Clock(seconds=2.0, warm_up=2)
    for _ in range(4):
        clock(10)  # what comes before the end of the warm-up does not count
    with pytest.raises(Enough):
        clock(10)
    assert clock.speed == 15  # 30 examples from second 200 on


def test_a_step_ends_when_the_next_batch_is_asked_for():
    counted = []
    watched = Watched([("X", "yy"), ("X", "y")], counted.append)
    assert len(watched) == 2
    batches = iter(watched)
    assert next(batches) == ("X", "yy") and counted == []
    assert next(batches) == ("X", "y") and counted == [2]
    assert list(batches) == [] and counted == [2, 1]


def test_gains_are_relative_to_the_first_way_of_a_framework():
    found = [result(), result(way="all", speeds=(190, 250, 200)), result("mxnet", "all")]
    lines = bench.rows({"results": found, "matrix_product_peak": 1e9})
    assert lines[0] == bench.COLUMNS
    assert lines[1] == ("PyTorch", "old", "100", "90 to 120", "1.00", "1.0 GiB", "60 %")
    assert lines[2][2:5] == ("200", "190 to 250", "2.00")
    assert lines[3][4] == "1.00"


@pytest.mark.parametrize(
    ("speeds", "gain"),
    [((129, 129, 129), "none"), ((131, 131, 131), "1.31"), ((69, 69, 69), "0.69"), ((71,), "none")],
)
def test_a_gain_below_the_spread_is_none(speeds, gain):
    # the first way lies between 90 and 120 around 100
    assert bench.gain(list(speeds), [90, 100, 120]) == gain


def test_ways_take_turns(tmp_path, monkeypatch):
    asked = []

    def measure(framework, way, given):
        asked.append((framework, way))
        return result(framework, way) | {"examples_per_second": float(len(asked))}

    monkeypatch.setattr(bench, "measure", measure)
    path = tmp_path / "out.json"
    arguments = ["--frameworks", "mxnet", "paddle", "--repeats", "3", "--output", str(path)]
    assert bench.main(arguments) == 0
    first = [("mxnet", "old"), ("mxnet", "all"), ("paddle", "old"), ("paddle", "all")]
    assert asked == first * 3
    speeds = [one["examples_per_second"] for one in json.loads(path.read_text())["results"]]
    assert speeds == [[1, 5, 9], [2, 6, 10], [3, 7, 11], [4, 8, 12]]


def test_where_nothing_is_known_nothing_is_claimed():
    found = [result(peak_memory=None, device="cuda:0")]
    line = bench.rows({"results": found, "matrix_product_peak": 1e9})[1]
    assert line[-2:] == ("unknown", "")


def test_matrix_products_take_time():
    assert 1e8 < bench.matrix_product_peak(size=256, tries=2) < 1e14


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--network", "gpt"], "invalid choice: 'gpt'"),
        (["--frameworks", "jax"], "invalid choice: 'jax'"),
        (["--repeats", "0"], "must be positive"),
        (["--output", "nowhere/at/all.json"], "there is no folder nowhere/at"),
    ],
)
def test_bad_arguments_are_said_before_anything_runs(arguments, said, capsys, monkeypatch):
    monkeypatch.setattr(bench, "measure", None)
    with pytest.raises(SystemExit) as stopped:
        bench.main(arguments)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_a_framework_that_fails_is_named_and_the_others_are_kept(tmp_path, capsys, monkeypatch):
    def measure(framework, way, given):
        if framework == "paddle":
            raise RuntimeError("Paddle, old: it is not installed")
        return result(framework, way) | {"examples_per_second": 100.0}

    monkeypatch.setattr(bench, "measure", measure)
    path = tmp_path / "out.json"
    assert bench.main(["--network", "lenet", "--output", str(path)]) == 1
    out, err = capsys.readouterr()
    assert "Paddle, old: it is not installed" in err and "MXNet" in out
    written = json.loads(path.read_text())
    assert {one["framework"] for one in written["results"]} == set(BY_NAME) - {"paddle"}
    assert written["size"] == 28 and written["batch_size"] == 256
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("name", BY_NAME)
def test_both_loops_train(name):
    if importlib.util.find_spec(BY_NAME[name].module) is None:
        pytest.skip(f"{BY_NAME[name].label} is not installed")
    command = [sys.executable, "-W", "ignore", "-m", "d2l_shim.bench", "--network", "lenet"]
    command += ["--frameworks", name, "--repeats", "1", "--seconds", "0.01"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-2000:]
    lines = ended.stdout.splitlines()
    assert [line.split()[:2] for line in lines[2:]] == [
        [BY_NAME[name].label, "old"],
        [BY_NAME[name].label, "all"],
    ]
