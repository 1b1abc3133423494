"""Sphinx extension: an archive of all notebooks a framework, to which each chapter has a link.

An archive works unpacked with no network: figures are inside the notebooks, notebooks link to each
other, and the package that they import lies beside them as a wheel, which needs no build.
"""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from bookbuild.notebooks import archive_place, notebook_path
from bookbuild.source import ENGLISH, ROOT, chapters, pages
from bookbuild.translation.editions import editions
from bookbuild.translation.notebooks import language
from bookbuild.words import _
from d2l_shim.frameworks import FRAMEWORKS, Framework

EPOCH = 315_532_800  # 1980, where a zip's calendar begins: the same content gives the same bytes
BUILD = "from setuptools.build_meta import build_wheel; build_wheel('dist')"

README = Path(__file__).with_name("archive.md").read_text("utf8")


def build_wheel(root: Path = ROOT) -> Path:
    """Returns a wheel of the package; it is built, in seconds, where the package has changed."""
    names = [root / name for name in ("LICENSE", "README.md", "pyproject.toml")]
    names += sorted((root / "d2l_shim").rglob("*"))
    content = {
        path.relative_to(root): path.read_bytes()
        for path in names
        if path.is_file() and "__pycache__" not in path.parts
    }
    digest = hashlib.sha256(repr(content).encode()).hexdigest()[:16]
    folder = root / "build" / f"wheel-{digest}"
    for wheel in folder.glob("*.whl"):
        return wheel
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as copy:
        for name, data in content.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(data)
            (copy / name).chmod(0o644)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
        command = [sys.executable, "-c", BUILD]
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise ExtensionError(f"d2l_shim: its wheel could not be built: {said[-1]}")
        (made,) = Path(copy, "dist").glob("*.whl")
        os.replace(made, folder / made.name)
    return folder / made.name


def content(
    framework: Framework, wheel: Path, root: Path = ROOT, edition: str = ""
) -> dict[Path, bytes]:
    """Returns what an archive holds, by place in it; what is not yet translated is English."""
    numbers, lines, found = pages(root), [], {}
    used = language(editions(root)[edition]) if edition else ENGLISH
    for chapter in chapters(root):
        notebook = notebook_path(chapter, framework.name, edition)
        if not notebook.exists():
            notebook = notebook_path(chapter, framework.name)
        if notebook.exists():  # or the chapter's page has a warning
            place = notebook.relative_to(root)
            title = re.search(r"^# (.+)", used.source(chapter), re.MULTILINE)[1]
            number = numbers[chapter.relative_to(root).with_suffix("").as_posix()]
            lines.append(f"{number}. [{title}]({place.as_posix()})")
            found[place] = notebook.read_bytes()
    theirs, _both, ours = framework.install.partition(" && ")
    extra = re.search(r"\[.+\]", ours)
    installs = [theirs, f'pip install "./{wheel.name}{extra[0] if extra else ""}" notebook']
    install = "\n".join(f"    {line}" for line in installs)
    readme = _(README).format(
        label=framework.label, install=install, wheel=wheel.name, contents="\n".join(lines)
    )
    found |= {Path(name): (ROOT / name).read_bytes() for name in ("LICENSE", "LICENSE-TEXT")}
    return {Path("README.md"): readme.encode(), Path(wheel.name): wheel.read_bytes(), **found}


def write(archive: Path, files: dict[Path, bytes]) -> None:
    """Writes an archive with one folder of its name; the same content gives the same bytes."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as new:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"{archive.stem}/{name.as_posix()}")  # dated 1980
            entry.external_attr = 0o644 << 16
            # most bytes are pictures, which are packed already: more effort saves 1 %
            new.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=1)


def write_archives(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    wheel, edition = build_wheel(), app.config.book_edition
    for framework in FRAMEWORKS:
        archive = Path(app.outdir) / archive_place(framework.name, edition)
        write(archive, content(framework, wheel, Path(app.srcdir), edition))


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write_archives)
