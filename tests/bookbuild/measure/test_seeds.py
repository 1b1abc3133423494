"""Seeds compared: what is trained, what is kept, what the table shows, what is refused."""

import argparse
import json
import subprocess

import pytest

from bookbuild.measure import seeds as compare_seeds
from bookbuild.measure.seeds_worker import RECIPES
from d2l_shim.data import DataError
from d2l_shim.frameworks import BY_NAME

PLAIN, FAST = (0.80, 0.83, 0.81), (0.81, 0.81, 0.82)


def result(seed, fast, accuracy, network="lenet", framework="pytorch"):
    known = {"network": network, "framework": framework, "seed": seed, "fast": fast}
    return known | {"accuracy": accuracy}


@pytest.fixture
def trained(monkeypatch):
    """Give `done`, the names of what was trained, and `stops`, what to raise by name; none runs."""
    done = []

    def train(training, given):
        name = compare_seeds.name(training)
        if name in stops:
            raise stops[name]
        done.append(name)
        return {"accuracy": (FAST if training["fast"] else PLAIN)[training["seed"]]}

    stops = {}
    monkeypatch.setattr(compare_seeds, "train", train)
    monkeypatch.setattr(compare_seeds, "fashion_mnist", lambda train: None)
    return argparse.Namespace(done=done, stops=stops)


def arguments(path, *more):
    return ["--network", "lenet", "--frameworks", "pytorch", "--output", str(path), *more]


def written(path):
    return json.loads(path.read_text())


def test_only_what_is_there_both_ways_is_compared():
    pairs = [(0, False, 0.8), (0, True, 0.7), (1, False, 0.9), (2, True, 0.9), (3, True, 0.95)]
    results = [result(*one) for one in [*pairs, (3, False, 0.85)]]
    results.append(result(0, False, 0.5, framework="paddle"))
    results += [result(0, fast, 0.6, "resnet18", "mxnet") for fast in (True, False)]
    assert compare_seeds.compared(results) == [
        ("lenet", "pytorch", [0.8, 0.85], [0.7, 0.95]),
        ("resnet18", "mxnet", [0.6], [0.6]),
    ]


def test_the_table_has_accuracies_means_spread_and_changes():
    results = [result(i, False, accuracy) for i, accuracy in enumerate(PLAIN)]
    results += [result(i, True, accuracy) for i, accuracy in enumerate(FAST)]
    head, line = compare_seeds.rows(results)
    assert head == compare_seeds.COLUMNS
    assert line[:4] == ("lenet", "PyTorch", "0.800, 0.830, 0.810", "0.810, 0.810, 0.820")
    # the lowest change, not the highest: it is further from nothing
    assert line[4:] == ("0.8133", "0.8133", "0.030", "-0.020", "+0.0000")
    nothing = [result(0, False, 0.5), result(0, True, 0.499999)]
    assert compare_seeds.rows(nothing)[1][-2:] == ("+0.000", "+0.0000"), "and not -0.000"


def test_each_seed_is_trained_both_ways_and_written(trained, tmp_path, capsys):
    path = tmp_path / "seeds.json"
    assert compare_seeds.main(arguments(path, "--seeds", "2", "--lenet-images", "7")) == 0
    assert trained.done == [
        f"lenet, PyTorch, seed {seed}, {way}" for seed in (0, 1) for way in ("plain", "fast")
    ]
    assert "0.800, 0.830  0.810, 0.810" in capsys.readouterr().out
    report = written(path)
    assert [one["accuracy"] for one in report["results"]] == [0.80, 0.81, 0.83, 0.81]
    assert report["images"] == {"lenet": 7, "resnet18": 6_000, "paddle-resnet18": 1_000}
    assert report["epochs"] == 3 and report["versions"].keys() == BY_NAME.keys()
    assert [entry.name for entry in tmp_path.iterdir()] == ["seeds.json"]


def test_without_names_all_networks_and_frameworks_are_trained(trained):
    assert compare_seeds.main(["--seeds", "1"]) == 0
    assert len(trained.done) == len(RECIPES) * len(BY_NAME) * 2


def test_a_run_goes_on_where_the_last_one_stopped(trained, tmp_path, capsys):
    path = tmp_path / "seeds.json"
    stop = trained.stops
    stop["lenet, PyTorch, seed 1, plain"] = KeyboardInterrupt()
    assert compare_seeds.main(arguments(path)) == 1
    assert "it goes on from here" in capsys.readouterr().err
    assert len(written(path)["results"]) == 2
    stop.clear(), trained.done.clear()
    assert compare_seeds.main(arguments(path)) == 0
    assert "has 2 of 6 trainings already" in capsys.readouterr().out
    assert len(trained.done) == 4 and trained.done[0] == "lenet, PyTorch, seed 1, plain"
    assert len(written(path)["results"]) == 6
    trained.done.clear()
    assert compare_seeds.main([*arguments(path), "--network", "resnet18"]) == 0
    assert len(trained.done) == 6 and len(written(path)["results"]) == 12
    trained.done.clear()
    assert compare_seeds.main(arguments(path, "--again")) == 0
    assert len(trained.done) == 6 and len(written(path)["results"]) == 6


def test_a_training_that_fails_is_named_and_the_others_are_kept(trained, tmp_path, capsys):
    path = tmp_path / "seeds.json"
    trained.stops["lenet, PyTorch, seed 0, fast"] = RuntimeError("lenet, PyTorch: no memory")
    assert compare_seeds.main(arguments(path)) == 1
    out, err = capsys.readouterr()
    assert err.endswith("lenet, PyTorch: no memory\n") and "0.830, 0.810" in out
    assert len(written(path)["results"]) == 5


def test_results_of_other_trainings_are_not_mixed(trained, tmp_path, capsys):
    path = tmp_path / "seeds.json"
    assert compare_seeds.main(arguments(path)) == 0
    before = path.read_text()
    with pytest.raises(SystemExit):
        compare_seeds.main(arguments(path, "--epochs", "1"))
    said = capsys.readouterr().err
    assert "seeds.json has epochs 3, not 1; say --again to begin anew, or name another" in said
    for text in ("{", "[]", '{"network": "lenet"}'):
        path.write_text(text)
        with pytest.raises(SystemExit):
            compare_seeds.main(arguments(path))
        assert "is not what this program wrote; say --again" in capsys.readouterr().err
        assert path.read_text() == text
    assert compare_seeds.main(arguments(path, "--again")) == 0
    assert written(path) == json.loads(before)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--network", "gpt"], "invalid choice: 'gpt'"),
        (["--frameworks", "jax"], "invalid choice: 'jax'"),
        (["--seeds", "0"], "seeds and epochs must be at least 1"),
        (["--epochs", "-1"], "seeds and epochs must be at least 1"),
        (["--epochs", "many"], "invalid int value: 'many'"),
        (["--lenet-images", "60001"], "--lenet-images must be from 1 to 60,000, not 60,001"),
        (["--paddle-resnet18-images", "0"], "--paddle-resnet18-images must be from 1 to 60,000"),
        (["--output", "nowhere/at/all.json"], "there is no folder nowhere/at; create it"),
    ],
)
def test_bad_arguments_are_said_before_anything_runs(given, said, capsys, trained):
    with pytest.raises(SystemExit) as stopped:
        compare_seeds.main(given)
    assert stopped.value.code == 2 and trained.done == []
    assert said in capsys.readouterr().err


def test_images_that_cannot_be_had_are_said_once(capsys, trained, monkeypatch):
    def fashion_mnist(train):
        raise DataError("Fashion-MNIST cannot be downloaded")

    monkeypatch.setattr(compare_seeds, "fashion_mnist", fashion_mnist)
    with pytest.raises(SystemExit):
        compare_seeds.main([])
    assert capsys.readouterr().err.endswith("Fashion-MNIST cannot be downloaded\n")


def process(monkeypatch, code, out="", err=""):
    """Let each process end so, and give the list of what was started."""
    started = []

    def run(command, env, **told):
        started.append((command, env))
        return subprocess.CompletedProcess(command, code, out, err)

    monkeypatch.setattr(compare_seeds.subprocess, "run", run)
    return started


@pytest.mark.parametrize(("framework", "images"), [("pytorch", "6"), ("paddle", "1")])
def test_a_training_has_a_process_of_its_own_and_its_images(monkeypatch, framework, images):
    started = process(monkeypatch, 0, 'noise\n{"accuracy": 0.5}\n')
    given = argparse.Namespace(epochs=2, images={"resnet18": 6, "paddle-resnet18": 1})
    training = {"network": "resnet18", "framework": framework, "seed": 1, "fast": True}
    assert compare_seeds.train(training, given) == {"accuracy": 0.5}
    assert compare_seeds.train(training | {"fast": False}, given) == {"accuracy": 0.5}
    (fast, env), (plain, _) = started
    assert fast[4:] == ["bookbuild.measure.seeds_worker", *plain[5:], "--fast"]
    said = f"--network resnet18 --framework {framework} --seed 1 --images {images} --epochs 2"
    assert plain[5:] == said.split()
    # the reader's settings must not make it a quick one
    assert env["D2L_QUICK"] == "0" and env["OMP_WAIT_POLICY"] == "PASSIVE"


def test_what_a_process_said_last_is_the_error(monkeypatch):
    training = {"network": "lenet", "framework": "mxnet", "seed": 2, "fast": False}
    given = argparse.Namespace(epochs=1, images={"lenet": 1})
    process(monkeypatch, -9)
    with pytest.raises(
        RuntimeError, match=r"^lenet, MXNet, seed 2, plain: ended .* -9: it said no"
    ):
        compare_seeds.train(training, given)
    process(monkeypatch, 1, err="Traceback\nImportError: no MXNet\n")
    with pytest.raises(RuntimeError, match=r"status 1: ImportError: no MXNet$"):
        compare_seeds.train(training, given)
