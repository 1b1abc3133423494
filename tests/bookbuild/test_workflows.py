"""Continuous integration: every job ends, and every Python that README names is tried."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
JOBS = {
    f"{path.stem}: {name}": job
    for path in (ROOT / ".github/workflows").glob("*.yml")
    for name, job in yaml.safe_load(path.read_text("utf8"))["jobs"].items()
}


def test_every_job_has_a_limit():
    assert len(JOBS) > 6
    assert [name for name, job in JOBS.items() if job.get("timeout-minutes", 999) > 120] == []
    assert re.search(r"^timeout .* make test ", (ROOT / ".ci/run").read_text("utf8"), re.MULTILINE)


def test_every_python_that_readme_names_is_tried():
    first, last = re.search(
        r"Python 3\.(\d+) to 3\.(\d+)", (ROOT / "README.md").read_text()
    ).groups()
    named = [f"3.{minor}" for minor in range(int(first), int(last) + 1)]
    assert len(named) > 2
    for job in ("book: tests", "book: book"):
        assert JOBS[job]["strategy"]["matrix"]["python"] == named


def test_what_is_untried_is_called_so_and_may_fail():
    job = JOBS["book: untried"]
    assert job["name"].startswith("untried: ") and job["continue-on-error"] is True
    assert "untried" not in JOBS["book: publish"]["needs"]
