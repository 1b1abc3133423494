"""Finds the system's Chromium and says how the book's tests and measurements start it."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def find_chromium() -> str:
    """Returns the path of the system's Chromium or Chrome, or '' if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")
