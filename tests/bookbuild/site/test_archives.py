"""The archives of notebooks: whole, the same every time, and of use with no network."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_book import edit
from sphinx.errors import ExtensionError

from bookbuild.notebooks import archive_place, notebook_path
from bookbuild.site.archives import build_wheel, content, write
from bookbuild.source import ROOT, chapters
from d2l_shim.frameworks import BY_NAME

LINK = re.compile(r"\]\(([^)\s]+)\)")
DEAD = "http://127.0.0.1:9"
RUN = """
import sys, nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
where = nbformat.v4.new_code_cell("import d2l_shim; print(d2l_shim.__file__)")
notebook.cells.append(where)
# a kernel that is spoken to through files needs not even this machine's own network
NotebookClient(notebook, km=AsyncKernelManager(transport="ipc")).execute()
print(where.outputs[0].text)
"""


@pytest.fixture(scope="module", params=list(BY_NAME))
def archive(request, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("site") / archive_place(request.param)
    write(path, content(BY_NAME[request.param], build_wheel()))
    return path


@pytest.fixture
def unpacked(archive, tmp_path) -> Path:
    with zipfile.ZipFile(archive) as file:
        file.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name == archive.stem
    return folder


def test_an_archive_is_whole_and_its_names_are_safe(archive):
    framework = archive.stem.rpartition("-")[2]
    with zipfile.ZipFile(archive) as file:
        assert file.testzip() is None
        names = file.namelist()
        texts = [file.read(name) for name in names if not name.endswith(".whl")]
    notebooks = {notebook_path(chapter, framework).relative_to(ROOT) for chapter in chapters()}
    assert len(notebooks) > 12
    others = {"README.md", "LICENSE", "LICENSE-TEXT", build_wheel().name}
    expected = {path.as_posix() for path in notebooks} | others
    assert sorted(names) == sorted(f"{archive.stem}/{name}" for name in expected)
    for name in names:
        assert re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)+", name, re.ASCII)
    for text in texts:
        assert str(ROOT).encode() not in text and str(Path.home()).encode() + b"/" not in text


def test_the_readme_lists_the_notebooks_and_says_how_to_install(unpacked):
    readme = (unpacked / "README.md").read_text("utf8")
    framework = BY_NAME[unpacked.name.rpartition("-")[2]]
    links = [link for link in LINK.findall(readme) if not link.startswith("https://")]
    assert len(links) > 12 and all((unpacked / link).is_file() for link in links)
    commands = re.findall(r"^    (pip install .*)", readme, re.MULTILINE)
    extra = "[mxnet]" if framework.name == "mxnet" else ""
    wheel = build_wheel().name
    assert commands[0] in framework.install
    assert commands[1] == f'pip install "./{wheel}{extra}" notebook'
    assert commands[2] == f"pip install --no-index {wheel}"
    assert (unpacked / wheel).is_file()


def test_the_same_content_gives_the_same_archive(archive):
    before, framework = archive.read_bytes(), BY_NAME[archive.stem.rpartition("-")[2]]
    write(archive, content(framework, build_wheel()))
    assert archive.read_bytes() == before


def test_the_same_package_gives_the_same_wheel_or_a_sentence(tmp_path):
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "d2l_shim", tmp_path / "d2l_shim", copy_function=shutil.copyfile)
    (tmp_path / "d2l_shim/__init__.py").chmod(0o600)
    wheel = build_wheel(tmp_path)
    assert wheel.read_bytes() == build_wheel().read_bytes()
    assert build_wheel(tmp_path) == wheel
    (tmp_path / "d2l_shim/timing.py").write_text("")
    assert build_wheel(tmp_path).read_bytes() != wheel.read_bytes()
    edit(tmp_path / "pyproject.toml", ('dynamic = ["version"]', ""))
    with pytest.raises(ExtensionError, match=r"^d2l_shim: its wheel could not be built: .*version"):
        build_wheel(tmp_path)


@pytest.mark.parametrize("archive", ["pytorch"], indirect=True)
def test_a_notebook_runs_with_no_network(needed, unpacked):
    needed("pytorch")
    site = unpacked / "site"
    with zipfile.ZipFile(next(unpacked.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    alone = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True).returncode:
        alone = []  # what asks for a proxy finds none
    dead = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), DEAD)
    home = {"HOME": str(unpacked), "PYTHONPATH": str(site), "D2L_QUICK": "1"}
    done = subprocess.run(
        [*alone, sys.executable, "-c", RUN, "lenet-pytorch.ipynb"],
        cwd=unpacked / "chapters/lenet",
        env={**os.environ, **dead, **home},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert Path(done.stdout.strip()).is_relative_to(site), "the package of the archive was used"
