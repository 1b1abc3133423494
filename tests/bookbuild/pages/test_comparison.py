"""The comparison shows what the notebooks print, and refuses what cannot be compared."""

import re

import pytest
from small_book import write_printed

from bookbuild.notebooks import notebook_path
from bookbuild.pages import comparison
from bookbuild.recorded import Recording, read_recording
from bookbuild.source import ROOT
from d2l_shim.frameworks import FRAMEWORKS

TABLE = """layer    output          parameters  multiply-adds
input    (1, 1, {size}, {size})           0              0
network  (1, 10)          {parameters}     78,815,232
total                    {parameters}     78,815,232
"""
RESULT = "loss 0.652, train acc 0.763, test acc {accuracy}\n{speed} examples/sec on cpu\n"


def test_the_last_result_and_the_last_table_count(tmp_path):
    path = write_printed(
        tmp_path / "alexnet-pytorch.ipynb",
        TABLE.format(size=224, parameters="46,764,746"),
        RESULT.format(accuracy="0.100", speed="1.0"),
        RESULT.format(accuracy="0.868", speed="500.0"),
        TABLE.format(size=72, parameters="21,598,922"),
    )
    assert read_recording(path) == Recording(
        (1, 1, 72, 72), 21_598_922, 78_815_232, 0.868, 500.0, "cpu", "Fast One", 2, "2026-11-21"
    )
    assert read_recording(path).seconds(60_000) == 120


@pytest.mark.parametrize("printed", [[TABLE.format(size=9, parameters=1)], ["loss 1\n"], []])
def test_a_notebook_that_trains_nothing_is_named(tmp_path, printed):
    path = write_printed(tmp_path / "pooling-mxnet.ipynb", *printed)
    with pytest.raises(ValueError, match=r"pooling-mxnet\.ipynb: expected the lines"):
        read_recording(path)


def recorded(**changes):
    one = Recording(
        (1, 1, 28, 28), 61_706, 416_520, 0.888, 20_000.0, "cpu", "Fast One", 2, "2026-01-02"
    )
    return {framework.label: one._replace(**changes) for framework in FRAMEWORKS}


NETWORKS = {
    ("lenet", "LeNet"): recorded(),
    ("nin", "NiN"): recorded(shape=(1, 1, 72, 72), parameters=1_992_166, speed=100.0),
}


def test_networks_that_differ_are_refused():
    comparison.check("LeNet", recorded())
    with pytest.raises(ValueError, match="NiN: not the same network in all frameworks"):
        comparison.check("NiN", recorded() | {"Paddle": recorded(parameters=1)["Paddle"]})


@pytest.mark.parametrize(
    ("make", "head", "lenet", "nin"),
    [
        ("sizes", "image | par", "28x28 | 61,706 | 416,520 |", "72x72 | 1,992,166 | 416,5"),
        ("accuracies", "MXNet | PyT", "0.888 | 0.888 | 0.888 | 0.888 |", "0.888 | 0.8"),
        ("times", "MXNet | PyTorch", "3 s | 3 s | 3 s | 3 s |", "600 s | 600 s | 600 s |"),
    ],
)
def test_a_table_has_a_row_for_each_network(make, head, lenet, nin):
    lines = getattr(comparison, make)(NETWORKS).splitlines()
    assert lines[3].startswith(f"| network | {head}")
    assert lines[5] == f"| {{ref}}`LeNet <sec-lenet>` | {lenet}"
    assert lines[6].startswith(f"| {{ref}}`NiN <sec-nin>` | {nin}")


def test_the_source_has_the_machine_and_all_days():
    later = NETWORKS | {("nin", "NiN"): recorded(day="2026-01-05")}
    said = "Recorded on Fast One, 2 cores (cpu), 2026-01-02 to 2026-01-05."
    assert comparison.source(later) == said
    assert comparison.source(NETWORKS).endswith("(cpu), 2026-01-02.")


def test_plot_names_everything_and_is_the_same_each_time():
    svg = comparison.plot(NETWORKS)
    assert svg == comparison.plot(NETWORKS)
    for text in ("LeNet", "NiN", "MXNet", "Paddle", "seconds of training for an epoch"):
        assert f">{text}</text>" in svg
    assert re.match(
        r'<svg role="img" .*aria-label="Two dot plots, a row for each of LeNet, NiN', svg
    )


def test_the_book_compares_what_it_trains():
    config = (ROOT / "_config.yml").read_text("utf8")
    listed = re.search(r"book_networks:\n((?: {6}.*\n)+)", config)[1]
    slugs = [line.split(":")[0].strip() for line in listed.splitlines()]
    for path in (ROOT / "chapters").glob("*/index.md"):
        trains = "d2l.train_ch6(" in path.read_text("utf8")
        assert trains == (path.parent.name in slugs), path.parent.name
        if trains:
            for framework in FRAMEWORKS:
                read_recording(notebook_path(path, framework.name))


def test_the_tables_show_what_the_text_says_of_them():
    def each(slug):
        path = ROOT / f"chapters/{slug}/index.md"
        return [read_recording(notebook_path(path, framework.name)) for framework in FRAMEWORKS]

    vgg, nin = each("vgg")[0], each("nin")[0]
    assert nin.parameters == pytest.approx(vgg.parameters, rel=0.15)
    assert nin.multiply_adds == pytest.approx(5 * vgg.multiply_adds, rel=0.1)
    pairs = list(zip(each("googlenet"), each("resnet"), strict=True))
    assert all(googlenet.multiply_adds < resnet.multiply_adds for googlenet, resnet in pairs)
    assert sum(googlenet.speed < resnet.speed for googlenet, resnet in pairs) > len(pairs) / 2
