"""Makes the skeleton of a new chapter: prose to fill in, code cells in a tab a framework."""

import re
from pathlib import Path

import jinja2
import yaml

from bookbuild import ROOT
from bookbuild.machine import rewrite
from bookbuild.source import SourceError, chapters
from d2l_shim.frameworks import FRAMEWORKS

SKELETON = Path(__file__).with_name("skeleton.md.jinja")


def new(slug: str, title: str, part: str = "", root: Path = ROOT) -> None:
    """Writes `chapters/<slug>/index.md`, the last chapter of a part if one is named."""
    page, toc = f"chapters/{slug}/index", root / "_toc.yml"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise SourceError(f"{slug!r} is no name for a folder: use a-z, 0-9 and single hyphens")
    if not title.strip() or not title.isprintable():
        raise SourceError(f"a chapter's title is one line of text, not {title!r}")
    if (root / page).parent.exists():
        raise SourceError(f"chapters/{slug} is there already; choose another name or remove it")
    contents, known = toc.read_text("utf8"), chapters(root)
    last = {
        found["caption"]: chapter["file"]
        for found in yaml.safe_load(contents)["parts"]
        for chapter in found["chapters"]
        if root / f"{chapter['file']}.md" in known
    }
    if part not in ("", *last):
        raise SourceError(f"no part with chapters is called {part!r}; there are {[*last]}")
    text = jinja2.Template(SKELETON.read_text("utf8"), keep_trailing_newline=True).render(
        slug=slug, title=title, frameworks=FRAMEWORKS
    )
    rewrite(root / f"{page}.md", text)
    step = f"add `- file: {page}` to a part of _toc.yml"
    if part:
        entry = re.compile(rf"^( *- file: ){re.escape(last[part])}$", re.MULTILINE)
        rewrite(toc, entry.sub(rf"\g<0>\n\g<1>{page}", contents))
        step = f"it is the last chapter of {part!r} in _toc.yml"
    print(
        f"{page}.md is written; {step}. Fill in each TODO, then run `make record`: it runs the new "
        "cells, and gives later chapters their new numbers without running them."
    )
