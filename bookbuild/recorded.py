"""What the recorded notebooks say about the network they train, read from their outputs."""

import functools
import json
import re
from pathlib import Path
from typing import NamedTuple

import nbformat

from bookbuild.source import ROOT, SourceError
from d2l_shim.frameworks import BY_NAME

NUMBER = r"\W*?([-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?)"
RESULT = re.compile(
    r"^loss [\d.]+, train acc [\d.]+, test acc (?P<accuracy>[\d.]+)\n"
    r"(?P<speed>[\d.]+) examples/sec on (?P<device>\S+)$",
    re.MULTILINE,
)
# the table of `summary`
INPUT = re.compile(r"^input +\((?P<shape>[\d, ]+)\)", re.MULTILINE)
TOTAL = re.compile(r"^total +(?P<parameters>[\d,]+) +(?P<multiply_adds>[\d,]+)$", re.MULTILINE)


class Recording(NamedTuple):
    """One network, trained in one framework."""

    shape: tuple[int, ...]  # of an input, batch axis included, in the framework's order of axes
    parameters: int
    multiply_adds: int  # of one input, in convolutions and dense layers
    accuracy: float  # on the test images, at the end
    speed: float  # training examples a second
    device: str
    processor: str
    cores: int
    day: str  # when it was recorded, 2026-11-21

    def seconds(self, num_examples: int) -> float:
        return num_examples / self.speed


def printed(notebook: nbformat.NotebookNode) -> str:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def value(key: str, root: Path = ROOT) -> str:
    """Return a number for a sentence, as it was recorded or measured.

    Args:
        key: `resnet/pytorch/test acc` is the last number that the chapter's notebook printed after
            these words, `.../test acc/1` the first; `resnet/min/test acc` and `max` the smallest
            and the largest in all frameworks; `resnet/measured/NAME/...` a number in the
            chapter's `measured.json`.
        root: the book.
    """
    slug, _, rest = key.partition("/")
    source, _, asked = rest.partition("/")
    try:
        if source == "measured":
            measured = json.loads((root / "chapters" / slug / "measured.json").read_text("utf8"))
            return str(
                functools.reduce(lambda found, name: found[name], asked.split("/"), measured)
            )
        words, _, which = asked.partition("/")
        if source in ("min", "max"):
            every = [_after(words, which, slug, name, root) for name in BY_NAME]
            return (min if source == "min" else max)(every, key=float)
        return _after(words, which, slug, source, root)
    except (OSError, LookupError, ValueError) as error:
        raise SourceError(f"there is no recorded number {key!r}: {error}") from error


def _after(words: str, which: str, slug: str, framework: str, root: Path) -> str:
    path = root / "chapters" / slug / f"{slug}-{framework}.ipynb"
    found = re.findall(re.escape(words) + NUMBER, printed(nbformat.read(path, as_version=4)))
    return found[int(which or 0) - 1]


def read_recording(path: Path) -> Recording:
    """Return what a notebook printed last: its last result, and its last table of layers."""
    notebook = nbformat.read(path, as_version=4)
    text = printed(notebook)
    result, shape, total = (list(pattern.finditer(text)) for pattern in (RESULT, INPUT, TOTAL))
    if not (result and shape and total):
        raise ValueError(
            f"{path.name}: expected the lines of a training's result and a table of d2l.summary "
            "in its outputs; record the notebook, or take it out of the comparison"
        )
    book = notebook.metadata.book
    return Recording(
        shape=tuple(int(n) for n in shape[-1]["shape"].split(", ")),
        parameters=int(total[-1]["parameters"].replace(",", "")),
        multiply_adds=int(total[-1]["multiply_adds"].replace(",", "")),
        accuracy=float(result[-1]["accuracy"]),
        speed=float(result[-1]["speed"]),
        device=result[-1]["device"],
        processor=book.processor,
        cores=book.cores,
        day=book.recorded,
    )
