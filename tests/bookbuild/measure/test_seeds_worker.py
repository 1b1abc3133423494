"""One training of the comparison of seeds: by its chapter's recipe, and its seed decides on it."""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bookbuild.measure import seeds_worker
from d2l_shim.frameworks import BY_NAME
from d2l_shim.training import print_result

ROOT = Path(__file__).parents[3]


@pytest.fixture
def calls(monkeypatch):
    """Give what a made-up framework was called with, by the name of what was called."""
    seen = {}

    def called(name, gives=None):
        return lambda *given, **more: seen.update({name: (given, more)}) or gives

    def train_ch6(*given, **more):
        seen["train_ch6"] = (given, more)
        print_result(seen.get("loss", 0.5), 0.7, 0.8, 10.0, "cpu")

    parts = {
        "d2l_shim.torch": SimpleNamespace(
            load_data_fashion_mnist=called("test", ("all", "test batches")),
            one_cycle=called("one_cycle", "schedule"),
            lenet=lambda: "a network",
            train_ch6=train_ch6,
        ),
        "d2l_shim.torch.data": SimpleNamespace(batches=called("batches", [1, 2, 3])),
        "d2l_shim.torch.native": SimpleNamespace(
            torch=SimpleNamespace(manual_seed=called("seed")),
            tf=SimpleNamespace(
                keras=SimpleNamespace(utils=SimpleNamespace(set_random_seed=called("seed")))
            ),
        ),
    }
    monkeypatch.setattr(
        seeds_worker.importlib,
        "import_module",
        lambda name: parts[name.replace("tensorflow", "torch")],
    )
    monkeypatch.setattr(seeds_worker, "fashion_mnist", lambda train: ("image" * train, "label"))
    return seen


def arguments(framework="pytorch", fast=True):
    told = {"network": "lenet", "framework": framework, "fast": fast}
    return argparse.Namespace(**told, seed=4, images=3, epochs=2)


def test_a_training_follows_the_recipe_and_has_its_seed_everywhere(calls):
    found = seeds_worker.train(arguments())
    assert found.pop("seconds") >= 0
    assert found == {"accuracy": 0.8, "device": "cpu"}
    assert calls["batches"] == (("ima", "lab", 256, 28, 4), {})
    assert calls["test"] == ((256,), {})
    assert calls["seed"] == ((4,), {})
    assert calls["one_cycle"] == ((0.9, 6), {}), "as long as this training"
    (*given, rate), more = calls["train_ch6"]
    test_iter = given.pop(2)
    assert (given, rate) == (["a network", [1, 2, 3], 2], "schedule")
    assert ["".join(test_iter), "".join(test_iter)] == ["t", "test batches"], (
        "all in the last epoch"
    )
    assert more == {"momentum": 0.9, "fast": True}


def test_tensorflow_makes_its_network_itself(calls):
    seeds_worker.train(arguments("tensorflow", fast=False))
    given, more = calls["train_ch6"]
    assert given[0]() == "a network" and more["fast"] is False and calls["seed"] == ((4,), {})


def test_a_training_that_comes_to_nothing_is_an_error(calls):
    calls["loss"] = float("nan")
    with pytest.raises(RuntimeError, match=r"^the training has no result, it printed 'loss nan"):
        seeds_worker.train(arguments())


def test_the_recipes_are_those_of_the_chapters():
    lenet, resnet = (
        (ROOT / "chapters" / name / "index.md").read_text("utf8") for name in ("lenet", "resnet")
    )
    batch_size, lr, momentum = seeds_worker.RECIPES["lenet"]
    assert f"\nbatch_size = {batch_size}\n" in lenet and f"d2l.one_cycle({lr}, " in lenet
    assert f"momentum={momentum})" in lenet
    batch_size, lr, momentum = seeds_worker.RECIPES["resnet18"]
    assert f" else ({batch_size}, {seeds_worker.SIZE}, 1)\n" in resnet
    assert f" else d2l.one_cycle({lr}, " in resnet and momentum == 0


def test_every_framework_can_be_seeded():
    assert seeds_worker.SET_SEED.keys() == BY_NAME.keys()


def test_a_seed_decides_on_a_training():
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")

    def accuracy(*more):
        command = [sys.executable, "-W", "ignore", "-m", "bookbuild.measure.seeds_worker", *more]
        command += ["--network", "resnet18", "--framework", "pytorch"]
        command += ["--images", "600", "--epochs", "1"]
        env = os.environ | {"D2L_QUICK": "1", "MPLBACKEND": "agg"}  # 600 and 200 images
        ended = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr[-2000:]
        return json.loads(ended.stdout)["accuracy"]

    zero = accuracy("--seed", "0")
    assert zero == accuracy("--seed", "0")
    assert accuracy("--seed", "1", "--fast") == accuracy("--seed", "1", "--fast")
    # two may come to the same share of 200 images by chance, on one processor and not on another
    assert any(accuracy("--seed", seed) != zero for seed in "1234")
