"""The program while it trains: Ctrl-C, going on, and a second one for the same folder."""

import signal

import numpy as np
from experiments.small_images import curve

from d2l_shim.experiments import checkpoint

# waits in its 15th step until Ctrl-C has come, however long that takes
WAITING = """
import signal, sys, time
from d2l_shim.experiments.cifar10 import main
from d2l_shim.torch.training import Learner
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


def test_ctrl_c_and_resume(program, finished, events, tmp_path):
    log = tmp_path / "log"
    running = program(log, code=WAITING, wait=False)
    try:
        seen = [running.stdout.readline()]
        while seen[-1] != "waiting\n":
            assert seen[-1], running.stderr.read()[-3000:]
            seen.append(running.stdout.readline())

        # meanwhile no other training writes there
        before = {path: path.read_bytes() for path in log.iterdir()}
        refused = program(log, "--overwrite")
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr[-3000:]
        assert f"another training writes to {log}; wait until it" in refused.stderr
        assert {path: path.read_bytes() for path in log.iterdir()} == before

        running.send_signal(signal.SIGINT)
        rest, said = running.communicate()
    finally:
        running.kill()
    assert running.returncode == 130 and said.count("\n") == 1
    assert said.startswith("stopped after step 15; ") and "--resume" in said
    assert f"{log / checkpoint.NAME} is the checkpoint after step 15: " in said
    assert "examples/sec" not in rest
    assert [path.name for path in log.iterdir() if ".part" in path.name] == []

    resumed = program(log, "--resume")
    assert resumed.returncode == 0, resumed.stderr[-3000:]
    assert "after step 15\n" in resumed.stdout
    assert curve("".join(seen)) + curve(resumed.stdout) == curve(finished[1])
    whole, parts = (checkpoint.read(folder / checkpoint.NAME) for folder in (finished[0], log))
    assert whole[1]["progress"] == parts[1]["progress"]
    assert all(np.array_equal(whole[0][name], parts[0][name]) for name in whole[0])
    scalars = events(log)
    assert scalars == events(finished[0])
    steps = {tag: [step for step, _ in pairs] for tag, pairs in scalars.items()}
    assert steps == {"train_loss": [20], "test_accuracy": [12, 24]}
