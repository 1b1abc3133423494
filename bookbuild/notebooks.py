"""Writes a chapter's notebooks, one a framework, runs them and tells whether they are current."""

import ast
import contextlib
import datetime
import functools
import hashlib
import json
import os
import platform
import subprocess
import time
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from bookbuild.machine import processor, rewrite
from bookbuild.plain_markdown import embed, lower, unembed
from bookbuild.source import ENGLISH, ROOT, Language, SourceError, labels, read, settings
from d2l_shim.frameworks import BY_NAME, Framework
from d2l_shim.processor import usable_cores

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
LANGUAGE = {"name": "python"}
INSTALL = "install"  # tag of the first cell, which pairing and comparison leave out
INSTALL_NOTHING = """# On Colab, install what is missing; elsewhere do nothing
import sys

if "google.colab" in sys.modules:
    print("See the installation page of the book")"""
# Colab's NumPy, PyTorch and TensorFlow stay as they are
INSTALL_MISSING = """# On Colab, install what is missing; elsewhere do nothing
import sys
from importlib.util import find_spec

if "google.colab" in sys.modules:
    wanted = {{
        "d2l_shim": '"{ours} @ git+{site.repository}@{site.branch}"',
        "{module}": '{theirs}',
    }}
    missing = [name for name in wanted if not find_spec(name)]
    !pip list --format=freeze | grep -E "^(numpy|torch|tensorflow)" > /tmp/keep
    for name in missing:
        !pip install -qq -c /tmp/keep {{wanted[name]}}
    print("Installed:", ", ".join(filter(find_spec, missing)) or "nothing")"""


def notebook_path(chapter: Path, framework: str, folder: str = "") -> Path:
    """Returns where a chapter's notebook for one framework lies: beside its source, or below."""
    return chapter.parent / folder / f"{chapter.parent.name}-{framework}.ipynb"


def archive_place(framework: str, folder: str = "") -> str:
    """Returns where in the built site the archive of a framework's notebooks lies."""
    name = "-".join(filter(None, ("convolutional-networks", framework, folder)))
    return f"notebooks/{name}.zip"


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Returns the code cells of a written notebook that come from the chapter."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and INSTALL not in cell.metadata.get("tags", [])
    ]


def install_cell(framework: Framework, root: Path = ROOT) -> str:
    site = settings(root)
    if not site.repository:
        return INSTALL_NOTHING
    theirs, _, ours = framework.install.replace("pip install ", "").partition(" && ")
    ours, module = ours.strip('"') or "d2l_shim", framework.module
    return INSTALL_MISSING.format(ours=ours, site=site, module=module, theirs=theirs)


_read = functools.lru_cache(4)(read)  # once for all frameworks of a chapter


def write(
    chapter: Path,
    framework: str,
    root: Path = ROOT,
    language: Language = ENGLISH,
    complete: bool = True,
) -> NotebookNode:
    """Returns the notebook of one framework without outputs, as the source has it.

    Numbers that are not recorded yet are an error, or where it need not be complete dots.
    """
    source = _read(language.source(chapter), chapter, root)
    page, known = chapter.relative_to(root).with_suffix("").as_posix(), labels(root, language)
    first = v4.new_code_cell(install_cell(BY_NAME[framework], root), metadata={"tags": [INSTALL]})
    cells = [first]
    for cell in source.cells:
        if cell.cell_type == "markdown":
            text = lower(cell.source, page, framework, known, root, language, complete)
            if text and cells[-1].cell_type == "markdown":
                cells[-1].source += f"\n\n{text}"
            elif text:
                cells.append(v4.new_markdown_cell(text))
        elif cell.metadata.framework == framework:
            tags = [tag for tag in cell.metadata.tags if tag != framework]
            cells.append(v4.new_code_cell(cell.source, metadata={"tags": tags} if tags else {}))
    for i, cell in enumerate(cells):
        cell.id = f"cell-{i:02}"
    return v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": LANGUAGE})


def digest(notebook: NotebookNode) -> str:
    """Returns the SHA-256 of all recorded outputs, which shows whether they were edited."""
    kept = [[cell.execution_count, cell.outputs] for cell in code_cells(notebook)]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def same_code(ours: NotebookNode, theirs: NotebookNode) -> bool:
    """Whether two notebooks hold the same code cells, comments and layout aside."""

    def trees(notebook: NotebookNode) -> list[tuple]:
        cells = code_cells(notebook)
        return [(ast.dump(ast.parse(c.source)), c.metadata.get("tags", [])) for c in cells]

    with contextlib.suppress(SyntaxError):
        return trees(ours) == trees(theirs)
    return False


def take_outputs(notebook: NotebookNode, recorded: NotebookNode) -> None:
    """Puts the outputs of a recorded notebook, and what is known of them, into one of its code."""
    for cell, kept in zip(code_cells(notebook), code_cells(recorded), strict=True):
        cell.outputs, cell.execution_count = kept.outputs, kept.execution_count
    notebook.cells[0].execution_count = 1
    notebook.metadata.book = recorded.metadata.book


def problem(chapter: Path, framework: str, root: Path = ROOT) -> str:
    """Returns what is wrong with a recorded notebook in one sentence, or '' if it is current."""
    path = notebook_path(chapter, framework)
    remedy = f"run `make record CHAPTER={chapter.parent.name} FRAMEWORK={framework}`"
    if not path.exists():
        return f"{path.name} is missing; {remedy}"
    try:
        recorded = nbformat.read(path, as_version=4)
    except ValueError as error:
        return f"{path.name} is not a notebook ({str(error)[:60]}); restore it or {remedy}"
    try:
        fresh = write(chapter, framework, root)
    except SourceError as error:
        return str(error)
    counts = len(code_cells(fresh)), len(code_cells(recorded))
    if counts[0] != counts[1]:
        return f"{path.name}: its source has {counts[0]} code cells, it has {counts[1]}; {remedy}"
    if not same_code(fresh, recorded):
        return f"{path.name}: a code cell differs from its source; {remedy}"
    if digest(recorded) != recorded.metadata.get("book", {}).get("outputs_sha256"):
        return f"{path.name}: its outputs are not those that were recorded; {remedy}"
    texts = [unembed(c.source, c.metadata.get("figures", [])) for c in recorded.cells[1:]]
    if [cell.source for cell in fresh.cells[1:]] != texts:
        return f"{path.name}: prose or comments differ from its source; {remedy} (it runs no code)"
    return ""


def record(chapter: Path, framework: str, *, force: bool = False, root: Path = ROOT) -> str:
    """Runs changed code, or all; returns `kept`, `written` or `run`. An error changes nothing."""
    path = notebook_path(chapter, framework)
    notebook = write(chapter, framework, root, complete=False)
    old = nbformat.read(path, as_version=4) if path.exists() else v4.new_notebook()
    book = old.metadata.get("book", {})
    done = "run"
    if not force and same_code(notebook, old) and digest(old) == book.get("outputs_sha256"):
        take_outputs(notebook, old)
        done = "written"
    else:
        notebook.metadata.book = _run(notebook, chapter, framework)
        notebook.metadata.book.outputs_sha256 = digest(notebook)
    if done == "run":
        text = with_figures(notebook, root)
        data = os.environ.get("D2L_DATA", "")
        given = [data] if Path(data).is_absolute() else []
        for place in (str(root), str(Path.home()), "ipykernel_", *given):
            if place in text:
                raise RuntimeError(f"{path.name}: an output names a path of this machine, {place}")
        rewrite(path, text)
    # what its prose tells may have been printed just now, here or, later, in another framework
    with contextlib.suppress(SourceError) if done == "run" else contextlib.nullcontext():
        ran, notebook = notebook, write(chapter, framework, root)
        take_outputs(notebook, ran)
    changed = rewrite(path, with_figures(notebook, root))
    return done if changed or done == "run" else "kept"


def with_figures(notebook: NotebookNode, root: Path) -> str:
    """Returns the text of a notebook's file; its figures are put into its cells."""
    for cell in notebook.cells:
        cell.source, figures = embed(cell.source, root)
        if figures:
            cell.metadata.figures = figures
    return nbformat.writes(notebook) + "\n"


def _run(notebook: NotebookNode, chapter: Path, framework: str) -> NotebookNode:
    """Runs all cells in a new kernel and returns the provenance of the outputs."""
    told = BY_NAME[framework]
    if not all(map(find_spec, (told.module, "nbclient", "ipykernel"))):
        raise RuntimeError(
            f"{chapter.parent.name}, {framework}: its code must be run, and {told.label} or what "
            "runs notebooks is not installed; `make .venv/all` installs both"
        )
    # who only writes notebooks needs none of it
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from tqdm import tqdm

    total = sum(cell.cell_type == "code" for cell in notebook.cells)
    bar = tqdm(desc=notebook_path(chapter, framework).name, total=total, unit="cell", leave=False)
    client = NotebookClient(
        notebook,
        timeout=None,
        record_timing=False,
        resources={"metadata": {"path": str(chapter.parent)}},
        # what C++ code logs is neither recorded nor, in nbval, compared
        extra_arguments=["--IPKernelApp.capture_fd_output=False"],
        on_cell_executed=lambda **_: bar.update(),
    )
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "D2L_QUICK": "0"}
    begin = time.perf_counter()
    try:
        with bar:
            client.execute(env=environment, stderr=subprocess.DEVNULL)
    except CellExecutionError as error:
        raise RuntimeError(
            f"{chapter.parent.name}, {framework}: cell {client.code_cells_executed} of {total} "
            f"failed with {error.ename}: {error.evalue}; the old recording is untouched"
        ) from None
    notebook.metadata.language_info = LANGUAGE
    modules, packages = (told.module, "numpy"), metadata.packages_distributions()
    return NotebookNode(
        recorded=datetime.date.today().isoformat(),
        processor=processor(),
        cores=usable_cores(),
        python=platform.python_version(),
        versions={name: metadata.version(packages[name][0]).split("+")[0] for name in modules},
        seconds=round(time.perf_counter() - begin, 1),
    )
