"""Checks version, changelog and translations, and puts the files of a release into dist/."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import d2l_shim
from bookbuild import ROOT
from bookbuild.translation.catalogue import catalogues, extract
from bookbuild.translation.checks import check
from bookbuild.translation.editions import editions

SECTION = re.compile(r"^## \[([^]]+)\](?: - (\S+))?[ \t]*\n(.*?)(?=^## \[|\Z)", re.M | re.S)
UNRELEASED = "Unreleased"


def sections(changelog: str) -> dict[str, tuple[str, str]]:
    return {name: (date, text.strip()) for name, date, text in SECTION.findall(changelog)}


def problems(version: str, package: str, changelog: str) -> list[str]:
    """Returns what speaks against releasing a version: the package's own, the changelog."""
    said, kept = [], sections(changelog)
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        said.append(f"{version!r} is no version; give three numbers, as 0.2.0")
    if version != package:
        remedy = "set it in d2l_shim/__init__.py"
        said.append(f"d2l_shim.__version__ is {package}, not {version}; {remedy}")
    if kept.pop(UNRELEASED, ("", ""))[1]:
        said.append(f"CHANGELOG.md: move what [{UNRELEASED}] lists to [{version}]")
    newest = next(iter(kept), "nothing")
    date, text = kept.get(version, ("", ""))
    if newest != version:
        said.append(f"CHANGELOG.md: the newest version is {newest}, not {version}")
    elif not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        said.append(f"CHANGELOG.md: give [{version}] a date, as in [{version}] - 2027-01-31")
    elif not text:
        said.append(f"CHANGELOG.md: [{version}] lists nothing")
    return said


def translation_problems(root: Path = ROOT) -> list[str]:
    """Returns which translated editions are behind the English text or wrong, a sentence each."""
    templates, said = extract(root), []
    for edition in editions(root).values():
        if count := len([*check(edition, catalogues(edition), templates)]):
            what = f"locale/{edition.language} has {count} messages that are not translated"
            said.append(f"{what}, or not rightly; `make check-zh` lists them")
    return said


def build(version: str, root: Path = ROOT) -> list[Path]:
    """Makes dist/ anew: wheel, source package, the book as a zip, its PDFs; and the notes."""
    dist, html, name = root / "dist", root / "_build/html", f"book-{version}"
    if not (html / "index.html").exists():
        raise RuntimeError("there is no built book; run `make book` first")
    shutil.rmtree(dist, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--outdir", dist, root]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the package cannot be built:\n{done.stdout}{done.stderr}")
    folder = root / "build" / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(html, folder)
    shutil.make_archive(str(dist / f"{name}-html"), "zip", folder.parent, name)
    for pdf in sorted((root / "_build/pdf").glob("*.pdf")):
        shutil.copy(pdf, dist / f"{name}-{pdf.name}")
    notes = sections((root / "CHANGELOG.md").read_text("utf8"))[version][1]
    (root / "build/release-notes.md").write_text(f"{notes}\n", "utf8")
    return sorted(dist.iterdir())


def release(version: str) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf8")
    said = problems(version, d2l_shim.__version__, changelog)
    if said := said + translation_problems():
        raise RuntimeError("\n".join(said))
    print(*(file.relative_to(ROOT) for file in build(version)), sep="\n")
