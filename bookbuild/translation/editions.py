"""The book's editions: English, and one for each `locale/<language>/config.yml`; builds one."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bookbuild.source import ROOT


class Edition(NamedTuple):
    """A language of the book."""

    name: str  # the folder of its pages and, beside a chapter, of its notebooks: `zh`
    language: str  # what Sphinx and gettext call it: `zh_CN`
    changed: dict[str, Any]  # the Sphinx settings in which it differs from `_config.yml`
    root: Path

    @property
    def catalogues(self) -> Path:
        return self.root / "locale" / self.language / "LC_MESSAGES"

    def catalogue(self, page: str) -> Path:
        """Return the catalogue of a page, named as in the table of contents."""
        return self.catalogues / f"{page}.po"

    def __hash__(self) -> int:
        return hash((self.name, self.root))


def editions(root: Path = ROOT) -> dict[str, Edition]:
    found = {}
    for path in sorted(root.glob("locale/*/config.yml")):
        changed = yaml.safe_load(path.read_text("utf8"))
        name = changed.pop("folder")
        found[name] = Edition(name, changed["language"], changed, root)
    return found


def build_edition(edition: Edition) -> int:
    """Build an edition into its folder of the built book, and return the exit status."""
    root, name = edition.root, edition.name
    out, known = root / "_build/html" / name, root / f"_build/.doctrees-{name}"
    return build(root, out, known, {"book_edition": name, **edition.changed})


def build(root: Path, out: Path, known: Path, changed: dict, builder: str = "html") -> int:
    """Build as `jupyter-book build -W -n --keep-going --quiet` does; 0 if all is well."""
    # imported here, since it takes a second that other commands need not spend
    from jupyter_book.sphinx import build_sphinx

    needed = {
        "external_toc_path": (root / "_toc.yml").as_posix(),
        "latex_individualpages": False,
        "nitpicky": True,
    }
    done = build_sphinx(
        root,
        out,
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides=needed | changed,
        doctreedir=known,
        builder=builder,
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    return done if isinstance(done, int) else 1
