"""Continuous integration and hooks: every job ends, every Python is tried, nothing is fetched."""

import re

import yaml

from bookbuild import ROOT

JOBS = {
    f"{path.stem}: {name}": job
    for path in (ROOT / ".github/workflows").glob("*.yml")
    for name, job in yaml.safe_load(path.read_text("utf8"))["jobs"].items()
}


def test_every_job_has_a_limit():
    assert len(JOBS) > 6
    limits = {name: job.get("timeout-minutes", 999) for name, job in JOBS.items()}
    own = [name for name in JOBS if "uses" not in JOBS[name]]  # others have that of their workflow
    assert [name for name in own if limits[name] > 120] == []
    assert re.search(r"^timeout .* make test ", (ROOT / ".ci/run").read_text("utf8"), re.MULTILINE)


def test_every_python_that_readme_names_is_tried():
    readme = (ROOT / "README.md").read_text("utf8")
    first, last = re.search(r"Python 3\.(\d+) to 3\.(\d+)", readme).groups()
    named = [f"3.{minor}" for minor in range(int(first), int(last) + 1)]
    assert len(named) > 2
    for job in ("book: tests", "book: book"):
        assert JOBS[job]["strategy"]["matrix"]["python"] == named


def test_what_is_untried_is_called_so_and_may_fail():
    job = JOBS["book: untried"]
    assert job["name"].startswith("untried: ") and job["continue-on-error"] is True
    assert "untried" not in JOBS["book: publish"]["needs"]


def test_a_release_waits_for_what_every_change_is_tested_by():
    called, asked = JOBS["release: book"], set()
    assert JOBS["release: release"]["needs"] == "book"
    for name, job in JOBS.items():
        if name.startswith("book: "):
            asked |= job.get("permissions", {}).items()
    assert called["uses"] == "./.github/workflows/book.yml"
    assert asked <= called["permissions"].items(), "or GitHub starts none of the jobs"


def test_nothing_is_fetched_for_a_hook():
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf8"))["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system" and hook["entry"].startswith(".venv/bin/"), hook["id"]
