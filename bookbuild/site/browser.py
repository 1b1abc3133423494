"""Finds and starts the system's Chromium, for the PDF, measurements and tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"  # the same engine without windows, for two thirds of the work
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def find_chromium(whole: bool = False) -> str:
    """Returns the path of the system's Chromium or Chrome, or '' if there is none.

    Its headless shell will do, but for the `whole` one, which keeps pages that one leaves.
    """
    names = NAMES if whole else (SHELL, *NAMES)
    return next(filter(None, map(shutil.which, names)), "")


@contextmanager
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if not path:
        raise RuntimeError("There is no Chromium here (on Debian and Ubuntu: install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        yield browser
        browser.close()
