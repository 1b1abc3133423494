"""The page on speed shows what the programs wrote, and refuses what is not complete."""

import json

import pytest
from docutils import nodes

from bookbuild.measure.seeds_worker import RECIPES
from bookbuild.pages import speed
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
        for way, median in (("old", 100), ("data", 150), ("kept-memory", 151), ("all", 400))
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
        "second, the median of 3 repeats."
    )
    assert lines[5] == "| MXNet | old loop | 100 | 99 to 101 | 1.00 | 2.0 GiB | 1 % |"
    assert lines[7] == "| MXNet | + kept-memory | 151 | 150 to 152 | 1.51 | 2.0 GiB | 1 % |"
    assert lines[8].startswith("| MXNet | all | 400 | 399 to 401 | 4.00 |")
    assert len(lines) == 5 + 4 * len(BY_NAME) + 1
    assert speed.HEAD == COLUMNS, "what translators are given"


def test_a_gain_that_is_lost_in_the_noise_is_none():
    noisy = report()
    for one in noisy["results"]:
        if one["way"] == "data":
            one["examples_per_second"] = [80, 150, 160]
    assert "| MXNet | one array | 150 | 80 to 160 | none |" in speed.figures("lenet", noisy)


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


def seeds(*leave_out):
    accuracies = {False: (0.80, 0.83, 0.81), True: (0.81, 0.81, 0.82)}
    results = [
        {"network": network, "framework": name, "seed": seed, "fast": fast, "accuracy": accuracy}
        for network in speed.NAMES
        for name in BY_NAME
        for fast, reached in accuracies.items()
        for seed, accuracy in enumerate(reached)
        if (network, name, seed, fast) not in leave_out
    ]
    return {
        "epochs": 3,
        "images": {"lenet": 60_000, "resnet18": 6_000, "paddle-resnet18": 1_000},
        "processor": "Fast One",
        "cores": 2,
        "python": "3.11.7",
        "versions": dict.fromkeys(BY_NAME, "1.2"),
        "date": "2026-01-02",
        "results": results,
    }


def test_the_table_of_seeds_has_a_row_for_each_network_and_framework():
    lines = speed.seeds(seeds()).splitlines()
    assert lines[:2] == [
        "```{table} Accuracy on the test images with seeds 0, 1, 2, after 3 epochs: LeNet on "
        "60,000 training images, ResNet-18 on 6,000 of them, in Paddle on 1,000, 28x28 pixels.",
        ":name: tab-seeds",
    ]
    accuracies = "0.800, 0.830, 0.810 | 0.810, 0.810, 0.820"
    assert lines[5] == f"| LeNet | MXNet | {accuracies} | 0.030 | \N{MINUS SIGN}0.020 | +0.000 |"
    assert lines[12].startswith("| ResNet-18 | Paddle |")
    assert len(lines) == 5 + len(speed.NAMES) * len(BY_NAME) + 3
    assert "Trained on 2026-01-02, Fast One with 2 cores; Python 3.11.7, MXNet 1.2" in lines[-1]
    assert list(speed.NAMES) == list(RECIPES), "what is trained and what the page names"


@pytest.mark.parametrize("missing", [("lenet", "paddle", 2, True), ("resnet18", "mxnet", 0, False)])
def test_seeds_without_a_training_are_refused(missing, tmp_path):
    path = tmp_path / "seeds.json"
    path.write_text(json.dumps(seeds()))
    assert speed.read_seeds(path) == seeds()
    path.write_text(json.dumps(seeds(missing)))
    network, name, seed, fast = missing
    with pytest.raises(
        ValueError, match=rf"^seeds\.json has not {network} in {name} with seed {seed} and {fast=}"
    ):
        speed.read_seeds(path)
    path.write_text(json.dumps(seeds() | {"results": []}))
    with pytest.raises(ValueError, match="has not lenet in mxnet with seed 0"):
        speed.read_seeds(path)


def test_the_book_has_reports_of_the_networks_on_its_page():
    found = {path.stem for path in speed.FOLDER.glob("*.json")}
    assert found == {*speed.NAMES, speed.SEEDS.stem}
    for name in speed.NAMES:
        assert speed.read(speed.FOLDER / f"{name}.json")["network"] == name
    assert speed.read_seeds(speed.SEEDS)


class Directive(speed.Speed):
    """The directive outside of Sphinx; it gives the text that it would parse."""

    def __init__(self, *arguments):
        self.arguments = list(arguments)
        self.noted = []

    env = property(lambda self: self)

    def note_dependency(self, path):
        self.noted.append(path)

    def parse_text_to_nodes(self, text):
        return [nodes.Text(text)]

    def error(self, message):
        return ValueError(message)


def test_the_directive_gives_what_is_asked_for_and_names_what_there_is():
    directive = Directive("seeds")
    assert ":name: tab-seeds" in directive.run()[0]
    assert str(speed.SEEDS) in directive.noted and len(directive.noted) == 3
    assert ":name: tab-speed-lenet" in Directive("table", "lenet").run()[0]
    assert Directive("source").run()[0].startswith("LeNet: ")
    said = "speed: expected one of source, seeds, table lenet, table resnet18, not 'table gpt'"
    with pytest.raises(ValueError, match=said):
        Directive("table", "gpt").run()


def test_the_directive_says_which_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(speed, "SEEDS", tmp_path / "seeds.json")
    with pytest.raises(ValueError, match=r"No such file .*seeds\.json"):
        Directive("seeds").run()
