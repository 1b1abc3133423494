"""Scalars for TensorBoard, written by tensorboardX and flushed one by one."""

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from d2l_shim.experiments.recipe import ExperimentError
from d2l_shim.state import swapped

PATTERN = "events.out.tfevents.*"

try:
    # tensorboardX loads PyTorch where it is installed, and has no need of it here
    with swapped((sys.modules, "torch", sys.modules.get("torch"))):
        from tensorboardX.proto.event_pb2 import Event, SessionLog
        from tensorboardX.proto.summary_pb2 import Summary
        from tensorboardX.record_writer import RecordWriter
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "tensorboardX":
        raise
    raise ImportError(
        "the experiment writes its curves with tensorboardX, which is not installed here; "
        "install it with: pip install tensorboardX",
        name="tensorboardX",
    ) from None


@contextlib.contextmanager
def event_log(folder: Path, step: int) -> Iterator[Callable[[str, float, int], None]]:
    """Open a new event file and give a function that writes a tag, its value and the step to it.

    tensorboardX's own SummaryWriter writes in a thread, which dies in silence when the disk is
    full, and then the training waits for it forever; so this writes at once. What older files in
    the folder say of steps after `step`, TensorBoard drops.
    """
    # files of the same second have different names
    name = f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{time.time_ns()}"
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = RecordWriter(str(folder / name))

    def write(event: Event, step: int) -> None:
        event.step, event.wall_time = step, time.time()
        with _writing(folder):
            file.write(event.SerializeToString())
            file.flush()

    def scalar(tag: str, value: float, step: int) -> None:
        write(Event(summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)])), step)

    try:
        write(Event(file_version="brain.Event:2"), 0)
        write(Event(session_log=SessionLog(status=SessionLog.START)), step + 1)
        yield scalar
    except BaseException:
        # where bytes are left that cannot be written, closing says so once more
        with contextlib.suppress(OSError):
            file.close()
        raise
    with _writing(folder):
        file.close()


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExperimentError(
            f"the event file in {folder} cannot be written ({error.strerror}); free some "
            "space, or name another folder with --log-dir"
        ) from None
