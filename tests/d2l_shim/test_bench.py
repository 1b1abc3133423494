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


def test_a_clock_measures_stretches_after_the_warm_up():
    clock = Clock(repeats=2, seconds=0.05, warm_up=2)
    time.sleep(0.2)  # what comes before the end of the warm-up does not count
    clock(10), clock(10)
    with pytest.raises(Enough):
        for _ in range(100):
            time.sleep(0.01)
            clock(10)
    assert len(clock.speeds) == 2
    assert all(300 < speed < 1100 for speed in clock.speeds), clock.speeds


def test_a_step_ends_when_the_next_batch_is_asked_for():
    counted = []
    watched = Watched([("X", "yy"), ("X", "y")], counted.append)
    assert len(watched) == 2
    batches = iter(watched)
    assert next(batches) == ("X", "yy") and counted == []
    assert next(batches) == ("X", "y") and counted == [2]
    assert list(batches) == [] and counted == [2, 1]


def test_gains_are_relative_to_the_first_way_of_a_framework():
    found = [result(), result(way="all", speeds=(150, 250, 200)), result("mxnet", "all")]
    lines = bench.rows({"results": found, "matrix_product_peak": 1e9})
    assert lines[0] == bench.COLUMNS
    assert lines[1] == ("PyTorch", "old", "100", "90 to 120", "1.00", "1.0 GiB", "60 %")
    assert lines[2][2:5] == ("200", "150 to 250", "2.00")
    assert lines[3][4] == "1.00"


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
        return result(framework, way)

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
