"""Whether a training is alone: in one process, and in its log folder; no framework is imported."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from d2l_shim.experiments.recipe import ExperimentError

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

# what launchers tell the processes that they start: the number of them, or one's part in it
LAUNCHERS = {
    "WORLD_SIZE": "torchrun",
    "TF_CONFIG": "a TensorFlow cluster",
    "PADDLE_TRAINERS_NUM": "paddle.distributed.launch",
    "DMLC_NUM_WORKER": "MXNet's launch.py",
    "DMLC_ROLE": "MXNet's launch.py",
    "HOROVOD_SIZE": "horovodrun",
    "OMPI_COMM_WORLD_SIZE": "mpirun",
    "MV2_COMM_WORLD_SIZE": "mpirun",
    "PMI_SIZE": "mpiexec",
    "SLURM_STEP_NUM_TASKS": "srun",  # SLURM_NTASKS also stands in a batch script, which is run once
}
ONE = ("", "0", "1", "worker")
LOCK = "lock"


def refuse_launchers(environment: Mapping[str, str]) -> None:
    """Raise an ExperimentError if a launcher started several processes with the same command."""
    for name, launcher in LAUNCHERS.items():
        value = environment.get(name, "").strip()
        if name == "TF_CONFIG":
            value = str(_tasks(value))
        if value not in ONE:
            seen = f"{name} lists {value} tasks" if name == "TF_CONFIG" else f"{name}={value}"
            raise ExperimentError(
                f"this program trains in one process, and {seen} says that {launcher} started "
                f"several; start it once, without a launcher, or unset {name} if it is a leftover"
            )


def _tasks(config: str) -> int:
    """Return how many processes TF_CONFIG lists; 0 where it lists none or TensorFlow ignores it."""
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
        return sum(map(len, json.loads(config)["cluster"].values()))
    return 0


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder, made if needed, against other processes, at most until this one ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = open(folder / LOCK, "ab")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise ExperimentError(
            f"{folder} cannot be written ({error.strerror}); name another folder with --log-dir"
        ) from None
    with file:
        try:
            if os.name == "nt":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            raise ExperimentError(
                f"another training writes to {folder}; wait until it has ended, or name another "
                "folder with --log-dir"
            ) from None
        except OSError as error:  # some network file systems
            print(f"{folder} knows no locks ({error.strerror}): start one training in it at a time")
        yield
