"""Each framework's learner trains as it should, and as the others do; one process a framework."""

import json
import math
import re
from pathlib import Path

import pytest
from small_images import skip_unless_installed

from d2l_shim.frameworks import BY_NAME

WORKER = Path(__file__).with_name("learner_worker.py")
each = pytest.mark.parametrize("name", BY_NAME)
RESULT = re.compile(
    r"loss \d+\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}\n\d+\.\d examples/sec on cpu\n"
)


@pytest.fixture(scope="module")
def see(python, data, tmp_path_factory):
    """Give a function that runs the worker once a framework; what it saw, and its log folders."""
    done = {}

    def run(name):
        skip_unless_installed(name)
        if name not in done:
            logs = tmp_path_factory.mktemp(name)
            ended = python(WORKER, name, data, logs)
            assert ended.returncode == 0, ended.stderr[-3000:]
            done[name] = json.loads(ended.stdout.splitlines()[-1]), logs
        return done[name]

    return run


@each
def test_a_run_ends_in_a_result(see, name):
    (loss, train_acc, train_loss, test_accuracy), out = see(name)[0]["whole"]
    assert RESULT.search(out)
    assert "48 images for training and 12 for testing, of 3 classes" in out
    assert 0 < loss < 20 and 0 <= train_acc <= 1
    assert [step for step, _ in train_loss] == [20]
    assert [step for step, _ in test_accuracy] == [12, 24]
    said = see(name)[0]["no_such_gpu"]
    assert said.startswith("ExperimentError: GPU number 99 was asked for, but ")
    assert BY_NAME[name].label in said and "ask for --device cpu" in said


@each
def test_without_a_folder_nothing_is_written_and_no_tensorboard_loaded(see, name):
    assert see(name)[0]["without"] == [1, False]


@each
def test_a_finished_run_has_nothing_left(see, name):
    (loss, *_), out = see(name)[0]["again"]
    assert f"nothing is left to train: loss {loss:.3f}, train acc" in out


@each
def test_a_resumed_run_has_the_same_curve(see, name):
    seen, _ = see(name)
    said, out = seen["stopped"]
    assert said.startswith("KeyboardInterrupt: stopped after step 15; ")
    assert "is the checkpoint after step 15: the same command with --resume goes on" in said
    assert "epoch 1, loss" in out and "epoch 2" not in out
    said, out = seen["stopped again"]
    assert "stopped after step 24" in said and "after step 15" in out
    for ours, whole in zip(seen["parts"][0][:2], seen["whole"][0][:2], strict=True):
        assert math.isclose(ours, whole, abs_tol=0 if name == "pytorch" else 1e-3)
    for ours, whole in zip(seen["parts"][0][2:], seen["whole"][0][2:], strict=True):
        assert len(ours) == len(whole)
        for (step, value), (step_whole, value_whole) in zip(ours, whole, strict=True):
            assert step == step_whole
            assert math.isclose(value, value_whole, abs_tol=0 if name == "pytorch" else 1e-3)
    print(f"{name}: largest difference of a weight {seen['difference']:.1e}")
    assert seen["difference"] <= (0 if name == "pytorch" else 1e-3)
    assert seen["velocities"] == 62


@each
def test_no_half_written_file_is_left(see, name):
    seen, _ = see(name)
    # the checkpoint and the lock
    assert seen["whole files"] == seen["stopped files"] == seen["parts files"] == 2


def test_tensorboard_opens_the_event_files(see, python):
    pytest.importorskip("tensorboard")
    ended = python("-c", READ, see("pytorch")[1] / "parts")
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert json.loads(ended.stdout) == {"train_loss": [20], "test_accuracy": [12, 24]}


READ = """
import json, sys
sys.modules["tensorflow"] = None
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
made = EventAccumulator(sys.argv[1]).Reload()
tags = made.Tags()["scalars"]
print(json.dumps({tag: [event.step for event in made.Scalars(tag)] for tag in tags}))
"""


@each
def test_every_framework_sees_the_same_batches(see, name):
    seen, reference = see(name)[0], see("pytorch")[0]
    assert seen["shape"] == [[4, 8, 8, 3], "float32", "int64"]
    assert seen["order"] == reference["order"]


@each
def test_momentum_and_weight_decay_are_the_same(see, name):
    num_changed, error, moved = see(name)[0]["update"]
    print(f"{name}: largest error of a step {error:.1e}, smallest change {moved:.1e}")
    assert num_changed == 62
    assert error < 1e-5 and error < moved / 50


@each
def test_the_loss_has_smoothed_labels(see, name):
    loss, wanted = see(name)[0]["loss"]
    assert math.isclose(loss, wanted, rel_tol=1e-5)
    correct = see(name)[0]["correct"]
    assert correct[0] == correct[1] == correct[2]


@each
def test_the_seed_decides_the_first_weights(see, name):
    seen = see(name)[0]
    assert seen["seeds"] == [True, False]
    assert 0.98 < seen["largest"] <= 1
    assert seen["state is a copy"]
