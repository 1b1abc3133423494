"""Makes the skeleton of a new chapter: prose to fill in, code cells in a tab a framework."""

import os
import re
from collections import Counter
from pathlib import Path

import jinja2
import yaml

from bookbuild.machine import replacing
from bookbuild.source import ROOT, SourceError, chapters, labels, read
from d2l_shim.frameworks import FRAMEWORKS

SKELETON = Path(__file__).with_name("skeleton.md.jinja")


def new(slug: str, title: str, part: str = "", root: Path = ROOT) -> str:
    """Writes `chapters/<slug>/index.md`, all or nothing, and returns what to do next.

    Args:
        slug: name of the folder and, behind `sec-`, of the chapter's label.
        title: the chapter's heading.
        part: the part of the book that gets the chapter as its last one; without it the
            table of contents stays as it is.

    Raises:
        SourceError: the slug, title or part cannot be used, or the folder is there.
    """
    folder, toc = root / "chapters" / slug, root / "_toc.yml"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise SourceError(f"{slug!r} is no name for a folder: use a-z, 0-9 and single hyphens")
    if not title.strip() or not title.isprintable():
        raise SourceError(f"a chapter's title is one line of text, not {title!r}")
    if folder.exists():
        raise SourceError(f"chapters/{slug} is there already; choose another name or remove it")
    label = labels(root).get(f"sec-{slug}")
    if label:
        raise SourceError(f"{label.page}.md has the label sec-{slug}; choose another name")
    contents = _with_chapter(toc.read_text("utf8"), part, slug, root) if part else ""
    template = jinja2.Template(
        SKELETON.read_text("utf8"), undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    text = template.render(slug=slug, title=title, frameworks=FRAMEWORKS, imports=_imports(root))
    partial = folder.with_name(f".{slug}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    (partial / "index.md").write_text(text, "utf8")
    os.rename(partial, folder)
    if part:
        with replacing(toc) as partial:
            partial.write_text(contents, "utf8")
        step = f"it is the last chapter of {part!r} in _toc.yml"
    else:
        step = f"add `- file: chapters/{slug}/index` to a part of _toc.yml"
    return (
        f"chapters/{slug}/index.md is written; {step}. Fill in each TODO, then run `make record`: "
        "it runs the new cells, and gives later chapters their new numbers without running them."
    )


def _with_chapter(toc: str, part: str, slug: str, root: Path) -> str:
    """Returns the table of contents with the chapter behind the last one of a part."""
    places = {}
    for found in yaml.safe_load(toc)["parts"]:
        files = [page["file"] for page in found["chapters"]]
        places[found["caption"]] = [file for file in files if root / f"{file}.md" in chapters(root)]
    if not places.get(part):
        named = ", ".join(repr(caption) for caption, files in places.items() if files)
        raise SourceError(f"no part with chapters is called {part!r}; there are {named}")
    entry = re.compile(rf"^( *- file: ){re.escape(places[part][-1])}[^\n]*$", re.MULTILINE)
    return entry.sub(rf"\g<0>\n\g<1>chapters/{slug}/index", toc, count=1)


def _imports(root: Path) -> dict[str, str]:
    """Returns each framework's first cell with an import, as most chapters have it."""
    seen: dict[str, Counter[str]] = {framework.name: Counter() for framework in FRAMEWORKS}
    for chapter in chapters(root):
        first: dict[str, str] = {}
        for cell in read(chapter.read_text("utf8"), chapter, root).cells:
            if "import" in cell.source and "framework" in cell.metadata:
                first.setdefault(cell.metadata.framework, cell.source)
        for name, source in first.items():
            seen[name][source] += 1
    for framework in FRAMEWORKS:
        if not seen[framework.name]:
            module = framework.module
            seen[framework.name][f"import {module}\n\nfrom d2l_shim import {module} as d2l"] = 1
    return {name: sources.most_common(1)[0][0] for name, sources in seen.items()}
