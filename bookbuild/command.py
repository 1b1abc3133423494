"""What `python -m bookbuild` does with notebooks and translations: it makes and checks them."""

import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from bookbuild import ROOT, export
from bookbuild.notebooks import notebook_path, problem, record
from bookbuild.source import SourceError, chapters
from bookbuild.translation import notebooks as translations
from bookbuild.translation.catalogue import catalogues, extract, update
from bookbuild.translation.checks import check as wrong_in
from bookbuild.translation.editions import build_edition, editions
from d2l_shim.frameworks import BY_NAME, FRAMEWORKS


def _chosen(chapter: str | None, framework: str | None) -> list[tuple[Path, str]]:
    found = {path.parent.name: path for path in chapters()}
    if chapter and chapter not in found:
        raise SourceError(f"there is no chapter {chapter}; the book has {', '.join(found)}")
    paths = [found[chapter]] if chapter else found.values()
    return [(path, name) for path in paths for name in ([framework] if framework else BY_NAME)]


def list_all(chapter: str | None, framework: str | None, installed: bool) -> None:
    jobs = _chosen(chapter, framework)
    jobs = [job for job in jobs if not installed or find_spec(BY_NAME[job[1]].module)]
    if not jobs:
        raise RuntimeError(f"{framework or 'No framework'} is not installed")
    print(*(notebook_path(*job).relative_to(ROOT).as_posix() for job in jobs), sep="\n")


def check(chapter: str | None, framework: str | None) -> int:
    """Print each notebook that does not match its source, and each file of saved code."""
    failures, jobs = 0, _chosen(chapter, framework)
    for job in jobs:
        found = [problem(*job), *(translations.problem(one, *job) for one in editions().values())]
        failures += _tell(next(filter(None, found), ""))
    failures += sum(_tell(export.problem(one)) for one in FRAMEWORKS)
    if not failures:
        print(f"{len(jobs)} notebooks match their sources")
    return min(failures, 1)


def _tell(sentence: str) -> bool:
    if sentence:
        print(sentence, file=sys.stderr)
    return bool(sentence)


def record_all(chapter: str | None, framework: str | None, force: bool) -> int:
    """Bring notebooks up to date; one that fails does not keep the others from it."""
    failures = 0
    for path, name in _chosen(chapter, framework):
        begin, shown = time.perf_counter(), notebook_path(path, name).name
        try:
            done = record(path, name, force=force)
            print(f"{shown}: {done} in {time.perf_counter() - begin:.0f} s", flush=True)
            for edition in editions().values():
                done = translations.record(edition, path, name)
                print(f"{edition.name}/{shown}: {done}", flush=True)
        except (RuntimeError, ValueError) as error:
            failures += _tell(str(error))
    return min(failures, 1)


def translate() -> None:
    for edition in editions().values():
        update(edition)


def build_translations() -> int:
    return max(map(build_edition, editions().values()), default=0)


def check_translations(files: list[Path], complete: bool) -> int:
    """Print what is wrong; where a catalogue may be behind, only that it is, one line a file."""
    status = 0
    for edition in editions().values():
        paths = [path.resolve() for path in files] or catalogues(edition)
        paths = [path for path in paths if edition.catalogues in path.parents]
        found = list(wrong_in(edition, paths, None if files else extract(edition.root)))
        wrong = [one.sentence for one in found if complete or not one.behind]
        behind = Counter(one.file for one in found if one.behind)
        for sentence in wrong:
            print(sentence)
        for file, count in () if complete else behind.items():
            print(f"{file} is behind the English text ({count} messages), which is shown instead")
        if not found:
            print(f"{len(paths)} catalogues of {edition.language} hold what their sources hold")
        status |= bool(wrong)
    return status
