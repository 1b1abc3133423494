"""The book's editions: English, and one for each `locale/<language>/config.yml`; builds one."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bookbuild.source import ROOT
from bookbuild.translation.publish import publish


class Edition(NamedTuple):
    """A language of the book.

    Attributes:
        name: the folder that holds its pages and, beside a chapter, its notebooks: `zh`.
        language: what Sphinx and gettext call it: `zh_CN`.
        changed: the Sphinx settings in which it differs from `_config.yml`.
        root: the folder of the book.
    """

    name: str
    language: str
    changed: dict[str, Any]
    root: Path

    @property
    def catalogues(self) -> Path:
        """The folder of its catalogues, one a page."""
        return self.root / "locale" / self.language / "LC_MESSAGES"

    def catalogue(self, page: str) -> Path:
        """Return the catalogue of a page, named as in the table of contents."""
        return self.catalogues / f"{page}.po"

    def __hash__(self) -> int:
        return hash((self.name, self.root))


def editions(root: Path = ROOT) -> dict[str, Edition]:
    """Return the translated editions by name."""
    found = {}
    for path in sorted(root.glob("locale/*/config.yml")):
        changed = yaml.safe_load(path.read_text("utf8"))
        name = changed.pop("folder")
        found[name] = Edition(name, changed["language"], changed, root)
    return found


def remembered(out: Path) -> Path:
    """Return the folder of what Sphinx remembers of a build into `out`."""
    return out.parent / f".doctrees-{out.name}"


def build_edition(edition: Edition) -> int:
    """Build an edition into its folder of the built book, and return the exit status."""
    built = edition.root / "_build" / edition.name / "html"
    status = build(edition.root, built, {"book_edition": edition.name, **edition.changed})
    if not status:
        publish(built, edition.root / "_build" / "html", edition.name)
    return status


def build(root: Path, out: Path, changed: dict[str, Any], builder: str = "html") -> int:
    """Build the book as `jupyter-book build -W -n --keep-going --quiet` does, elsewhere.

    Args:
        root: the folder of the book.
        out: the folder of the result.
        changed: Sphinx settings that differ from `_config.yml`.
        builder: Sphinx's name of the builder.

    Returns:
        The exit status: 0, or another number if there was a warning.
    """
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
        doctreedir=remembered(out),
        builder=builder,
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    return done if isinstance(done, int) else 1
