"""The built book, served to the system's Chromium."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from bookbuild.source import ROOT
from booksite.browser import FLAGS, find_chromium
from booksite.server import serving


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Drives the system's Chromium; Playwright's own cannot be downloaded everywhere."""
    if not find_chromium() and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine (on Debian and Ubuntu: install chromium)")
    assert find_chromium(), "CI must install Chromium, see .ci/run"
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": [*FLAGS]}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Builds both editions, once for all processes of a run, and returns the folder of its HTML."""
    # a process of several has its folder in the run's
    run = tmp_path_factory.getbasetemp().parent
    with FileLock(run / "book.lock"):
        if worker_id == "master" or not (run / "book.built").exists():
            english = Path(sys.executable).with_name("jupyter-book")
            for command in (
                [english, "build", ".", "-W", "-n", "--keep-going", "--quiet"],
                [sys.executable, "-m", "booktext", "build"],
            ):
                told = {"cwd": ROOT, "capture_output": True, "text": True}
                done = subprocess.run(command, timeout=900, **told)
                assert done.returncode == 0, done.stderr
            (run / "book.built").touch()
    return ROOT / "_build/html"


@pytest.fixture(scope="session")
def base_url(built: Path) -> Iterator[str]:
    """Returns where the built book is served; pytest-playwright resolves pages from it."""
    with serving(built) as address:
        yield address
