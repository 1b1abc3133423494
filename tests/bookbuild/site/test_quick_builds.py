"""A build after an edit is quick because of what it leaves out; nobody here looks at a clock."""

import os
import subprocess
import sys
from pathlib import Path

from bookbuild.source import ROOT

NEEDLESS = ("griffe", "griffe2md", "matplotlib", "numpy", "resvg_py")
# a finder in front of all others: what it finds is not loaded but an error
REFUSE = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name in {NEEDLESS}:
            raise AssertionError("the build imports " + name)
sys.meta_path.insert(0, Refuse())
"""
SEARCHES = """
import atexit, gc
searches = []
gc.callbacks.append(lambda phase, info: searches.append(phase))
atexit.register(lambda: print(len(searches), gc.get_freeze_count() > 200_000))
from bookbuild.site.quick_builds import setup
gc.collect()
searches.clear()
setup(None)
kept = [[] for _ in range(200_000)]
"""


def build(book: Path, *places: Path) -> subprocess.CompletedProcess:
    command = Path(sys.executable).with_name("jupyter-book")
    return subprocess.run(
        [command, "build", book, "-W", "-n", "--keep-going", "--quiet"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*places, ROOT]))},
        capture_output=True,
        text=True,
        timeout=900,
    )


def test_a_build_after_an_edit_loads_nothing_that_draws_or_documents(noted, chapter, tmp_path):
    done = build(noted)
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(REFUSE)
    chapter.write_text(chapter.read_text() + "\n")
    done = build(noted, site)
    assert done.returncode == 0, done.stderr


def test_python_searches_for_garbage_rarely_and_not_at_the_end():
    done = subprocess.run(
        [sys.executable, "-c", SEARCHES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0 True\n"
