"""Lighthouse on the ResNet page, as a phone and as a desktop: `make lighthouse` runs this.

Scores depend on how busy the machine is, so that each is the median of three runs, and `make test`
leaves this out. It needs Node 18.20 or newer beside Chromium.
"""

import json
import os
import statistics
import subprocess
from pathlib import Path

import pytest

from bookbuild.site.browser import FLAGS, find_chromium
from bookbuild.site.server import serving
from bookbuild.source import ROOT

HERE = Path(__file__).parent
PAGE = "chapters/resnet/index.html"
CATEGORIES = ("performance", "accessibility", "best-practices")
RUNS, LEAST = 3, 95


def scores(address: str, form: str) -> dict[str, int]:
    command = [
        HERE / "node_modules/.bin/lighthouse",
        address,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
        *(["--preset=desktop"] if form == "desktop" else []),
    ]
    environment = {**os.environ, "CHROME_PATH": find_chromium(whole=True)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}


@pytest.mark.parametrize("form", ["phone", "desktop"])
def test_lighthouse_gives_the_page_95_and_more(form: str, capsys: pytest.CaptureFixture):
    with serving(ROOT / "_build/html") as base:
        runs = [scores(base + PAGE, form) for _ in range(RUNS)]
    medians = {name: statistics.median(run[name] for run in runs) for name in CATEGORIES}
    with capsys.disabled():
        for name in CATEGORIES:
            print(f"\n{form:8} {name:15} {medians[name]}  of {[run[name] for run in runs]}", end="")
    assert min(medians.values()) >= LEAST, medians
