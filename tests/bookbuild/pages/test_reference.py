import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bookbuild.source import ROOT
from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.names import public_names

MODULES = [framework.module for framework in FRAMEWORKS]
# a finder in front of all others: what it finds is not loaded but an error
NO_FRAMEWORK = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name in {(*MODULES, "keras")}:
            raise AssertionError("the build imports " + name)
sys.meta_path.insert(0, Refuse())
"""


BUILD = """
import sys
from jupyter_book.cli.main import main
main(["build", sys.argv[1], "-W", "-n", "--keep-going", "--quiet"])
"""


def heading(name: str) -> str:
    return f'<span class="pre">{name}</span></code><a class="headerlink"'


@pytest.fixture
def built(book: Path, tmp_path: Path):
    """Returns a function that builds a book with a page of this text and returns its HTML."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(NO_FRAMEWORK)
    (book / "_toc.yml").write_text("format: jb-book\nroot: index\n")

    def build(text: str) -> str:
        (book / "index.md").write_text(f"# Reference\n\n{text}\n")
        done = subprocess.run(
            [sys.executable, "-c", BUILD, book],
            env={**os.environ, "PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr
        return (book / "_build/html/index.html").read_text("utf8")

    return build


def test_pages_show_what_docstrings_say_and_load_no_framework(built):
    shown = built("\n\n".join(f"```{{reference}} {module}\n```" for module in MODULES))
    for name in ("corr2d", "train_ch6", "Residual", "evaluate_accuracy_gpu", "one_cycle"):
        assert shown.count(heading(name)) == len(MODULES), name
    text = html.unescape(re.sub(r"<[^>]+>", "", shown))
    assert "train_ch6(net_fn, train_iter, test_iter, num_epochs, lr, device=None" in text
    assert "resize (int | tuple[int, int] | None) \N{EN DASH} new side in pixels" in text
    assert "ValueError \N{EN DASH} num_epochs is under 1" in text
    assert ">>> d2l.numpy(d2l.corr2d(X, K)).tolist()\n[[19.0, 25.0], [37.0, 43.0]]" in text
    assert heading("abs") not in shown, "the framework's own, without a docstring of ours"
    assert "_updater" not in text
    assert not re.search(r'href="#(typing|int|d2l_shim)', shown)


def test_the_table_of_names_is_a_table(built):
    shown = built("```{reference} names\n```")
    rows = re.findall(r"<tr.*?</tr>", shown, re.S)
    assert len(rows) == 1 + len(set().union(*map(public_names, MODULES)))
    assert all(row.count("<t") == 6 for row in rows)
