import sys
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from small_book import edit

from bookbuild import command, notebooks
from bookbuild.__main__ import main
from bookbuild.notebooks import notebook_path, problem, record, write
from d2l_shim.frameworks import BY_NAME

REMEDY = "run `make record CHAPTER=mini FRAMEWORK=pytorch`"


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Keeps one recording for all tests of this module, since a kernel takes seconds."""
    return {}


@pytest.fixture
def recorded(book, chapter, recording, needed):
    needed("pytorch")
    path = notebook_path(chapter, "pytorch")
    if not recording:
        assert record(chapter, "pytorch", root=book) == "run"
        recording["text"] = path.read_text()
    path.write_text(recording["text"])
    return path


def test_a_notebook_holds_its_framework_alone(book, chapter):
    notebook = write(chapter, "paddle", book)
    nbformat.validate(notebook)
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds == ["code", "markdown", "code", "markdown"]
    assert notebook.cells[0].metadata.tags == ["install"]
    assert notebook.cells[3].source.startswith("Only for Paddle.\n\n## Second\n\nAfter Figure 1.1")
    assert "Only for Paddle" not in str(write(chapter, "pytorch", book))
    assert [cell.id for cell in notebook.cells] == ["cell-00", "cell-01", "cell-02", "cell-03"]


@pytest.fixture
def colab(book):
    """Returns a function that runs a first cell; it tells what the shell was told, what printed."""
    edit(book / "_config.yml", ("OWNER/REPOSITORY", "some/book"))
    notebooks.settings.cache_clear()

    def run(framework, capsys, *, here=(), on_colab=True, installs=True):
        told, found = [], {*here}
        code = write(book / "chapters/mini/index.md", framework, book).cells[0].source

        def system(command):
            # the shell sees a command with Python's values in its braces
            told.append(eval(f"f{command!r}", seen))
            if installs and "pip install" in command:
                found.add("d2l_shim" if "d2l_shim" in told[-1] else BY_NAME[framework].module)

        seen = {"get_ipython": lambda: SimpleNamespace(system=system)}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("importlib.util.find_spec", lambda name: name in found)
            if on_colab:
                patch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
            exec(TransformerManager().transform_cell(code), seen)
        return told, capsys.readouterr().out

    yield run
    notebooks.settings.cache_clear()


def test_the_first_cell_installs_what_colab_lacks(colab, capsys):
    told, said = colab("mxnet", capsys)
    assert told == [
        'pip list --format=freeze | grep -E "^(numpy|torch|tensorflow)" > /tmp/keep',
        'pip install -qq -c /tmp/keep "d2l_shim[mxnet] @ git+https://github.com/some/book@main"',
        'pip install -qq -c /tmp/keep --no-deps "mxnet==1.9.1"',
    ]
    assert said == "Installed: d2l_shim, mxnet\n"
    told, said = colab("tensorflow", capsys, here=["tensorflow"])
    ours = 'pip install -qq -c /tmp/keep "d2l_shim @ git+https://github.com/some/book@main"'
    assert told[1:] == [ours] and said == "Installed: d2l_shim\n"
    told, said = colab("paddle", capsys, here=["d2l_shim", "paddle"])
    assert told[1:] == [] and said == "Installed: nothing\n"
    assert colab("paddle", capsys, installs=False)[1] == "Installed: nothing\n", "pip failed"


@pytest.mark.parametrize("framework", list(BY_NAME))
def test_the_first_cell_does_nothing_elsewhere_and_is_short(colab, book, capsys, framework):
    assert colab(framework, capsys, on_colab=False) == ([], "")
    lines = write(book / "chapters/mini/index.md", framework, book).cells[0].source.splitlines()
    assert len(lines) <= 15 and max(map(len, lines)) < 90


def test_the_first_cell_names_a_released_version_or_says_where_to_look(book, chapter):
    def first_cell():
        notebooks.settings.cache_clear()
        return write(chapter, "mxnet", book).cells[0].source

    assert 'print("See the installation page' in first_cell()
    edit(book / "_config.yml", ("OWNER/REPOSITORY", "some/book"))
    edit(book / "_config.yml", ("branch: main", "branch: v0.1.0"))
    assert "git+https://github.com/some/book@v0.1.0" in first_cell()
    notebooks.settings.cache_clear()


def test_a_recording_keeps_outputs_and_says_where_they_come_from(recorded, book, chapter):
    notebook = nbformat.read(recorded, 4)
    assert notebook.cells[2].outputs[0].text == "(4, 3)\n"
    provenance = notebook.metadata.book
    assert provenance.seconds > 0 and provenance.cores >= 1 and provenance.processor
    assert set(provenance.versions) == {"torch", "numpy"}
    assert problem(chapter, "pytorch", book) == ""
    assert record(chapter, "pytorch", root=book) == "kept"


def test_a_comment_makes_nothing_run_and_needs_no_framework(recorded, book, chapter, monkeypatch):
    for name in ("mxnet", "torch", "tensorflow", "paddle", "nbclient"):
        monkeypatch.setitem(sys.modules, name, None)
    edit(chapter, ("# four is", "# four will"), ("After {numref}", "Behind {numref}"))
    assert "prose or comments differ" in problem(chapter, "pytorch", book)
    assert record(chapter, "pytorch", root=book) == "written"
    assert problem(chapter, "pytorch", book) == ""
    notebook = nbformat.read(recorded, 4)
    assert "# four will enough" in notebook.cells[2].source
    assert notebook.cells[2].outputs[0].text == "(4, 3)\n"
    edit(chapter, ("(4, 3)", "(4, 5)"))
    said = "^mini, pytorch: its code must be run, and PyTorch .* is not installed; `make .venv/all`"
    with pytest.raises(RuntimeError, match=said):
        record(chapter, "pytorch", root=book)


def test_the_install_cell_makes_nothing_stale_and_a_missing_notebook_is(recorded, book, chapter):
    edit(recorded, ("On Colab, install what is missing", "On Colab, install a lot"))
    assert problem(chapter, "pytorch", book) == ""
    recorded.unlink()
    assert problem(chapter, "pytorch", book) == f"mini-pytorch.ipynb is missing; {REMEDY}"


EXTRA = "```{code-cell} ipython3\n:tags: [pytorch]\n1\n```\n\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("notebook", '"(4, 3)\\n"', '"(4, 5)\\n"', "its outputs are not those that were recorded"),
        ("notebook", "print(shape)", "print(4, 3)", "a code cell differs from its source"),
        ("notebook", "Figure 1.1, Mini", "Figure 1.1", "prose or comments differ from its source"),
        ("notebook", "iVBORw0KGgo", "iVBORw0KGgo)", "prose or comments differ from its source"),
        ("notebook", '"cells": [', '"cells": [,', "is not a notebook"),
        ("source", "(4, 3)", "(4, 5)", "a code cell differs from its source"),
        ("source", ":::{container}", f"{EXTRA}:::{{container}}", "has 2 code cells, it has 1; run"),
    ],
)
def test_what_differs_is_found(recorded, book, chapter, name, old, new, sentence):
    edit(recorded if name == "notebook" else chapter, (old, new))
    assert sentence in problem(chapter, "pytorch", book)
    assert REMEDY in problem(chapter, "pytorch", book)


FAILED = "^mini, pytorch: cell 2 of 2 failed with NameError: name 'shap' is not defined; the old"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print(shap)", f"{FAILED} recording is untouched$"),
        ("import os; print(os.getcwd())", "an output names a path of this machine"),
        ("print('/far/data/file')", "an output names a path of this machine, /far/data"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_the_recording_stays(
    recorded, book, chapter, code, said, monkeypatch
):
    monkeypatch.setenv("D2L_DATA", "/far/data")
    before = recorded.read_bytes()
    edit(chapter, ("print(shape)", code))
    with pytest.raises(RuntimeError, match=said):
        record(chapter, "pytorch", root=book)
    assert recorded.read_bytes() == before
    assert [path.suffix for path in recorded.parent.iterdir() if "mini" in path.name] == [".ipynb"]


def test_a_catalogue_that_cannot_be_read_is_said_and_the_others_are_recorded(monkeypatch, capsys):
    done = []

    def translate(edition, path, framework):
        if framework == "mxnet":
            raise ValueError("index.po is not a catalogue: line 3")
        done.append(framework)

    monkeypatch.setattr(command, "record", lambda path, framework, **told: "kept")
    monkeypatch.setattr(command.translations, "record", translate)
    assert main(["record", "--chapter", "vgg"]) == 1
    assert "index.po is not a catalogue: line 3\n" in capsys.readouterr().err
    assert done == [name for name in BY_NAME if name != "mxnet"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("problem", "vgg-mxnet.ipynb is stale\n"),
        ("translations.problem", "vgg-mxnet.ipynb is stale\n"),
        ("export.problem", "chapters.py is stale\n"),
        ("", ""),
    ],
)
def test_check_says_what_is_stale(monkeypatch, capsys, wrong, said):
    def find(*told):
        return said.strip() if told[-1] in ("mxnet", BY_NAME["mxnet"]) else ""

    for name in ("problem", "translations.problem", "export.problem"):
        found = find if name == wrong else lambda *told: ""
        monkeypatch.setattr(f"bookbuild.command.{name}", found)
    assert main(["check", "--chapter", "vgg"]) == bool(wrong)
    out = "" if wrong else "4 notebooks match their sources\n"
    assert capsys.readouterr() == (out, said)


@pytest.mark.parametrize(
    ("arguments", "status", "out", "said"),
    [
        ("--installed --chapter lenet", 0, "chapters/lenet/lenet-mxnet.ipynb\n", ""),
        ("--installed --framework pytorch", 1, "", "pytorch is not installed\n"),
        ("--framework pytorch --chapter vgg", 0, "chapters/vgg/vgg-pytorch.ipynb\n", ""),
        ("--chapter nosuch", 1, "", "there is no chapter nosuch; the book has conv-layer, "),
    ],
)
def test_notebooks_are_listed_where_asked_for(monkeypatch, capsys, arguments, status, out, said):
    monkeypatch.setattr(command, "find_spec", lambda name: name == "mxnet")
    assert main(["list", *arguments.split()]) == status
    printed = capsys.readouterr()
    assert (printed.out, printed.err[: len(said)]) == (out, said)
