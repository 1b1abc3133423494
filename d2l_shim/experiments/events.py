"""Scalars for TensorBoard, written by tensorboardX and flushed one by one."""

import contextlib
import socket
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from d2l_shim.experiments.recipe import ExperimentError

PATTERN = "events.out.tfevents.*"

# tensorboardX loads PyTorch where it is installed, and has no need of it here
_torch_is_hidden = sys.modules.setdefault("torch", None) is None
try:
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
finally:
    if _torch_is_hidden:
        del sys.modules["torch"]


class EventLog:
    """An event file that a training appends its scalars to.

    tensorboardX's own SummaryWriter writes in a thread, which dies in silence when the disk is
    full, and then the training waits for it forever; so this writes at once.
    """

    def __init__(self, folder: Path, step: int) -> None:
        """Open a new file.

        Args:
            folder: where; it is made if it is not there.
            step: how many steps were trained before. What older files in the folder say of later
                ones, TensorBoard drops.

        Raises:
            ExperimentError: the file cannot be written.
        """
        self._folder = folder
        # files of the same second have different names
        name = f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{time.time_ns()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = RecordWriter(str(folder / name))
        except OSError as error:
            raise self._problem(error) from None
        self._write(Event(file_version="brain.Event:2"), 0)
        self._write(Event(session_log=SessionLog(status=SessionLog.START)), step + 1)

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Write a number and see that it reaches the disk.

        Args:
            tag: what it is.
            value: the number.
            step: how many steps were trained.

        Raises:
            ExperimentError: the disk is full or the file cannot be written.
        """
        value = Summary.Value(tag=tag, simple_value=value)
        self._write(Event(summary=Summary(value=[value])), step)

    def _write(self, event: Event, step: int) -> None:
        event.step, event.wall_time = step, time.time()
        try:
            self._file.write(event.SerializeToString())
            self._file.flush()
        except OSError as error:
            # where bytes are left that cannot be written, closing says so once more
            with contextlib.suppress(OSError):
                self._file.close()
            raise self._problem(error) from None

    def _problem(self, error: OSError) -> ExperimentError:
        return ExperimentError(
            f"the event file in {self._folder} cannot be written ({error.strerror}); free some "
            "space, or name another folder with --log-dir"
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as problem:
            # the first problem is the one to be told of
            if error is None:
                raise self._problem(problem) from None
