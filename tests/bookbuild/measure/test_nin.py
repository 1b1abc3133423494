"""NiN in three ways: what is trained, and what the chapter is told of it."""

import json

import pytest

from bookbuild.measure import nin, runner
from bookbuild.source import ROOT

ALL = [*range(10)]


def result(seed, way, accuracy, start=ALL, end=ALL, framework="pytorch"):
    rows = 3 if way == "published" else 2
    known = {"framework": framework, "seed": seed, "way": way, "accuracy": accuracy}
    return known | {"start": [ALL] * (rows - 1) + [start], "end": [[]] * (rows - 1) + [end]}


def test_the_summary_counts_runs_and_scores():
    results = [
        result(0, "published", 0.1, [0, 1, 2, 3], []),
        result(1, "published", 0.85, [0, 1, 2], [0, 1, 4, 5]),
        result(2, "published", 0.79, ALL, ALL),
        result(0, "without", 0.84, [0], [1]),
    ]
    found = nin.summary(results)
    accuracies = {"runs": 3, "under 0.8": 2, "median": "0.790", "min": "0.100", "max": "0.850"}
    # six scores and seven were dead, and two of the seven are alive at the end
    scores = {"dead scores": 13, "revived scores": 2, "runs with revived scores": 1}
    assert found["published"] == accuracies | scores
    assert found["without"].keys() == accuracies.keys() and found["without"]["min"] == "0.840"
    assert nin.summary(results[:3]).keys() == {"published"}


def test_the_table_has_a_row_for_each_way_and_framework():
    results = [result(seed, "published", 0.5 + seed / 10, end=[3]) for seed in range(2)]
    results.append(result(0, "without", 0.8, framework="paddle"))
    head, first, second = nin.rows(results)
    assert head == nin.COLUMNS
    alive = ("[10, 10, 10], [10, 10, 10]", "[0, 0, 1], [0, 0, 1]")
    assert first == ("as published", "PyTorch", "0.500, 0.600", *alive)
    assert second == ("without the last ReLU", "Paddle", "0.800", "[10, 10]", "[0, 10]")


def test_each_seed_is_trained_in_three_ways_and_a_run_goes_on(tmp_path, monkeypatch, capsys):
    seen, path = [], tmp_path / "measured.json"

    def train(function, told):
        seen.append((function, told))
        return {key: result(0, told["way"], 0.8)[key] for key in ("accuracy", "start", "end")}

    monkeypatch.setattr(runner, "in_its_own_process", train)
    given = ["--frameworks", "paddle", "--output", str(path), "--seeds"]
    assert nin.main([*given, "1"]) == 0
    job = {"framework": "paddle", "seed": 0} | nin.RECIPE
    assert [told for _, told in seen] == [job | {"way": way} for way in nin.WAYS]
    assert {function for function, _ in seen} == {"nin"}
    assert nin.main([*given, "2"]) == 0 and len(seen) == 6
    written = json.loads(path.read_text())
    assert written["normalized"]["runs"] == 2 and len(written["results"]) == 6
    assert "without the last ReLU" in capsys.readouterr().out


def test_the_recipe_is_that_of_the_chapter():
    chapter = (ROOT / "chapters/nin/index.md").read_text("utf8")
    size, batch_size, lr, momentum = nin.RECIPE.values()
    assert f" else ({size}, 1, {momentum})\n" in chapter
    assert f"fashion_mnist({batch_size}, resize=size)" in chapter
    assert f"d2l.one_cycle({lr}, num_steps)" in chapter


@pytest.mark.parametrize(("way", "rows"), [("published", 3), ("normalized", 2)])
def test_a_training_notes_the_living_units(way, rows, needed, monkeypatch):
    needed("pytorch")
    monkeypatch.chdir(ROOT)
    told = {"framework": "pytorch", "seed": 0, "way": way, **nin.RECIPE}
    found = runner.in_its_own_process("nin", told, D2L_QUICK="1")
    assert len(found["start"]) == len(found["end"]) == rows
    assert all(0 < len(row) <= 10 and row == sorted(row) for row in found["start"])
    assert 0 < found["accuracy"] < 1
