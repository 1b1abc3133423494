"""The program is one process, and alone in its log folder."""

import errno
import importlib.util
import json
from unittest.mock import Mock

import pytest

from d2l_shim.experiments import alone
from d2l_shim.experiments.cifar10 import main
from d2l_shim.experiments.recipe import ExperimentError

CLUSTER = {"cluster": {"chief": ["a:1"], "worker": ["b:1"]}, "task": {"type": "chief", "index": 0}}
SEVERAL = [(name, "2") for name in alone.LAUNCHERS if name not in ("TF_CONFIG", "DMLC_ROLE")]
SEVERAL += [("DMLC_ROLE", "server"), ("DMLC_ROLE", "scheduler"), ("TF_CONFIG", json.dumps(CLUSTER))]
ONE = [(name, "1") for name, _ in SEVERAL if name not in ("TF_CONFIG", "DMLC_ROLE")]
ONE += [("DMLC_ROLE", "worker"), ("SLURM_NTASKS", "4"), ("WORLD_SIZE", ""), ("TF_CONFIG", "{}")]
ONE += [("TF_CONFIG", text) for text in ("", "none", "[]", '{"cluster": {"worker": ["a:1"]}}')]


@pytest.mark.parametrize(("name", "value"), SEVERAL)
def test_several_processes_are_refused(monkeypatch, capsys, tmp_path, name, value):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("D2L_QUICK", "1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv(name, value)
    assert main(["--framework", "pytorch"]) == 2
    said = capsys.readouterr()
    seen = "TF_CONFIG lists 2 tasks" if name == "TF_CONFIG" else f"{name}={value}"
    assert said.out == "" and said.err == (
        f"this program trains in one process, and {seen} says that {alone.LAUNCHERS[name]} "
        f"started several; start it once, without a launcher, or unset {name} if it is a leftover\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "value"), ONE)
def test_one_process_is_not(name, value):
    alone.refuse_launchers({name: value})


def test_a_folder_is_held_once_and_freed(tmp_path):
    folder = tmp_path / "new/log"
    with alone.held(folder), alone.held(tmp_path / "other"):
        refused = pytest.raises(
            ExperimentError, match=r"another training writes to .*new/log; wait"
        )
        with refused, alone.held(folder):
            pass
    with alone.held(folder):
        pass


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    refused = pytest.raises(ExperimentError, match=r"file/log cannot be written .*; name another")
    with refused, alone.held(tmp_path / "file/log"):
        pass


@pytest.mark.skipif(importlib.util.find_spec("fcntl") is None, reason="another system's lock")
def test_a_disk_that_knows_no_locks_is_named(tmp_path, monkeypatch, capsys):
    none = Mock(side_effect=OSError(errno.ENOLCK, "No locks available"))
    monkeypatch.setattr(alone.fcntl, "flock", none)
    with alone.held(tmp_path):
        pass
    said = "knows no locks (No locks available): start one training in it at a time\n"
    assert capsys.readouterr().out == f"{tmp_path} {said}"
