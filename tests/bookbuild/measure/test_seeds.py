"""Seeds compared: what is trained, by which recipe, and what the table shows."""

import json
from unittest.mock import MagicMock

import pytest

from bookbuild.measure import runner, seeds, trainings
from bookbuild.source import ROOT
from d2l_shim.data import DataError
from d2l_shim.frameworks import BY_NAME
from d2l_shim.training import print_result

PLAIN, FAST = (0.80, 0.83, 0.81), (0.81, 0.81, 0.82)


def result(seed, fast, accuracy, network="lenet", framework="pytorch"):
    known = {"network": network, "framework": framework, "seed": seed, "fast": fast}
    return known | {"accuracy": accuracy}


def test_only_what_is_there_both_ways_is_compared():
    pairs = [(0, False, 0.8), (0, True, 0.7), (1, False, 0.9), (2, True, 0.9), (3, True, 0.95)]
    results = [result(*one) for one in [*pairs, (3, False, 0.85)]]
    results.append(result(0, False, 0.5, framework="paddle"))
    results += [result(0, fast, 0.6, "resnet18", "mxnet") for fast in (True, False)]
    assert [line[:4] for line in seeds.rows(results)[1:]] == [
        ("lenet", "PyTorch", "0.800, 0.850", "0.700, 0.950"),
        ("resnet18", "MXNet", "0.600", "0.600"),
    ]


def test_the_table_has_accuracies_spread_and_changes():
    results = [result(i, False, accuracy) for i, accuracy in enumerate(PLAIN)]
    results += [result(i, True, accuracy) for i, accuracy in enumerate(FAST)]
    head, line = seeds.rows(results)
    assert head == seeds.COLUMNS
    assert line[:4] == ("lenet", "PyTorch", "0.800, 0.830, 0.810", "0.810, 0.810, 0.820")
    # the lowest change, not the highest: it is further from nothing
    assert line[4:] == ("0.030", "-0.020", "+0.000")
    nothing = [result(0, False, 0.5), result(0, True, 0.499999)]
    assert seeds.rows(nothing)[1][-2:] == ("+0.000", "+0.000"), "and not -0.000"


@pytest.fixture
def told(monkeypatch):
    """Give what each training was told; none runs, and no image is loaded."""
    seen = []

    def train(function, told, **environment):
        seen.append((function, told, environment))
        return {"accuracy": (FAST if told["fast"] else PLAIN)[told["seed"]]}

    monkeypatch.setattr(runner, "in_its_own_process", train)
    monkeypatch.setattr("d2l_shim.data.fashion_mnist", lambda train: None)
    return seen


def test_each_seed_is_trained_both_ways_by_its_recipe(told, tmp_path, capsys):
    path = tmp_path / "seeds.json"
    given = ["--network", "resnet18", "--frameworks", "paddle", "--seeds", "2"]
    assert seeds.main([*given, "--output", str(path)]) == 0
    pairs = [(0, False), (0, True), (1, False), (1, True)]
    assert [(one["seed"], one["fast"]) for _, one, _ in told] == pairs
    recipe = {"batch_size": 64, "lr": 0.05, "momentum": 0.0, "images": 1_000, "epochs": 3}
    known = {"network": "resnet18", "framework": "paddle", "seed": 1, "fast": True}
    environment = {"OMP_WAIT_POLICY": "PASSIVE", "D2L_BFLOAT16": "1"}
    assert told[-1] == ("seed", known | recipe, environment)
    assert "0.800, 0.830  0.810, 0.810" in capsys.readouterr().out
    written = json.loads(path.read_text())["results"]
    assert [one["accuracy"] for one in written] == [0.80, 0.81, 0.83, 0.81]
    told.clear()
    assert seeds.main(["--seeds", "1"]) == 0
    assert len(told) == len(seeds.RECIPES) * len(BY_NAME) * 2
    assert {one["images"] for _, one, _ in told} == {60_000, 2_000, 1_000}


def test_a_run_goes_on_with_the_file_of_the_book(told, tmp_path, monkeypatch):
    path = tmp_path / "seeds.json"
    path.write_text((ROOT / "chapters/speed/seeds.json").read_text("utf8"))
    book = json.loads(path.read_text())
    keys = ("processor", "cores", "python", "versions")
    monkeypatch.setattr(runner, "machine", lambda: {key: book[key] for key in keys})
    del book["results"][5:7]
    path.write_text(json.dumps(book))
    assert seeds.main(["--output", str(path)]) == 0
    assert len(told) == 2
    now = json.loads(path.read_text())
    assert now.keys() == book.keys() and now["results"][:-2] == book["results"]


def test_what_makes_no_sense_is_said_before_anything_runs(told, capsys, monkeypatch):
    def fashion_mnist(train):
        raise DataError("Fashion-MNIST cannot be downloaded")

    monkeypatch.setattr("d2l_shim.data.fashion_mnist", fashion_mnist)
    for given, said in [
        (["--seeds", "0"], "seeds must be at least 1"),
        (["--output", "nowhere/at/all.json"], "there is no folder nowhere/at; create it"),
        ([], "Fashion-MNIST cannot be downloaded"),
    ]:
        with pytest.raises(SystemExit):
            seeds.main(given)
        assert capsys.readouterr().err.endswith(f"{said}\n") and told == []


@pytest.fixture
def d2l(monkeypatch):
    """Give what stands for all modules of a framework's helpers."""
    made = MagicMock(loss=0.5)
    made.batches.return_value = [1, 2, 3]
    made.load_data_fashion_mnist.return_value = "all", "test batches"
    made.train_ch6.side_effect = lambda *_, **__: print_result(made.loss, 0.7, 0.8, 10.0, "cpu")
    monkeypatch.setattr(trainings.importlib, "import_module", lambda name: made)
    monkeypatch.setattr(trainings.faces, "batches", made.batches)
    monkeypatch.setattr(trainings, "fashion_mnist", lambda train: ("image" * train, "label"))
    return made


def test_a_training_follows_its_recipe_and_has_its_seed_everywhere(d2l):
    assert trainings.SET_SEED.keys() == BY_NAME.keys()
    told = {"seed": 4, "fast": True, "images": 3, "epochs": 2, **seeds.RECIPES["lenet"]}
    found = trainings.seed("lenet", "pytorch", **told)
    assert found.pop("seconds") >= 0 and found == {"accuracy": 0.8, "device": "cpu"}
    d2l.batches.assert_called_once_with(d2l.Learner, "ima", "lab", 256, 28, 4)
    d2l.torch.manual_seed.assert_called_once_with(4)
    d2l.one_cycle.assert_called_once_with(0.9, 6)  # as long as this training
    (net, train_iter, test_iter, epochs, lr), more = d2l.train_ch6.call_args
    assert (net, train_iter, epochs, lr) == (d2l.lenet(), [1, 2, 3], 2, d2l.one_cycle())
    assert more == {"momentum": 0.9, "fast": True}
    assert [*map("".join, [test_iter] * 2)] == ["t", "test batches"], "all in the last epoch"
    d2l.loss = float("nan")
    with pytest.raises(RuntimeError, match=r"^the training has no result, it printed 'loss nan"):
        trainings.seed("lenet", "tensorflow", **told)
    assert d2l.train_ch6.call_args[0][0] == d2l.lenet, "Keras makes its network itself"


def test_the_recipes_are_those_of_the_chapters():
    path = ROOT / "chapters"
    lenet, resnet = ((path / name / "index.md").read_text("utf8") for name in ("lenet", "resnet"))
    batch_size, lr, momentum = seeds.RECIPES["lenet"].values()
    assert f"\nbatch_size = {batch_size}\n" in lenet and f"d2l.one_cycle({lr}, " in lenet
    assert f"momentum={momentum})" in lenet
    batch_size, lr, momentum = seeds.RECIPES["resnet18"].values()
    assert f" else ({batch_size}, {trainings.SIDE}, 1)\n" in resnet
    assert f" else d2l.one_cycle({lr}, " in resnet and momentum == 0


def test_a_seed_decides_on_a_training(needed, monkeypatch):
    needed("pytorch")
    monkeypatch.chdir(ROOT)

    def accuracy(seed, fast):
        told = {"network": "resnet18", "framework": "pytorch", "seed": seed, "fast": fast}
        told |= {"images": 192, "epochs": 1, **seeds.RECIPES["resnet18"]}
        return runner.in_its_own_process("seed", told, D2L_QUICK="1")["accuracy"]  # 200 images

    assert accuracy(1, fast=True) == accuracy(1, fast=True)
