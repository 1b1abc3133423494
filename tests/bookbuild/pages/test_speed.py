"""The page on speed shows what the programs wrote, and refuses what is not complete."""

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes

from bookbuild.measure.speed import COLUMNS
from bookbuild.pages import speed
from d2l_shim.frameworks import FRAMEWORKS

MACHINE = {"date": "2026-01-02", "processor": "Fast One", "cores": 2, "python": "3.11.7"}


@pytest.fixture
def lenet():
    """Return the report of the book, whose first numbers are made up."""
    report = speed.read(speed.FOLDER / "lenet.json")
    report |= MACHINE
    for one in report["results"]:
        one["matrix_products"] = 1e11
    measured = [99, 100, 101], [80, 150, 160], [399, 400, 401]
    for one, speeds in zip(report["results"], measured, strict=False):
        one |= {"examples_per_second": speeds, "peak_memory": 2**31, "multiply_adds": 10**6}
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


def test_a_report_that_is_not_complete_is_refused(lenet, tmp_path):
    path = tmp_path / "lenet.json"
    results = json.loads((speed.FOLDER / "lenet.json").read_text("utf8"))["results"]
    path.write_text(json.dumps(lenet | {"results": results[1:]}))
    with pytest.raises(ValueError, match=r"lenet\.json lacks repeats of some ways"):
        speed.read(path)
    without = [one for one in results if one["framework"] != "paddle"]
    path.write_text(json.dumps(lenet | {"results": without}))
    with pytest.raises(ValueError, match=r"lenet\.json has not both loops of paddle"):
        speed.read(path)


def test_seeds_without_a_training_are_refused(tmp_path):
    seeds, path = json.loads(speed.SEEDS.read_text("utf8")), tmp_path / "seeds.json"
    results, sought = seeds["results"], {"network": "lenet", "framework": "paddle", "seed": 1}
    lacking = [one for one in results if not sought.items() <= one.items()]
    for lacks, said in [
        (lacking, "lenet in paddle with seed 1 and fast=False"),
        ([], "lenet in mxnet with seed 0 and fast=False"),
    ]:
        path.write_text(json.dumps(seeds | {"results": lacks}))
        with pytest.raises(ValueError, match=rf"^seeds\.json has not {said}; run `make seeds`"):
            speed.read_seeds(path)


class Directive(speed.Speed):
    """A directive outside of Sphinx; it gives the text that it would parse."""

    def __init__(self, *arguments):
        self.name, self.arguments, self.depends = "speed", list(arguments), []

    env = property(lambda self: SimpleNamespace(note_dependency=self.depends.append))
    error = RuntimeError

    def parse_text_to_nodes(self, text):
        return [nodes.paragraph(text, text)]


def test_a_directive_gives_what_is_asked_for_and_names_what_there_is(monkeypatch, tmp_path):
    directive = Directive("seeds")
    (node,) = directive.run()
    for text in (":name: tab-seeds", " | LeNet | MXNet | 0.", " \N{MINUS SIGN}0."):
        assert text in " ".join(node.astext().split("\n"))
    assert node["translatable"] is False
    assert str(speed.SEEDS) in directive.depends and len(directive.depends) == 3
    (node,) = Directive("source").run()
    assert " cores, on which the fastest product" in node.astext() and "MXNet 1.9" in node.astext()
    said = "speed: expected one of source, seeds, table lenet, table resnet18, not 'table gpt'"
    with pytest.raises(RuntimeError, match=said):
        Directive("table", "gpt").run()
    monkeypatch.setattr(speed, "SEEDS", tmp_path / "seeds.json")
    with pytest.raises(RuntimeError, match=r"^speed: .*No such file .*seeds\.json"):
        Directive("source").run()


def test_a_technique_is_compared_with_the_same_training_without_it(lenet):
    speeds = {"old": [100], "data": [150], "kept-memory": [300], "all": [400]}
    for one in lenet["results"]:
        one["examples_per_second"] = speeds.get(one["way"], [150])
    resnet = json.loads(json.dumps(lenet))
    for one in resnet["results"]:
        one["examples_per_second"] = [150]
    reports = {"lenet": lenet, "resnet18": resnet}
    assert speed.gains(reports, "kept-memory") == (
        "MXNet 2.67 (LeNet); PyTorch 2.00 (LeNet); Paddle 2.00 (LeNet); otherwise none"
    )
    assert speed.gains(reports, "bfloat16") == "none"
    assert speed.gains({"lenet": lenet, "resnet18": lenet}, "data").startswith(
        "MXNet 1.50 (LeNet), 1.50 (ResNet-18); PyTorch 1.50"
    )
    with pytest.raises(ValueError, match="no framework has a technique 'magic'"):
        speed.gains(reports, "magic")


def test_the_page_tells_the_gain_of_each_technique():
    text = (speed.FOLDER / "index.md").read_text("utf8")
    techniques = {name for framework in FRAMEWORKS for name in framework.means}
    assert {*re.findall(r"\{gain\}`([^`]+)`", text)} == techniques | {"data"}
