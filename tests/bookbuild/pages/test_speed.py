"""The page on speed shows what the programs wrote, and refuses what is not complete."""

import json

import pytest

from bookbuild.measure.seeds import IMAGES, RECIPES
from bookbuild.measure.speed import COLUMNS
from bookbuild.pages import speed
from d2l_shim.frameworks import BY_NAME

MACHINE = {"date": "2026-01-02", "processor": "Fast One", "cores": 2, "python": "3.11.7"}


@pytest.fixture
def lenet():
    """Return the report of the book, whose first numbers are made up."""
    report = json.loads((speed.FOLDER / "lenet.json").read_text("utf8"))
    report |= MACHINE | {"matrix_product_peak": 1e11}
    measured = [99, 100, 101], [80, 150, 160], [399, 400, 401]
    for one, speeds in zip(report["results"], measured, strict=False):
        one |= {"examples_per_second": speeds, "peak_memory": 2**31, "multiply_adds": 10**6}
    return report


@pytest.fixture
def seeds():
    """Return the accuracies of the book, whose first ones are made up."""
    report = json.loads(speed.SEEDS.read_text("utf8")) | MACHINE
    report["versions"] = dict.fromkeys(BY_NAME, "1.2")
    report["images"] = IMAGES
    networks, names = list(RECIPES), list(BY_NAME)
    report["results"].sort(
        key=lambda one: (
            networks.index(one["network"]),
            names.index(one["framework"]),
            one["seed"],
            one["fast"],
        )
    )
    accuracies = 0.80, 0.81, 0.83, 0.81, 0.81, 0.82
    for one, accuracy in zip(report["results"], accuracies, strict=False):
        one["accuracy"] = accuracy
    return report


def test_a_table_has_a_row_for_each_framework_and_way(lenet):
    lines = speed.figures("lenet", lenet).splitlines()
    assert lines[0] == (
        "```{table} Training LeNet with images of 28x28 pixels in batches of 256: examples a "
        "second, the median of 3 repeats."
    )
    assert lines[5] == "| MXNet | old loop | 100 | 99 to 101 | 1.00 | 2.0 GiB | 1 % |"
    assert lines[6] == "| MXNet | one array | 150 | 80 to 160 | none | 2.0 GiB | 1 % |"
    assert lines[7] == "| MXNet | all | 400 | 399 to 401 | 4.00 | 2.0 GiB | 2 % |"
    assert lines[10].startswith("| PyTorch | + kept-memory |")
    assert len(lines) == 5 + len(lenet["results"]) + 1
    assert speed.HEAD == COLUMNS, "what translators are given"


def test_the_source_names_machine_day_and_versions(lenet):
    said = speed.source({"lenet": lenet})
    assert said.startswith("LeNet: 2026-01-02, Fast One with 2 cores, on which NumPy's float32")
    assert "reach 100 GFLOP/s; Python 3.11.7, MXNet 1.9" in said


def test_a_report_that_is_not_complete_is_refused(lenet, tmp_path):
    path = tmp_path / "lenet.json"
    path.write_text(json.dumps(lenet))
    with pytest.raises(ValueError, match=r"lenet\.json lacks repeats of some ways"):
        speed.read(path)
    lenet["results"] = [one for one in lenet["results"] if one["framework"] != "paddle"]
    path.write_text(json.dumps(lenet))
    with pytest.raises(ValueError, match=r"lenet\.json has not both loops of paddle"):
        speed.read(path)


def test_the_table_of_seeds_has_a_row_for_each_network_and_framework(seeds):
    lines = speed.of_seeds(seeds).splitlines()
    assert lines[:2] == [
        "```{table} Accuracy on the test images with seeds 0, 1, 2, after 3 epochs: LeNet on "
        "60,000 training images, ResNet-18 on 2,000 of them, in Paddle on 1,000, 28x28 pixels.",
        ":name: tab-seeds",
    ]
    accuracies = "0.800, 0.830, 0.810 | 0.810, 0.810, 0.820"
    assert lines[5] == f"| LeNet | MXNet | {accuracies} | 0.030 | \N{MINUS SIGN}0.020 | +0.000 |"
    assert lines[12].startswith("| ResNet-18 | Paddle |")
    assert len(lines) == 5 + len(speed.NAMES) * len(BY_NAME) + 3
    assert "Trained on 2026-01-02, Fast One with 2 cores; Python 3.11.7, MXNet 1.2" in lines[-1]
    assert list(speed.NAMES) == list(RECIPES), "what is trained and what the page names"


def test_seeds_without_a_training_are_refused(seeds, tmp_path):
    path, results = tmp_path / "seeds.json", seeds["results"]
    for lacks, said in [
        (results[1:], "lenet in mxnet with seed 0 and fast=False"),
        (results[:-1], "resnet18 in paddle with seed 2 and fast=True"),
        ([], "lenet in mxnet with seed 0 and fast=False"),
    ]:
        path.write_text(json.dumps(seeds | {"results": lacks}))
        with pytest.raises(ValueError, match=rf"^seeds\.json has not {said}; run `make seeds`"):
            speed.read_seeds(path)
