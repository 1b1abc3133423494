"""The built book, served to the system's Chromium."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from filelock import FileLock
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bookbuild.site.browser import FLAGS, find_chromium
from bookbuild.site.server import serving
from bookbuild.source import ROOT

LONG = 90_000  # milliseconds after which something is missing, on a busy machine too
expect.set_options(timeout=LONG)


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
                [sys.executable, "-m", "bookbuild", "build-translations"],
            ):
                told = {"cwd": ROOT, "capture_output": True, "text": True}
                done = subprocess.run(command, timeout=900, **told)
                assert done.returncode == 0, done.stderr
            (run / "book.built").touch()
    return ROOT / "_build/html"


@pytest.fixture(scope="session")
def base_url(built: Path) -> Iterator[str]:
    with serving(built) as address:
        yield address


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Returns what opens a browser's window that waits long, also for `page` and `context`."""

    def patient(**options) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(LONG)
        return context

    return patient


@pytest.fixture(scope="session")
def chosen() -> Callable[[Page], list[str]]:
    """Returns what tells the framework that each set of tabs on a page shows."""
    names = "labels => labels.map(label => label.dataset.syncId)"
    return lambda page: page.locator(".sd-tab-set > input:checked + label").evaluate_all(names)


class Reader(NamedTuple):
    """Who uses a page: `act` clicks, taps or presses Enter on a control."""

    page: Page
    means: str

    def act(self, control: Locator) -> None:
        if self.means == "key":
            control.focus()
            self.page.keyboard.press("Enter")
        else:
            (control.tap if self.means == "tap" else control.click)()

    def close(self, dialog: Locator) -> None:
        """Closes a dialog by a place beside it, or by Escape."""
        if self.means == "key":
            self.page.keyboard.press("Escape")
        else:
            box, size = dialog.bounding_box(), self.page.viewport_size
            x = 5 if box["x"] > 10 else size["width"] - 5
            beside = self.page.touchscreen.tap if self.means == "tap" else self.page.mouse.click
            beside(x, size["height"] - 5)
        expect(dialog).to_be_hidden()


@pytest.fixture
def reader(new_context, width: int, means: str) -> Reader:
    """Returns who uses a page of a width by `click`, `tap` or `key`."""
    context = new_context(
        viewport={"width": width, "height": 800},
        has_touch=means == "tap",
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    return Reader(context.new_page(), means)
