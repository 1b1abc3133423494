"""The hooks of .pre-commit-config.yaml, on a copy of the repository: each finds what it should."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf8"))
HOOKS = [hook["id"] for repository in CONFIG["repos"] for hook in repository["hooks"]]


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """Returns a repository with the files that this one has, and its environment."""
    copy = tmp_path_factory.mktemp("hooks") / "book"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():  # not one that was removed since the last commit
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    subprocess.run(["git", "init", "--quiet", copy], check=True)
    (copy / ".git/info/exclude").write_text(".venv\n")
    return copy


def run(repository: Path, *chosen: str) -> subprocess.CompletedProcess:
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    command = [Path(sys.executable).with_name("pre-commit"), "run", "--all-files", "--color=never"]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_"))
    }
    environment["PRE_COMMIT_HOME"] = str(repository.parent / "cache")
    return subprocess.run(
        [*command, *chosen], cwd=repository, env=environment, capture_output=True, text=True
    )


def test_all_hooks_pass_and_none_is_skipped(repository):
    done = run(repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"\.Passed$", done.stdout, re.MULTILINE)) == len(HOOKS)


@pytest.mark.parametrize(
    ("hook", "name", "old", "new", "said"),
    [
        ("ruff-check", "a.py", None, "import os\n", "`os` imported but unused"),
        ("ruff-format", "a.py", None, "x = 'one'\n", "1 file would be reformatted"),
        (
            "bookbuild-check",
            "chapters/vgg/vgg-paddle.ipynb",
            '"execution_count": 2,',
            '"execution_count": 3,',
            "vgg-paddle.ipynb: its outputs are not those that were recorded",
        ),
        (
            "bookbuild-check",
            "chapters/vgg/index.md",
            "After this chapter you can",
            "After that chapter you can",
            "vgg-mxnet.ipynb: prose or comments differ from its source",
        ),
        ("check-added-large-files", "a.bin", None, "0" * 600_000, "a.bin (586 KB) exceeds 500 KB"),
        (
            "check-merge-conflict",
            "a.md",
            None,
            "<" * 7 + " HEAD\n",
            "a.md:1: Merge conflict string",
        ),
        ("end-of-file-fixer", "a.md", None, "text", "Fixing a.md"),
        ("trailing-whitespace", "a.md", None, "text \n", "Fixing a.md"),
        ("check-yaml", "a.yml", None, "a: [1\n", "while parsing a flow sequence"),
    ],
)
def test_each_hook_finds_what_it_is_for(repository, hook, name, old, new, said):
    path = repository / name
    before = path.read_text("utf8") if old else None
    path.write_text(before.replace(old, new, 1) if before else new, "utf8")
    try:
        done = run(repository, hook)
        assert done.returncode == 1
        assert said in done.stdout
    finally:
        if before:
            path.write_text(before, "utf8")
        else:
            path.unlink()


def test_nothing_is_fetched_for_a_hook():
    assert [repository["repo"] for repository in CONFIG["repos"]] == ["local"]
    hooks = CONFIG["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
