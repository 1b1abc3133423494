"""The same names in every framework's module: each is there, and does what the book says."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from d2l_shim import names
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("names_worker.py")
PROMISED = """
    corr2d corr2d_multi_in corr2d_multi_in_out pool2d comp_conv2d train_ch5 train_ch6
    evaluate_accuracy evaluate_accuracy_gpu accuracy Accumulator Animator Timer try_gpu
    try_all_gpus load_data_fashion_mnist get_fashion_mnist_labels get_dataloader_workers
    show_images show_fashion_mnist use_svg_display set_figsize set_axes plot sgd Residual
    resnet_block resnet18 vgg_block nin_block Inception
    abs arange argmax astype concat cos eye float32 int32 log matmul normal numpy ones ones_like
    rand reduce_mean reduce_sum reshape sin size stack tanh tensor transpose zeros zeros_like
"""
OURS = """
    BasicBlock Bottleneck alexnet conv_norm cost googlenet lenet lenet_bn load_weights nin num_gpus
    one_cycle resnet resnet_stem save_weights summary vgg
"""
EPOCH = (
    r"epoch {}, loss \d\.\d{{4}}, train acc (\d\.\d{{3}}), test acc (\d\.\d{{3}}), "
    r"time \d+\.\d sec\n"
)
RESULT = re.compile(
    r"loss \d+\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}\n"
    r"\d+\.\d examples/sec on (cpu|cuda:\d+|gpu:\d+|mps)\n"
)
SEEN = {}


def seen_by(name, **env):
    """Return what the worker saw, run once a framework."""
    framework = BY_NAME[name]
    needed = "tf_keras" if env else framework.module
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f"{needed} is not installed")
    key = (name, *env)
    if key not in SEEN:
        env |= {"PYTHONPATH": str(ROOT), "D2L_QUICK": "1", "MPLBACKEND": "agg"}
        ended = subprocess.run(
            [sys.executable, WORKER, name],
            env=os.environ | env,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stderr[-3000:]
        SEEN[key] = json.loads(ended.stdout.splitlines()[-1])
    return SEEN[key]


@pytest.fixture(scope="module", params=[*BY_NAME, "tensorflow with keras 2"])
def seen(request):
    name, *old = request.param.split(" with ")
    return {"name": name} | seen_by(name, **({"TF_USE_LEGACY_KERAS": "1"} if old else {}))


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_the_table_lists_the_promised_names(framework):
    extra = ["TrainCallback"] if framework.name == "tensorflow" else []
    assert sorted(names.public_names(framework.module)) == sorted(
        [*PROMISED.split(), *OURS.split(), *extra]
    )


def test_the_table_is_what_the_modules_hold(seen):
    table = names.public_names(BY_NAME[seen["name"]].module)
    assert sorted(table) == seen["all"]
    assert {name: list(entry) for name, entry in table.items()} == seen["described"]


def test_the_table_as_markdown():
    lines = names.markdown_table().splitlines()
    assert lines[0] == "| name | MXNet | PyTorch | TensorFlow | Paddle |"
    assert {line.count("|") for line in lines} == {6}
    assert len(lines) == 2 + len([*PROMISED.split(), *OURS.split(), "TrainCallback"])
    assert "| `corr2d(X, K)` | yes | yes | yes | yes |" in lines
    assert "| `concat` | `np.concatenate` | `torch.cat` | `tf.concat` | `paddle.concat` |" in lines
    sgd = "(params, lr, batch_size)"
    tensorflow = "(params, grads, lr, batch_size)"
    assert f"| `sgd` | `{sgd}` | `{sgd}` | `{tensorflow}` | `{sgd}` |" in lines
    call = "(net, train_iter, test_iter, num_epochs, device_name)"
    assert f"| `TrainCallback` | no | no | `{call}` | no |" in lines


def test_the_table_loads_no_framework():
    code = "import sys; from d2l_shim import names; names.markdown_table()\n"
    code += f"print([m for m in {[f.module for f in FRAMEWORKS]} if m in sys.modules])"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.check_output([sys.executable, "-c", code], env=env, text=True) == "[]\n"


def test_aliases_of_tensors(seen):
    assert seen["aliases"] == {
        "abs": [[1, 2], [3, 4]],
        "arange": [0, 1, 2],
        "argmax": [0, 1],
        "astype": ["int32", "float32"],
        "concat": [[1, -2], [3, 4], [1, -2], [3, 4]],
        "cos": [1, 1],
        "eye": [[1, 0], [0, 1]],
        "log": [0, 0],
        "matmul": [[-5, -10], [15, 10]],
        "normal": [[2, 3], 7],
        "ones_like": [[1, 1], [1, 1]],
        "rand": [[2, 3], True],
        "reduce_mean": 1.5,
        "reduce_sum": [4, 2],
        "reshape": [[1], [-2], [3], [4]],
        "sin": [0, 0],
        "size": 4,
        "stack": [[[1, -2], [3, 4]], [[1, -2], [3, 4]]],
        "tanh": [0, 0],
        "transpose": [[1, 3], [-2, 4]],
        "zeros_like": [[0, 0], [0, 0]],
    }


def test_cross_correlation_gives_the_values_of_chapter_1(seen):
    outline = seen["outline"]
    assert outline["corr2d"] == [[19, 25], [37, 43]]
    assert outline["edges"] == [[0, 1, 0, 0, 0, -1, 0]] * 6
    assert outline["edges_transposed"] == [[0] * 5] * 8


def test_a_kernel_is_learned_through_corr2d_and_sgd(seen):
    gradient, one_step, kernel = seen["outline"]["learned"]
    assert gradient == [[-12, 12]]
    assert one_step[0] == pytest.approx([0.36, -0.36])
    assert kernel[0] == pytest.approx([1, -1], abs=0.05)


def test_comp_conv2d_gives_the_values_of_chapter_2(seen):
    assert seen["outline"]["shapes"] == [[8, 8], [8, 8], [4, 4], [2, 2]]
    assert seen["outline"]["strided"] == [[0, 8], [6, 8]]


def test_channels_give_the_values_of_chapter_3(seen):
    first = [[56, 72], [104, 120]]
    assert seen["outline"]["multi_in"] == first
    assert seen["outline"]["multi_in_out"] == [
        first,
        [[76, 100], [148, 172]],
        [[96, 128], [192, 224]],
    ]
    assert seen["outline"]["one_by_one"] < 1e-5


def test_pooling_gives_the_values_of_chapter_4(seen):
    assert seen["outline"]["max"] == [[4, 5], [7, 8]]
    assert seen["outline"]["avg"] == [[2, 3], [5, 6]]
    assert seen["outline"]["tall"] == [1, 3]
    assert seen["outline"]["median"] == "ValueError: mode must be 'max' or 'avg', not 'median'"


def test_blocks_have_the_shapes_and_parameters_of_chapters_7_to_9(seen):
    def rows(part):
        lines = [re.split(r"\s{2,}", line) for line in seen["blocks"][part].splitlines()]
        return [line[:3] for line in lines[2:-1]], lines[-1][1]

    def shape(channels, side):
        nhwc = BY_NAME[seen["name"]].axes == "NHWC"
        return str((1, side, side, channels) if nhwc else (1, channels, side, side))

    def convolutions(channels, side, *parameters):
        rows = []
        for count in parameters:
            rows.append(["convolution", shape(channels, side), count])
            rows.append(["ReLU", shape(channels, side), "0"])
        return rows

    vgg = [*convolutions(8, 16, "224", "584"), ["max pool", shape(8, 8), "0"]]
    assert rows("vgg") == (vgg, "808")
    assert rows("nin") == (convolutions(96, 54, "11,712", "9,312", "9,312"), "30,336")
    assert rows("nin_same") == (convolutions(16, 26, "1,216", "272", "272"), "1,760")
    inception = ["Inception block", shape(256, 12), "163,696"]
    assert rows("inception") == ([inception], "163,696")


def test_train_ch5_prints_a_line_an_epoch(seen):
    training = seen["training"]
    assert re.fullmatch(EPOCH.format(1), training["quick"])
    assert re.fullmatch(EPOCH.format(1) + EPOCH.format(2), training["full"])
    epochs, empty = training["errors"]
    assert epochs.startswith("ValueError: num_epochs must be") and "not 0" in epochs
    assert empty.startswith("ValueError: train_iter must hold at least one batch")


def test_train_ch5_uses_the_weights_and_the_optimizer_it_is_given(seen):
    training = seen["training"]
    assert training["moved"] < 1e-4
    last = re.fullmatch(EPOCH.format(12), training["adam"].splitlines(keepends=True)[-1])
    assert float(last[1]) > 0.6
    # its result is what evaluating once more gives
    assert training["accuracies"] == [pytest.approx(float(last[2]), abs=6e-4)] * 2


def test_train_ch5_divides_by_the_batch_size_where_old_readers_expect_it(seen):
    step = 0.25 if seen["name"] == "mxnet" else 0.5
    assert seen["steps"] == pytest.approx([step, -step], abs=1e-5)


def test_train_ch6_takes_the_device_as_old_readers_pass_it(seen):
    assert RESULT.fullmatch(seen["training"]["ch6"])


def test_train_callback_draws_and_prints(seen):
    if "callback" not in seen:
        pytest.skip("only TensorFlow has it")
    callback = seen["callback"]
    assert all(RESULT.fullmatch(printed) for printed in callback["printed"])
    # two epochs, and one in quick mode
    assert callback["epochs"] == [[[1, 2]] * 3, 1]
    assert callback["accuracy"][0] == pytest.approx(callback["accuracy"][1])


def test_devices_and_workers(seen):
    assert seen["devices"][0] == seen["devices"][1]
    expected = 0 if seen["name"] in ("tensorflow", "paddle") else min(4, os.cpu_count())
    assert seen["workers"] == expected


def test_figures_take_the_framework_s_tensors(seen):
    figures = seen["figures"]
    assert figures["lines"] == [[[0, 0], [1, 1], [2, 4]], [[0, 0], [1, 2], [2, 4]]]
    assert [images for _, images in figures["shown"]] == [1] * 4
    assert figures["shown"][0][0] == "ankle boot"
    assert figures["axes"] == 4
