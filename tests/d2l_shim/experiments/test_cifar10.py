"""The program: what a reader sees in a shell, in PyTorch; the errors load no framework."""

import contextlib
import importlib
import os
import pty
import re
import shutil
import sys
import termios
from dataclasses import astuple, fields
from unittest.mock import Mock

import numpy as np
import pytest
from experiments.small_images import CLASSES, RECIPE, curve, halves

from d2l_shim.experiments import (
    ExperimentError,
    Recipe,
    alone,
    checkpoint,
    experiment,
    write_folders,
)
from d2l_shim.experiments.cifar10 import main
from d2l_shim.frameworks import BY_NAME


@pytest.fixture
def refused(capsys):
    """Give a function that runs the program here, sees it refuse, and returns its sentence."""

    def run(*args, framework="pytorch"):
        before = set(sys.modules)
        status = main(["--framework", framework, *map(str, args)])
        said = capsys.readouterr().err
        assert status == 2 and said.count("\n") == 1 and "Traceback" not in said
        loaded = {found.module for found in BY_NAME.values()} & (set(sys.modules) - before)
        assert not loaded, "the error comes before a framework is loaded"
        return said

    return run


def test_help(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and max(map(len, said.splitlines())) <= 100
    options = ["--framework", "--data", "--log-dir", "--device", "--resume", "--strict"]
    for option in [*options, *(f"--{field.name.replace('_', '-')}" for field in fields(Recipe))]:
        assert f"  {option}" in said
    assert astuple(Recipe()) == (5, 32, 0.05, "one-cycle", 0.9, 5e-4, 0.1, 18, 0)
    for text in ("default: 0.05", "data/cifar-10", "130 after Ctrl-C", "D2L_QUICK=1"):
        assert text in " ".join(said.split())


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--epochs", "0"], "epochs must be a whole number of at least 1, not 0; 5 is usual"),
        (["--batch-size", "-1"], "batch_size must be a whole number of at least 1"),
        (["--lr", "nan"], "lr must be a positive number, not nan; 0.05 is usual"),
        (["--momentum", "1"], "momentum must be a number from 0 to less than 1"),
        (["--weight-decay", "-1"], "weight_decay must be a number of at least 0"),
        (["--smoothing", "2"], "smoothing must be a number from 0 to less than 1"),
        (["--seed", "-3"], "seed must be a whole number from 0 to 2**32 - 1"),
        (["--schedule", "cosine"], "schedule must be one-cycle or constant, not 'cosine'"),
        (["--depth", "19"], "depth must be 18, 34, 50, 101 or 152, not 19; 18 is usual"),
        (["--data", "no/such"], "there is no folder no/such; name one that holds"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(refused, monkeypatch, tmp_path, args, text):
    monkeypatch.chdir(tmp_path)
    assert text in refused(*args)
    assert list(tmp_path.iterdir()) == []


def test_bad_images(refused, folders, tmp_path):
    (folders / "train/cat/00000.png").write_text("no image")
    said = refused("--data", folders, "--strict", "--log-dir", tmp_path / "log")
    assert "1 of 48 images cannot be used" in said and "00000.png (no image)" in said


def test_a_missing_framework_is_said_in_a_sentence(refused, monkeypatch, data, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "d2l_shim.torch", raising=False)
    said = refused("--data", data, "--log-dir", tmp_path / "log")
    assert 'pip install "torch>=' in said and not (tmp_path / "log").exists()


def test_missing_tensorboard_is_said_in_a_sentence(monkeypatch):
    for name in [*filter(re.compile("tensorboardX|.*experiments.events").match, sys.modules)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match="pip install tensorboardX"):
        importlib.import_module("d2l_shim.experiments.events")


def test_importing_loads_no_framework(python):
    code = "import sys, d2l_shim.experiments.cifar10; print(*sys.modules)"
    loaded = python("-c", code).stdout.split()
    assert "numpy" in loaded
    assert not {"torch", "mxnet", "tensorflow", "paddle", "tensorboardX"} & set(loaded)


def test_the_result_is_printed_last(finished):
    folder, out = finished
    last = out.splitlines()[-2:]
    assert re.fullmatch(r"loss \d\.\d{3}, train acc [01]\.\d{3}, test acc [01]\.\d{3}", last[0])
    assert re.fullmatch(r"\d+\.\d examples/sec on cpu", last[1])
    assert sorted(path.name[:6] for path in folder.iterdir()) == ["checkp", "events", "lock"]


@pytest.fixture
def copied(finished, tmp_path):
    """Return a copy of the undisturbed run's log folder, without its event files."""
    folder = tmp_path / "log"
    folder.mkdir()
    shutil.copy(finished[0] / checkpoint.NAME, folder)
    return folder


def test_a_checkpoint_that_does_not_fit(refused, copied, data, tmp_path):
    before = (copied / checkpoint.NAME).read_bytes()
    given = ["--data", data, "--log-dir", copied, "--resume", *RECIPE]
    said = refused(*given, "--depth", "34")
    assert "was written with depth 18, and this run has depth 34;" in said
    said = refused(*given, "--seed", "1", "--lr", "0.5")
    assert "written with lr 0.02, seed 0, and this run has lr 0.5, seed 1;" in said
    said = refused(*given, framework="paddle")
    assert "written with framework pytorch, and this run has framework paddle;" in said
    images = halves()
    write_folders(tmp_path / "more", *images, (*CLASSES, "fox"))
    given[1] = tmp_path / "more"
    assert "classes cat dog eel, and this run has classes cat dog eel fox;" in refused(*given)
    write_folders(tmp_path / "fewer", *halves(train=40, side=10), CLASSES)
    given[1] = tmp_path / "fewer"
    assert "image size 10 10, training images 40;" in refused(*given)
    assert (copied / checkpoint.NAME).read_bytes() == before


def test_what_is_there_is_not_overwritten_unasked(refused, copied, data, tmp_path):
    given = ["--data", data, "--log-dir", copied, *RECIPE]
    said = refused(*given)
    assert "checkpoint of an earlier run; go on with it (--resume), remove it (--over" in said
    assert "either resumed or overwritten" in refused(*given, "--resume", "--overwrite")
    said = refused("--data", data, "--log-dir", tmp_path / "none", "--resume")
    assert f"there is no checkpoint in {tmp_path / 'none'} to resume from" in said
    (copied / checkpoint.NAME).write_bytes(b"PK")
    assert "is no readable checkpoint" in refused(*given, "--resume")


def kept(folder, overwrite=False):
    pytest.importorskip("tensorboardX")
    learner = Mock(**{"state.return_value": {"w": np.ones(1)}})
    return experiment._kept(folder, {"run": {}}, learner, resume=False, overwrite=overwrite)


def test_overwriting(tmp_path):
    checkpoint.write(tmp_path / checkpoint.NAME, {}, {})
    (tmp_path / "events.out.tfevents.1.old").touch()
    with kept(tmp_path, overwrite=True) as (progress, _, _):
        assert progress.step == 0
    assert sorted(path.name[:6] for path in tmp_path.iterdir()) == ["events", "lock"]
    assert not (tmp_path / "events.out.tfevents.1.old").exists()


def test_a_disk_that_is_full_leaves_the_checkpoint_before(tmp_path, monkeypatch):
    with (
        pytest.raises(ExperimentError, match=r"disk is full.*the checkpoint after step 12: the sa"),
        kept(tmp_path) as (progress, _, save),
    ):
        progress.step = 12
        save()
        full = Mock(side_effect=OSError(28, "No space left on device"))
        monkeypatch.setattr(os, "fsync", full)
        progress.step = 24
        save()
    assert checkpoint.read(tmp_path / checkpoint.NAME)[1]["progress"]["step"] == 12


def test_a_folder_is_looked_at_again_once_it_is_held(tmp_path, monkeypatch):
    @contextlib.contextmanager
    def held(folder):
        # another training came first, and has just ended
        checkpoint.write(folder / checkpoint.NAME, {}, {})
        yield

    monkeypatch.setattr(alone, "held", held)
    refused = pytest.raises(ExperimentError, match=r"is the checkpoint of an earlier run; go on")
    with refused, kept(tmp_path):
        pass


def test_devices(capsys):
    assert experiment._choose("gpu:1", 2, "PyTorch") == "gpu:1"
    assert [experiment._choose("auto", n, "PyTorch") for n in (0, 2)] == ["cpu", "gpu:0"]
    said = capsys.readouterr().out
    assert said == "PyTorch sees no GPU and trains on the CPU\nPyTorch trains on the GPU\n"
    with pytest.raises(ExperimentError, match=r"GPU number 2 was asked for, but PyTorch sees only"):
        experiment._choose("gpu:2", 2, "PyTorch")
    with pytest.raises(ExperimentError, match=r"device must be auto, cpu, gpu or"):
        experiment._choose("tpu", 0, "PyTorch")


LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
from d2l_shim.experiments.events import event_log
from d2l_shim.experiments.recipe import ExperimentError
try:
    with event_log(Path(sys.argv[1]), 0) as log:
        for step in range(100):
            log("train_loss", 1.0, step)
except ExperimentError as error:
    print(step, error)
"""


def test_event_file_that_cannot_grow(python, tmp_path):
    pytest.importorskip("tensorboardX")
    ended = python("-W", "always::ResourceWarning", "-c", LIMITED, tmp_path)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr[-3000:]
    step, said = ended.stdout.split(" ", 1)
    assert 0 < int(step) < 10
    assert said.startswith(f"the event file in {tmp_path} cannot be written (File too large); free")


def test_quick_mode_and_the_bar(python, needed, tmp_path):
    """In a terminal, with the stand-in that quick mode makes where CIFAR-10 would be."""
    needed("pytorch")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    command = ["-m", "d2l_shim.experiments.cifar10", "--framework", "pytorch"]
    command += ["--log-dir", tmp_path, "--batch-size", "16"]
    ended = python(*command, env={"D2L_QUICK": "1"}, stderr=theirs, cwd=tmp_path)
    os.close(theirs)
    shown = b""
    # in the end there is nothing to read any more, which Linux makes an error
    with contextlib.suppress(OSError):
        while block := os.read(ours, 2**16):
            shown += block
    os.close(ours)
    assert ended.returncode == 0, shown
    assert re.search(
        rb"epoch 1/1: .*64/64 .*<.*(img/s|s/img).*loss \d+\.\d{3}, acc \d\.\d{3}", shown
    )
    lines = ended.stdout.splitlines()
    assert "quick mode puts Fashion-MNIST's small subset in its place" in lines[0]
    assert "64 images for training and 32 for testing, of 10 classes" in lines[1]
    assert re.search(r"PyTorch (sees no GPU and trains on the CPU|trains on the GPU)", lines[2])
    assert len(curve(ended.stdout)) == 2
