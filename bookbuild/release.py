"""Checks version, changelog, tag and translations, and puts the files of a release into dist/.

`make release VERSION=0.2.0` builds the book and runs this; CONTRIBUTING.md says what comes before
and after.
"""

import argparse
import datetime
import re
import shutil
import subprocess
import sys
from pathlib import Path

import d2l_shim
from bookbuild.translation.catalogue import catalogues, extract
from bookbuild.translation.checks import check
from bookbuild.translation.editions import editions

ROOT = Path(__file__).resolve().parent.parent
SECTION = re.compile(r"^## \[(?P<name>[^]]+)\](?: - (?P<date>\S+))?[ \t]*$", re.MULTILINE)
UNRELEASED = "Unreleased"


def sections(changelog: str) -> dict[str, tuple[str, str]]:
    """Returns the date and text of each section of a changelog, newest first."""
    found = list(SECTION.finditer(changelog))
    ends = [match.start() for match in found[1:]] + [len(changelog)]
    return {
        match["name"]: (match["date"] or "", changelog[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    }


def problems(version: str, package: str, changelog: str) -> list[str]:
    """Returns what speaks against releasing a version, a sentence each.

    Args:
        version: the version that is asked for, without a `v`.
        package: the version that the package has.
        changelog: the text of CHANGELOG.md.
    """
    said, kept = [], sections(changelog)
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        said.append(f"{version!r} is no version; give three numbers, as 0.2.0")
    if version != package:
        said.append(
            f"d2l_shim.__version__ is {package}, not {version}; set it in d2l_shim/__init__.py"
        )
    if kept.pop(UNRELEASED, ("", ""))[1]:
        said.append(f"CHANGELOG.md: move what [{UNRELEASED}] lists to [{version}]")
    newest = next(iter(kept), "nothing")
    if newest != version:
        said.append(f"CHANGELOG.md: the newest version is {newest}, not {version}")
    else:
        date, text = kept[version]
        try:
            datetime.date.fromisoformat(date)
        except ValueError:
            said.append(f"CHANGELOG.md: give [{version}] a date, as in [{version}] - 2027-01-31")
        if not text:
            said.append(f"CHANGELOG.md: [{version}] lists nothing")
    return said


def tag_problems(version: str, root: Path = ROOT) -> list[str]:
    """Returns where Git disagrees: changes not committed, a tag that names another version.

    Raises:
        RuntimeError: the folder is no Git repository.
    """
    tag, said = f"v{version}", []
    if _git(root, "status", "--porcelain"):
        said.append("some changes are not committed; a release is made from a commit")
    here = _git(root, "tag", "--points-at", "HEAD", "--list", "v*").split()
    said += [f"this commit has the tag {other}, not {tag}" for other in here if other != tag]
    if tag not in here and _git(root, "tag", "--list", tag):
        said.append(f"the tag {tag} stands at another commit; take the next version")
    return said


def translation_problems(root: Path = ROOT) -> list[str]:
    """Returns which translated editions are behind the English text or wrong, a sentence each.

    Raises:
        RuntimeError: the book's sources give warnings.
        ValueError: a catalogue cannot be read.
    """
    said, templates = [], extract(root)
    for edition in editions(root).values():
        count = len([*check(edition, [*catalogues(edition)], templates)])
        if count:
            said.append(
                f"locale/{edition.language} has {count} messages that are not translated, or not "
                "rightly; `make check-zh` lists them"
            )
    return said


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def build(version: str, root: Path = ROOT) -> list[Path]:
    """Makes dist/ anew: wheel, source package, the book as a zip, its PDFs, the release's notes.

    Raises:
        RuntimeError: there is no built book, or the package cannot be built.
    """
    dist, html = root / "dist", root / "_build/html"
    if not (html / "index.html").exists():
        raise RuntimeError("there is no built book; run `make book` first")
    shutil.rmtree(dist, ignore_errors=True)
    command = [Path(sys.executable).with_name("pyproject-build"), "--outdir", dist, root]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the package cannot be built:\n{done.stdout}{done.stderr}")
    name = f"book-{version}"
    folder = root / "build" / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(html, folder)
    shutil.make_archive(str(dist / f"{name}-html"), "zip", folder.parent, name)
    for pdf in sorted((root / "_build/pdf").glob("*.pdf")):
        shutil.copy(pdf, dist / f"{name}-{pdf.name}")
    notes = sections((root / "CHANGELOG.md").read_text("utf8"))[version][1]
    (root / "build/release-notes.md").write_text(f"{notes}\n", "utf8")
    return sorted(dist.iterdir())


def main(arguments: list[str] | None = None) -> int:
    """Checks and builds one release and returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild release", description=__doc__)
    parser.add_argument("version", help="three numbers, as 0.2.0")
    parser.add_argument("--check", action="store_true", help="build nothing")
    options = parser.parse_args(arguments)
    version = options.version
    changelog = (ROOT / "CHANGELOG.md").read_text("utf8")
    try:
        said = [*problems(version, d2l_shim.__version__, changelog), *tag_problems(version)]
        said += translation_problems()
        files = [] if said or options.check else build(version)
    except (RuntimeError, ValueError) as error:
        said, files = [str(error)], []
    print(*said, sep="\n", end="\n" if said else "", file=sys.stderr)
    print(*(file.relative_to(ROOT) for file in files), sep="\n", end="\n" if files else "")
    return min(len(said), 1)
