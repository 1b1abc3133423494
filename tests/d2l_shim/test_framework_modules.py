"""Each framework's module does what a reader expects; one process a framework."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from d2l_shim.data import FASHION_MNIST_CLASSES
from d2l_shim.frameworks import FRAMEWORKS

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("framework_worker.py")
# multiply-adds of a residual block of 64 channels at 24x24, of 128 at 12x12 and so on: all the same
PLAIN_BLOCK = 2 * 3 * 3 * 64 * 64 * 24 * 24
STRIDED_BLOCK = (3 * 3 * 64 * 128 + 3 * 3 * 128 * 128 + 64 * 128) * 12 * 12
ROWS_96 = [
    ("input", (1, 96, 96), 0, 0),
    ("convolution", (64, 48, 48), 3_200, 7 * 7 * 64 * 48 * 48),
    ("batch norm", (64, 48, 48), 128, 0),
    ("ReLU", (64, 48, 48), 0, 0),
    ("max pool", (64, 24, 24), 0, 0),
    ("residual block", (64, 24, 24), 74_112, PLAIN_BLOCK),
    ("residual block", (64, 24, 24), 74_112, PLAIN_BLOCK),
    ("residual block", (128, 12, 12), 230_272, STRIDED_BLOCK),
    ("residual block", (128, 12, 12), 295_680, PLAIN_BLOCK),
    ("residual block", (256, 6, 6), 919_296, STRIDED_BLOCK),
    ("residual block", (256, 6, 6), 1_181_184, PLAIN_BLOCK),
    ("residual block", (512, 3, 3), 3_673_600, STRIDED_BLOCK),
    ("residual block", (512, 3, 3), 4_721_664, PLAIN_BLOCK),
    ("global avg pool", (512, 1, 1), 0, 0),
    ("flatten", (512,), 0, 0),
    ("dense", (10,), 5_130, 5_120),
]
RESULT = re.compile(
    r"loss \d+\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}\n"
    r"\d+\.\d examples/sec on (cpu|cuda:\d+|gpu:\d+|mps)\n"
)


def python(*args, quick="1", **env):
    return subprocess.run(
        [sys.executable, *args],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "D2L_QUICK": quick} | env,
        capture_output=True,
        text=True,
    )


def skip_unless_installed(framework):
    if importlib.util.find_spec(framework.module) is None:
        pytest.skip(f"{framework.label} is not installed")


@pytest.fixture(scope="module", params=FRAMEWORKS, ids=lambda framework: framework.name)
def framework(request):
    skip_unless_installed(request.param)
    return request.param


SEEN = {}


def seen_by(framework):
    """Return what the worker saw, run once a framework."""
    skip_unless_installed(framework)
    if framework.name not in SEEN:
        ended = python(str(WORKER), framework.name)
        assert ended.returncode == 0, ended.stderr[-3000:]
        SEEN[framework.name] = json.loads(ended.stdout.splitlines()[-1])
    return SEEN[framework.name]


@pytest.fixture
def seen(framework):
    return seen_by(framework)


def in_axes(framework, shape):
    """Return a shape with a batch axis of 1 in the framework's order of axes."""
    if len(shape) == 3 and framework.axes == "NHWC":
        shape = (*shape[1:], shape[0])
    return (1, *shape)


def test_summary_has_the_same_rows_everywhere(framework, seen):
    rows = [re.split(r"\s{2,}", line.strip()) for line in seen["summary"].splitlines()]
    expected = [["layer", "output", "parameters", "multiply-adds"]]
    for name, shape, parameters, costs in ROWS_96:
        line = [name, str(in_axes(framework, shape)), f"{parameters:,}", f"{costs:,}"]
        expected.append(line)
    assert rows == [*expected, ["total", "11,178,378", f"{sum(row[3] for row in ROWS_96):,}"]]


def test_summary_opens_blocks_as_far_as_asked(framework, seen):
    lines = [line.split("  ")[0] for line in seen["summary_depth_1"].splitlines()]
    assert lines[:2] == ["layer", "input"] and lines[5:10] == ["max pool", *["block"] * 4]
    one = seen["summary_depth_0"].splitlines()
    assert [line.split("  ")[0] for line in one] == ["layer", "input", "network", "total"]
    parts = ("summary", "summary_depth_1", "summary_depth_0")
    assert len({tuple(seen[part].splitlines()[-1].split()) for part in parts}) == 1
    assert "depth must be a whole number or None, not -1" in seen["bad_depth"]


def test_a_seed_decides_on_the_weights(seen):
    assert len(set(seen["drawn"])) == 1


def test_small_stem_keeps_the_size(framework, seen):
    lines = seen["summary_3x3"].splitlines()
    assert "max pool" not in seen["summary_3x3"]
    assert str(in_axes(framework, (64, 32, 32))) in lines[2] and "1,792" in lines[2]
    assert str(in_axes(framework, (512, 4, 4))) in lines[12]
    assert "(1, 100)" in lines[-2] and "51,300" in lines[-2]


# parameters; multiply-adds of the convolutions for 224x224 pixels, and of the dense layer
FAMILY = [
    (11_689_512, 1_814_073_344, 512_000),
    (21_797_672, 3_663_761_408, 512_000),
    (25_557_032, 4_089_184_256, 2_048_000),
    (44_549_160, 7_801_405_440, 2_048_000),
    (60_192_808, 11_513_626_624, 2_048_000),
]


def test_family_has_the_parameters_and_costs_of_the_paper(seen):
    # with 32 pixels a side, each feature map has 1/7 of the height and width it has with 224
    expected = [[parameters, (total - dense) // 49 + dense] for parameters, total, dense in FAMILY]
    assert seen["family"] == expected


def test_wrong_shape_or_stem_is_said_in_a_sentence(framework, seen):
    shape = "(1, 28, 28, 7)" if framework.axes == "NHWC" else "(1, 7, 28, 28)"
    assert f"layer 1 (convolution) cannot take an input of shape {shape}" in seen["bad_shape"]
    assert framework.axes in seen["bad_shape"]
    assert seen["bad_shape"].startswith("ValueError: summary: ")
    assert "not 28" in seen["no_shape"]
    assert "'7x7' or '3x3', not '5x5'" in seen["bad_stem"]


def test_blocks_have_the_shapes_of_the_book(framework, seen):
    nhwc = framework.axes == "NHWC"
    assert seen["residual"] == ([4, 6, 6, 3] if nhwc else [4, 3, 6, 6])
    assert seen["residual_strided"] == ([4, 3, 3, 6] if nhwc else [4, 6, 3, 3])
    assert seen["resnet_block"] == seen["residual_strided"]


def test_batches(framework, seen):
    nhwc = framework.axes == "NHWC"
    assert seen["lengths"] == [10, 4]
    assert seen["tall"] == ([64, 20, 24, 1] if nhwc else [64, 1, 20, 24])
    assert set(seen["labels"]) <= set(FASHION_MNIST_CLASSES) and len(seen["labels"]) == 3
    assert seen["hashes"][0] != seen["hashes"][1]


@pytest.mark.parametrize("other", FRAMEWORKS[1:], ids=lambda framework: framework.name)
def test_batches_are_the_same_bytes_in_the_same_order(other):
    assert seen_by(other)["hashes"] == seen_by(FRAMEWORKS[0])["hashes"]


def test_training_prints_two_lines_and_repeats_itself(seen):
    assert all(RESULT.fullmatch(result) for result in seen["results"]), seen["results"]
    # the speed differs from run to run
    first, other_lr, again = (result.splitlines()[0] for result in seen["results"])
    assert first == again != other_lr


def test_training_starts_from_xavier_uniform_weights_and_zero_biases(seen):
    for part in ("he dense", "he conv", "xavier dense", "xavier conv"):
        largest, spread, bias = seen[part]
        assert 0.98 < largest <= 1.0001, part
        assert 0.97 < spread < 1.03, part
        assert bias < 1e-6, part


def test_weights_can_be_changed_before_the_first_step(framework, seen):
    assert seen["prepared"] == [2, True]
    assert seen["prepared_bias"] == [2] * 10
    assert "init must be 'xavier', 'he' or None, not 'normal'" in seen["bad_init"]


def test_looking_at_a_network_leaves_it_as_it_is(framework, seen):
    assert seen["unchanged"]
    assert seen["accuracy"] == seen["accuracy_on_device"]
    assert 0 <= seen["accuracy"] <= 1
    if "modes" in seen:
        assert seen["modes"] == [True, True, False]
    assert not seen.get("initialized", False)


def test_accuracy_counts_correct_predictions(seen):
    assert seen["correct"] == seen["correct_expected"]


def test_training_that_cannot_go_anywhere_is_refused(seen):
    epochs, lr, empty = seen["errors"]
    assert epochs.startswith("ValueError: num_epochs must be") and "not 0" in epochs
    assert lr.startswith("ValueError: lr must be a positive number, not -0.1")
    assert empty.startswith("ValueError: train_iter must hold at least one batch")


def test_device(seen):
    assert seen["device"] == "cpu" or seen["gpus"] > 0
    assert seen["no_such_gpu"] in ("cpu", "mps")


def test_numpy_is_as_it_was(seen):
    assert seen["numpy_added"] == []
    assert seen.get("mask", [2, 3]) == [2, 3]


def test_slow_starters_use_every_core(framework, seen):
    if framework.name in ("mxnet", "paddle"):
        cores = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count()))(0)
        assert seen["threads"] == os.environ.get("OMP_NUM_THREADS", str(len(cores)))


def test_importing_is_quiet_and_loads_no_other_framework(framework):
    modules = [other.module for other in FRAMEWORKS]
    code = f"import sys, d2l_shim.{framework.module} as _\n"
    code += f"print([module for module in {modules} if module in sys.modules])"
    ended = python("-W", "default", "-c", code)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == str([framework.module])
    if framework.name != "tensorflow":  # whose C++ code writes to standard error as it loads
        assert ended.stderr == ""


@pytest.mark.parametrize("missing", FRAMEWORKS, ids=lambda framework: framework.name)
def test_missing_framework_is_said_in_a_sentence(missing):
    code = f"import sys; sys.modules[{missing.module!r}] = None; import d2l_shim.{missing.module}"
    ended = python("-c", code)
    assert ended.returncode == 1
    last = ended.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert missing.label in last and missing.install in last


def test_another_missing_module_is_not_blamed_on_the_framework():
    code = "from d2l_shim.state import needs\nwith needs('pytorch'): import no_such_module"
    assert "ModuleNotFoundError: No module named 'no_such_module'" in python("-c", code).stderr
