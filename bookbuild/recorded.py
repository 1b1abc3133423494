"""What the recorded notebooks say about the network they train, read from their outputs."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

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
