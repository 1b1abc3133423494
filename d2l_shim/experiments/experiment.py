"""One experiment from image folders to a result: the same for a shell and for a notebook."""

import contextlib
import importlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from d2l_shim.data import DataError, quick
from d2l_shim.experiments import alone, checkpoint, image_folder, loop
from d2l_shim.experiments.image_folder import ImageFolder
from d2l_shim.experiments.recipe import ExperimentError, Recipe
from d2l_shim.frameworks import BY_NAME
from d2l_shim.state import quiet
from d2l_shim.training import device_name, print_result

# of those in the table of frameworks, the ones that leave every number as it is
MEANS = ("kept-memory", "onednn")


@dataclass(frozen=True)
class Result:
    """What came out of a training."""

    loss: float  # mean training loss of the last epoch
    train_acc: float  # share of the training images classified correctly during that epoch
    test_acc: float  # share of the test images classified correctly in the end
    speed: float | None  # images trained in a second; None where a finished one was resumed
    device: str  # cpu, cuda:0, gpu:0, mps
    train_loss: list[tuple[int, float]]  # a step, and the mean of the 20 that end with it
    test_accuracy: list[tuple[int, float]]  # a step and the accuracy, one an epoch


def run(
    framework: str,
    data: Path | str,
    recipe: Recipe | None = None,
    *,
    device: str = "auto",
    log_dir: Path | str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    strict: bool = False,
) -> Result:
    """Train a ResNet on image files and print the result.

    With a `log_dir` there are event files for TensorBoard in it (`train_loss` every 20 steps,
    `test_accuracy` every epoch, by the number of steps) and, after every epoch and after Ctrl-C, a
    checkpoint. A resumed training goes on where its checkpoint ends, in the middle of an epoch
    too, and sees the images that it would have seen. In quick mode it is one epoch.

    Args:
        framework: its name in the table of frameworks, `pytorch` say.
        data: folder with image files, as `image_folder.train_and_test` says.
        recipe: how to train; `Recipe()` unless given.
        device: `cpu`, `gpu`, `gpu:1` and so on, or `auto`: a GPU where there is one.
        log_dir: folder for event files and checkpoint; without one nothing is kept.
        resume: whether to go on from the checkpoint in `log_dir`.
        overwrite: whether to remove a checkpoint and event files in `log_dir` and start anew.
        strict: whether an image that cannot be read is an error.

    Raises:
        DataError: the images cannot be had.
        ExperimentError: there is no such framework or GPU, the checkpoint does not fit or cannot
            be written, another training writes to `log_dir`, or the loss is no finite number any
            more.
        ImportError: the framework or tensorboardX is not installed.
        KeyboardInterrupt: Ctrl-C came; its message says how to go on.
    """
    recipe = recipe or Recipe()
    if quick():
        recipe = replace(recipe, epochs=1)
    if framework not in BY_NAME:
        raise ExperimentError(f"framework must be one of {', '.join(BY_NAME)}, not {framework!r}")
    train, test = image_folder.train_and_test(data, strict)
    print(
        f"{data}: {len(train):,} images for training and {len(test):,} for testing, "
        f"of {len(train.classes)} classes",
        flush=True,
    )
    asked = _what_decides(framework, recipe, train, test)
    folder = None if log_dir is None else Path(log_dir)
    if folder is not None:
        _start(folder / checkpoint.NAME, asked, resume, overwrite)  # which may refuse
    elif resume:
        raise ExperimentError("resume needs the log_dir that holds the checkpoint; name it")

    # which has `device("gpu:0")`; `network(...)`, a ResNet with a 3x3 stem, drawn by He's rule as a
    # seed decides; and `batch(X, y)`, tensors of images with their channels last
    with quiet():
        native = importlib.import_module(f"d2l_shim.{BY_NAME[framework].module}.experiment")
    place = native.device(_choose(device, native.num_gpus(), BY_NAME[framework].label))
    size = train.images.shape[1:3]
    net = native.network(len(train.classes), recipe.depth, size, recipe.seed, place)
    told = {name: getattr(recipe, name) for name in ("momentum", "weight_decay", "smoothing")}
    learner = native.Learner(net, place, means=MEANS, **told)
    with learner.at_work():
        learner.begin()
    training = (learner, native.batch, train, test, recipe)
    if folder is None:
        progress = loop.Progress()
        loop.fit(*training, progress, lambda *scalar: None, lambda: None)
    else:
        with _kept(folder, asked, learner, resume, overwrite) as (progress, log, save):
            loop.fit(*training, progress, log, save)
    return _result(progress, device_name(learner.device))


def _what_decides(
    framework: str, recipe: Recipe, train: ImageFolder, test: ImageFolder
) -> dict[str, Any]:
    """Return all that the course of a training depends on, by name."""
    asked = {
        "framework": framework,
        **asdict(recipe),
        "classes": list(train.classes),
        "image size": list(train.images.shape[1:3]),
        "training images": len(train),
        "test images": len(test),
    }
    if recipe.schedule == "constant":
        # then more epochs only come after those that are done
        del asked["epochs"]
    return asked


def _start(
    path: Path, asked: dict[str, Any], resume: bool, overwrite: bool
) -> tuple[loop.Progress, dict[str, Any] | None]:
    """Return where a training begins and the learner's state there, None at the beginning."""
    if resume and overwrite:
        raise ExperimentError("a run is either resumed or overwritten, not both; choose one")
    if resume:
        arrays, about = checkpoint.read(path)
        checkpoint.check_same(path, about["run"], asked)
        return loop.Progress(**about["progress"]), arrays
    if path.exists() and not overwrite:
        raise ExperimentError(
            f"{path} is the checkpoint of an earlier run; go on with it (--resume), remove it "
            "(--overwrite) or name another --log-dir"
        )
    return loop.Progress(), None


def _choose(device: str, num_gpus: int, label: str) -> str:
    """Return `cpu` or `gpu:0` and so on, and say in a line what `auto` chose."""
    if device == "auto":
        seen = "trains on the GPU" if num_gpus else "sees no GPU and trains on the CPU"
        print(f"{label} {seen}", flush=True)
        return "gpu:0" if num_gpus else "cpu"
    if device == "cpu":
        return device
    found = re.fullmatch(r"gpu(?::(\d+))?", device)
    if not found:
        raise ExperimentError(f"device must be auto, cpu, gpu or gpu:1 and so on, not {device!r}")
    number = int(found[1] or 0)
    if number >= num_gpus:
        seen = f"only {num_gpus}" if num_gpus else "none"
        raise ExperimentError(
            f"GPU number {number} was asked for, but {label} sees {seen}; ask for --device cpu, or "
            "install a driver and a build of the framework for GPUs"
        )
    return f"gpu:{number}"


@contextlib.contextmanager
def _kept(
    folder: Path, asked: dict[str, Any], learner: Any, resume: bool, overwrite: bool
) -> Iterator[tuple[loop.Progress, Any, Any]]:
    """Hold a folder; give the progress, and functions that write scalars and checkpoints."""
    from d2l_shim.experiments import events

    path = folder / checkpoint.NAME

    def save() -> None:
        nonlocal saved
        checkpoint.write(path, learner.state(), {"run": asked, "progress": progress.saved()})
        saved = progress.step

    def how_to_go_on() -> str:
        if not saved:
            return "there is no checkpoint yet"
        again = "the same command with --resume goes on from there"
        return f"{path} is the checkpoint after step {saved:,}: {again}"

    with alone.held(folder):
        # looked at again, since another training may have ended while the framework was loaded
        progress, state = _start(path, asked, resume, overwrite)
        saved = progress.step
        if state is not None:
            learner.load_state(state)
            print(f"resuming {path} after step {saved:,}", flush=True)
        if overwrite:
            for old in (path, *folder.glob(events.PATTERN)):
                old.unlink(missing_ok=True)
        try:
            with events.event_log(folder, progress.step) as log:
                yield progress, log, save
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"stopped after step {progress.step:,}; {how_to_go_on()}"
            ) from None
        except (DataError, ExperimentError) as error:
            raise ExperimentError(f"{error}; {how_to_go_on()}") from None


def _result(progress: loop.Progress, device: str) -> Result:
    """Print the result and return it."""
    train_loss, test_accuracy = (
        [(int(step), value) for step, value in pairs]
        for pairs in (progress.train_loss, progress.test_accuracy)
    )
    loss, train_acc, test_acc = progress.loss, progress.train_acc, test_accuracy[-1][1]
    if progress.speed is None:
        print(
            f"nothing is left to train: loss {loss:.3f}, train acc {train_acc:.3f}, "
            f"test acc {test_acc:.3f}"
        )
    else:
        print_result(loss, train_acc, test_acc, progress.speed, device)
    return Result(loss, train_acc, test_acc, progress.speed, device, train_loss, test_accuracy)
