"""The program while it trains: Ctrl-C, going on, and a second one for the same folder."""

import itertools
import signal

import numpy as np
import pytest

from d2l_shim.experiments import checkpoint

# waits in its 15th step until Ctrl-C has come, however long that takes
WAITING = """
import signal, sys, time
from d2l_shim.experiments.cifar10 import main
from d2l_shim.torch.learner import Learner
train_step, steps = Learner.train_step, 0

def wait(*args):
    global steps
    if steps == 14:
        before = signal.getsignal(signal.SIGINT)
        print("waiting", flush=True)
        while signal.getsignal(signal.SIGINT) is before:
            time.sleep(0.01)
    steps += 1
    return train_step(*args)

Learner.train_step = wait
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def waiting(program):
    """Give a function that starts the program and returns it, with what it printed, in step 15."""
    started = []

    def start(log_dir, *args):
        running = program(log_dir, *args, code=WAITING, wait=False)
        started.append(running)
        seen = [running.stdout.readline()]
        while seen[-1] != "waiting\n":
            assert seen[-1], running.stderr.read()[-3000:]
            seen.append(running.stdout.readline())
        return running, "".join(seen)

    yield start
    for running in started:
        running.kill()
        running.communicate()


def test_ctrl_c_and_resume(program, waiting, finished, events, curve, tmp_path):
    running, seen = waiting(tmp_path / "log")
    running.send_signal(signal.SIGINT)
    rest, said = running.communicate()
    assert running.returncode == 130 and said.count("\n") == 1
    assert said.startswith("stopped after step 15; ") and "--resume" in said
    assert f"{tmp_path / 'log' / checkpoint.NAME} is the checkpoint after step 15: " in said
    assert "examples/sec" not in rest
    assert [p.name for p in (tmp_path / "log").iterdir() if ".part" in p.name] == []

    resumed = program(tmp_path / "log", "--resume")
    assert resumed.returncode == 0, resumed.stderr[-3000:]
    assert "after step 15\n" in resumed.stdout
    _, out = finished
    assert curve(seen) + curve(resumed.stdout) == curve(out)
    whole, parts = (
        checkpoint.read(folder / checkpoint.NAME) for folder in (finished[0], tmp_path / "log")
    )
    assert whole[1]["progress"] == parts[1]["progress"]
    assert all(np.array_equal(whole[0][name], parts[0][name]) for name in whole[0])
    parts = itertools.chain(*events(tmp_path / "log"))
    assert list(parts) == list(itertools.chain(*events(finished[0])))


def test_two_trainings_do_not_share_a_folder(program, waiting, tmp_path):
    running, _ = waiting(tmp_path / "log")
    before = (tmp_path / "log" / checkpoint.NAME).read_bytes()
    files = sorted(path.name for path in (tmp_path / "log").iterdir())
    for how in ("--resume", "--overwrite"):
        refused = program(tmp_path / "log", how)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr[-3000:]
        assert f"another training writes to {tmp_path / 'log'}; wait until it" in refused.stderr
    assert (tmp_path / "log" / checkpoint.NAME).read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "log").iterdir()) == files

    # one that was killed holds nothing
    running.kill()
    running.communicate()
    resumed = program(tmp_path / "log", "--resume")
    assert resumed.returncode == 0, resumed.stderr[-3000:]
    assert "after step 12\n" in resumed.stdout
