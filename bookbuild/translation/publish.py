"""Puts a translated edition into the built book; files that both have are there once."""

import filecmp
import os
import posixpath
import re
import shutil
from pathlib import Path

LINK = re.compile(r'(?P<start>\b(?:href|src)=")(?P<path>[^"?#:]+)(?P<rest>[^"]*")')


def publish(built: Path, site: Path, name: str) -> None:
    """Copy a built edition to a folder of the site, without what the site has already.

    Links of its pages to such files lead to those of the site; files that a former edition had and
    this one has not go.

    Args:
        built: the folder of the edition's pages, which is left as it is.
        site: the folder of the English pages.
        name: of the edition's folder in it.
    """
    out = site / name
    files = {path.relative_to(built) for path in built.rglob("*") if path.is_file()}
    shared = {path.as_posix() for path in files if _same(built / path, site / path)}
    kept = {path for path in files if path.as_posix() not in shared}
    for old in [path for path in out.rglob("*") if path.is_file()]:
        if old.relative_to(out) not in kept:
            old.unlink()
    for path in sorted(kept):
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".html":
            text = _relink((built / path).read_text("utf8"), path.as_posix(), shared)
            (out / path).write_text(text, "utf8")
        else:
            shutil.copy2(built / path, out / path)
    for folder, _, _ in os.walk(out, topdown=False):
        if not os.listdir(folder):
            os.rmdir(folder)


def _same(one: Path, other: Path) -> bool:
    return one.suffix != ".html" and other.is_file() and filecmp.cmp(one, other, shallow=False)


def _relink(text: str, page: str, shared: set[str]) -> str:
    """Return a page whose links to shared files lead one folder further up."""
    here = posixpath.dirname(page)

    def link(match: re.Match) -> str:
        path = posixpath.normpath(posixpath.join(here, match["path"]))
        if path not in shared:
            return match[0]
        return f"{match['start']}{'../' * (page.count('/') + 1)}{path}{match['rest']}"

    return LINK.sub(link, text)
