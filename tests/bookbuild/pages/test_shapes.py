"""The page of all shapes shows what the frameworks build, and refuses what does not agree."""

import pytest

from bookbuild.measure import shapes as layers
from bookbuild.measure.shapes import FOLDER
from bookbuild.pages.shapes import MISSING, markdown, network, side_by_side
from bookbuild.source import ROOT, blocks
from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.layer_table import Row

ROWS = [
    Row("input", (1, 1, 8, 6), 0, 0),
    Row("convolution", (1, 3, 8, 6), 30, 1296),
    Row("ReLU", (1, 3, 8, 6), 0, 0),
    Row("flatten", (1, 144), 0, 0),
    Row("dense", (1, 10), 1450, 1440),
]
# of these the chapter's own cell, whose output is compared, counts the parameters
DEEP = ("family-34", "family-101", "family-152")
LAST = [
    Row("input", (1, 8, 6, 1), 0, 0),
    Row("convolution", (1, 8, 6, 3), 30, 1296),
    Row("ReLU", (1, 8, 6, 3), 0, 0),
    *ROWS[3:],
]


def test_shapes_stand_side_by_side_in_the_order_of_their_framework():
    lines = side_by_side({"PyTorch": ROWS, "TensorFlow": LAST})
    assert lines[0] == ["layer", "PyTorch", "TensorFlow", "parameters"]
    plain = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in line] for line in lines]
    assert plain[2] == ["convolution", "(1, 3, 8, 6)", "(1, 8, 6, 3)", "30"]
    assert plain[5] == ["dense", "(1, 10)", "(1, 10)", "1,450"]
    text = markdown({"PyTorch": ROWS, "TensorFlow": LAST}, "Small", "shapes-small")
    assert "{table} Small for one image of 1x8x6: 1,480 parameters." in text


def test_a_row_that_a_framework_lacks_is_a_dash():
    fused = ROWS[:2] + ROWS[3:]
    for tables in ({"MXNet": fused, "PyTorch": ROWS}, {"PyTorch": ROWS, "MXNet": fused}):
        lines = side_by_side(tables)
        column = lines[0].index("MXNet")
        assert [i for i, line in enumerate(lines) if line[column] == MISSING] == [3]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ([*ROWS[:4], ROWS[4]._replace(output=(1, 11))], r"Paddle has a row dense \(1, 11\) .*no"),
        ([*ROWS[:4], ROWS[4]._replace(parameters=1440)], "1,440 parameters.*fits no row of MXNet"),
        ([*ROWS[:4], ROWS[4]._replace(multiply_adds=1)], " 1 multiply-adds.*fits no row"),
        ([*ROWS[:2], ROWS[2]._replace(name="sigmoid"), *ROWS[3:]], "Paddle has a row sigmoid"),
        (LAST, r"Paddle has a row input \(1, 8, 6, 1\)"),
        (ROWS[:4], "Paddle lacks parameters that MXNet has"),
    ],
)
def test_frameworks_that_differ_stop_the_build(other, sentence):
    with pytest.raises(ValueError, match=sentence):
        side_by_side({"MXNet": ROWS, "Paddle": other})


def test_a_global_pooling_may_drop_height_and_width():
    kept = [ROWS[0], Row("global avg pool", (1, 1, 1, 1), 0, 0)]
    dropped = [LAST[0], Row("global avg pool", (1, 1), 0, 0)]
    lines = side_by_side({"MXNet": kept, "TensorFlow": dropped})
    assert [cell.count("1") for cell in lines[2][1:3]] == [4, 2]


def test_a_recording_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"shapes/mxnet.json cannot be read .* say make shapes"):
        network("lenet", tmp_path)
    for one in FRAMEWORKS:
        (tmp_path / f"{one.name}.json").write_text(layers.written({"a": ROWS}), "utf8")
    with pytest.raises(ValueError, match=r"expected one of a, not 'lenet'"):
        network("lenet", tmp_path)
    (tmp_path / "mxnet.json").write_text('{"a": [1]}', "utf8")
    with pytest.raises(ValueError, match="say make shapes"):
        network("a", tmp_path)


def test_the_page_has_every_network_that_is_recorded():
    page = (ROOT / "chapters/shapes/index.md").read_text("utf8")
    shown = [block.argument.split()[0] for block in blocks(page) if block.kind == "shapes"]
    assert sorted(shown) == sorted(layers.NETWORKS)


def test_each_network_has_the_layers_that_are_recorded(backend, tmp_path, monkeypatch):
    kept = {key: given for key, given in layers.NETWORKS.items() if key not in DEEP}
    monkeypatch.setattr(layers, "NETWORKS", kept)
    assert layers.main(["--framework", backend.name, "--output", str(tmp_path)]) == 0
    name = f"{backend.name}.json"
    now, then = (layers.recorded(folder / name) for folder in (tmp_path, FOLDER))
    assert now == {key: then[key] for key in kept}, "a network has changed: say make shapes"
