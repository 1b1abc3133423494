"""What `python -m bookbuild` does for translators: it updates, checks and builds."""

from collections import Counter
from pathlib import Path

from bookbuild.translation.catalogue import catalogues, extract, update
from bookbuild.translation.checks import check
from bookbuild.translation.editions import build_edition, editions


def translate() -> None:
    for edition in editions().values():
        update(edition)


def build_all() -> int:
    return max(map(build_edition, editions().values()), default=0)


def check_all(files: list[Path], complete: bool) -> int:
    """Print what is wrong; where a catalogue may be behind, only that it is, one line a file."""
    status = 0
    for edition in editions().values():
        paths = [path.resolve() for path in files] or catalogues(edition)
        paths = [path for path in paths if edition.catalogues in path.parents]
        found = list(check(edition, paths, None if files else extract(edition.root)))
        wrong = [problem for problem in found if complete or not problem.behind]
        behind = Counter(problem.file for problem in found if problem.behind)
        for problem in wrong:
            print(problem.sentence)
        for file, count in () if complete else behind.items():
            print(f"{file} is behind the English text ({count} messages), which is shown instead")
        if not found:
            print(f"{len(paths)} catalogues of {edition.language} hold what their sources hold")
        status |= bool(wrong)
    return status
