"""Small class folders to train on, the program in a process of its own, a reader of event files."""

import sys

import pytest
from experiments.small_images import CLASSES, RECIPE, halves

from d2l_shim.experiments import write_folders


@pytest.fixture(autouse=True)
def full(monkeypatch):
    """Keep quick mode and the machine's data out of it."""
    monkeypatch.delenv("D2L_QUICK", raising=False)
    monkeypatch.delenv("D2L_DATA", raising=False)


@pytest.fixture
def folders(tmp_path):
    """Return a folder with 48 images for training and 12 for testing, to be changed at will."""
    write_folders(tmp_path / "images", *halves(), CLASSES)
    return tmp_path / "images"


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """Return such a folder that stays as it is."""
    folder = tmp_path_factory.mktemp("data") / "images"
    write_folders(folder, *halves(), CLASSES)
    return folder


@pytest.fixture(scope="session")
def program(python, needed, data):
    """Give a function that runs the program in PyTorch on the small images.

    It may run code that calls it in the program's place.
    """
    needed("pytorch")

    def run(log_dir, *args, code=None, **kwargs):
        what = ["-c", code] if code else ["-m", "d2l_shim.experiments.cifar10"]
        command = ["-W", "ignore", *what]
        command += ["--framework", "pytorch", "--device", "cpu", "--data", data]
        return python(*command, "--log-dir", log_dir, *RECIPE, *args, **kwargs)

    return run


@pytest.fixture(scope="session")
def finished(program, tmp_path_factory):
    """Return the log folder of a run that was not disturbed, and what it printed."""
    folder = tmp_path_factory.mktemp("finished")
    ended = program(folder)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr[-3000:]
    return folder, ended.stdout


@pytest.fixture
def events(monkeypatch):
    """Give a function from a folder to its scalars, step and value by tag, by TensorBoard."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    module = "tensorboard.backend.event_processing.event_accumulator"
    EventAccumulator = pytest.importorskip(module).EventAccumulator

    def read(folder):
        made = EventAccumulator(str(folder)).Reload()
        tags = made.Tags()["scalars"]
        return {tag: [(event.step, event.value) for event in made.Scalars(tag)] for tag in tags}

    return read
