"""A test that asks for `backend` runs once a framework, in a process that holds no other.

A process can hold one framework only. So pytest keeps a process of its own kind for each, hands it
the tests that ask for `backend`, one at a time, and reports what became of them.
`pytest --framework pytorch tests` runs those of one framework alone, in the process that was
started, as a debugger wants it.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import Client, Listener
from pathlib import Path

import pytest

from d2l_shim.frameworks import BY_NAME

ROOT = Path(__file__).parents[1]
KERAS_2 = "keras2"  # TensorFlow as programs see it that ask for legacy Keras
FRAMEWORKS = [*BY_NAME, KERAS_2]
ADDRESS = "D2L_TESTS_ADDRESS"  # where the process listens that asks
PROCESSES, ASKED_BY = pytest.StashKey(), pytest.StashKey()


def pytest_addoption(parser):
    parser.addoption("--framework", choices=FRAMEWORKS, help="run the tests of one framework, here")


def pytest_configure(config):
    config.addinivalue_line("markers", "frameworks(*names): those that a test is for, if not all")
    config.stash[PROCESSES] = {}
    if name := config.getoption("framework"):
        os.environ |= {"D2L_QUICK": "1", "MPLBACKEND": "agg"}
        if name == KERAS_2:
            os.environ["TF_USE_LEGACY_KERAS"] = "1"
    if address := os.environ.pop(ADDRESS, None):
        config.stash[ASKED_BY] = Client(address)


def missing(name):
    """Return why tests of a framework cannot run here, or nothing."""
    needed = "tf_keras" if name == KERAS_2 else BY_NAME[name].module
    return "" if importlib.util.find_spec(needed) else f"{needed} is not installed"


def pytest_generate_tests(metafunc):
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("framework")
        marker = metafunc.definition.get_closest_marker("frameworks")
        params = [
            pytest.param(name, marks=pytest.mark.skipif(bool(missing(name)), reason=missing(name)))
            for name in (marker.args if marker else BY_NAME)
            if chosen in (name, None)
        ]
        metafunc.parametrize("backend", params, indirect=True, scope="module")


def framework_of(item):
    """Return the framework of a test that asks for `backend`, or None."""
    name = item.callspec.params.get("backend") if hasattr(item, "callspec") else None
    return name if name in FRAMEWORKS else None


def pytest_collection_modifyitems(config, items):
    if config.getoption("framework"):
        config.hook.pytest_deselected(items=[item for item in items if not framework_of(item)])
        items[:] = filter(framework_of, items)


@pytest.fixture(scope="module")
def backend(request):
    """Give what differs between frameworks, for the one that this process holds."""
    from backend import load

    return load(request.param)


@pytest.fixture(scope="session")
def needed():
    """Give a function that skips a test where a framework is not installed."""

    def needed(name):
        if missing(name):
            pytest.skip(missing(name))

    return needed


@pytest.fixture(scope="session")
def in_process_of(request, needed):
    """Give a function that lets a framework's process call a function with its backend."""

    def call(name, function, *args):
        needed(name)
        ((value, error),) = process_of(name, request.session).ask(function, args)
        assert not error, f"in the process of {name}:\n{error}"
        return value

    return call


@pytest.fixture(scope="session")
def python():
    """Give a function that runs Python with this tree, and returns it then or while it runs."""

    def run(*args, wait=True, env=None, **kwargs):
        env = os.environ | {"PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE"} | (env or {})
        told = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | kwargs
        start = subprocess.run if wait else subprocess.Popen
        return start([sys.executable, *map(str, args)], env=env, **told)

    return run


# what the process does that was started


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    name, config, hook = framework_of(item), item.config, item.ihook
    if not name or config.getoption("framework") or missing(name):
        return None
    same = nextitem is not None and nextitem.path == item.path and framework_of(nextitem) == name
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    try:
        process = process_of(name, item.session)
        for data in process.ask(item.nodeid, nextitem.nodeid if same else None):
            report = hook.pytest_report_from_serializable(config=config, data=data)
            hook.pytest_runtest_logreport(report=report)
    except EndedError as error:
        about = (item.nodeid, item.location, {}, "failed", str(error), "call")
        hook.pytest_runtest_logreport(report=pytest.TestReport(*about))
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    # what the test before has left for this one, which has not run here
    item.session._setupstate.teardown_exact(nextitem)
    return True


def process_of(name, session):
    processes = session.config.stash[PROCESSES]
    if name not in processes or processes[name].popen.poll() is not None:
        files = {str(item.path) for item in session.items if framework_of(item)}
        processes[name] = Process(name, files or {__file__})
    return processes[name]


def pytest_unconfigure(config):
    processes = config.stash[PROCESSES].values()
    for process in processes:
        process.connection.close()
    for process in processes:
        process.popen.wait()


class EndedError(Exception):
    """A process ended before it had answered."""


class Process:
    """A pytest that holds one framework, and does what it is asked."""

    def __init__(self, name, files):
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115 (as long as the process)
        options = ["--framework", name, "-p", "no:terminal", "-p", "no:cacheprovider"]
        with Listener() as listener:  # a pipe or a socket, as the system has it
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "pytest", *options, *sorted(files)],
                env=os.environ | {ADDRESS: listener.address},
                stdout=self.output,
                stderr=self.output,
            )
            threading.Thread(target=self._end, args=[listener.address], daemon=True).start()
            self.connection = listener.accept()

    def _end(self, address):
        """Call where nobody may have called: the process could have ended before it did."""
        self.popen.wait()
        with suppress(OSError):
            Client(address).close()

    def ask(self, *what):
        """Yield what it answers."""
        try:
            self.connection.send(what)
            while (answer := self.connection.recv()) is not None:
                yield answer
        except (EOFError, OSError):
            code = self.popen.wait()
            self.output.seek(0)
            said = f"{self.popen.args} ended with {code}\n{self.output.read()[-3000:]}"
            raise EndedError(said) from None


# what the process of a framework does


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    asked_by = session.config.stash.get(ASKED_BY, None)
    if asked_by is None:
        return None
    session.config.pluginmanager.register(Answers(session.config, asked_by))
    items = {item.nodeid: item for item in session.items}
    while True:
        try:
            what, about = asked_by.recv()
        except EOFError:
            return True
        if callable(what):
            asked_by.send(answer(what, session.config.getoption("framework"), *about))
        else:
            item, following = items[what], items.get(about)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        asked_by.send(None)


class Answers:
    """Sends the reports of the tests that run here."""

    def __init__(self, config, asked_by):
        self.config, self.asked_by = config, asked_by

    def pytest_runtest_logreport(self, report):
        to_serializable = self.config.hook.pytest_report_to_serializable
        self.asked_by.send(to_serializable(config=self.config, report=report))


def answer(function, name, *args):
    from backend import load

    try:
        return function(load(name), *args), None
    except Exception:
        return None, traceback.format_exc()
