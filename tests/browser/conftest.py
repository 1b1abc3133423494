"""The built book, served to the system's Chromium."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookbuild.source import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Drives the system's Chromium; Playwright's own cannot be downloaded everywhere."""
    found = [path for path in map(shutil.which, NAMES) if path]
    if not found and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine (on Debian and Ubuntu: install chromium)")
    assert found, "CI must install Chromium, see .ci/run"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": found[0], "args": quiet}


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Builds the book and returns where it is served; pytest-playwright resolves pages from it."""
    command = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [command, "build", ROOT, "-W", "-n", "--keep-going", "--quiet"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    handler = functools.partial(_Handler, directory=ROOT / "_build/html")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
