"""Sphinx extension: the layers of the networks in all frameworks, side by side."""

from pathlib import Path

from docutils.parsers.rst import directives

from bookbuild.measure import shapes as layers
from bookbuild.pages.data import FromData, chosen, table
from bookbuild.words import N_, _
from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.layer_table import Row

MISSING = "\N{EM DASH}"
# names of networks that are more than a name, for translators
N_("LeNet with batch normalization")
N_("The narrow ResNet-18")
N_("ResNet-18 with the small stem")

# one network in each framework, by the framework's label
Tables = dict[str, list[Row]]


class Shapes(FromData):
    """`{shapes} vgg VGG-11`: layers that were recorded; with `:closed:` readers open the table."""

    required_arguments = 2
    final_argument_whitespace = True
    option_spec = {"closed": directives.flag}  # noqa: RUF012

    def made(self, key: str, name: str) -> str:
        name = _(name)
        self.noted(Path(__file__))
        for framework in FRAMEWORKS:
            self.noted(layers.FOLDER / f"{framework.name}.json")
        text = markdown(network(key), name, f"shapes-{key}")
        if "closed" not in self.options:
            return text
        title = _("{name}, layer by layer").format(name=name)
        return f"````{{dropdown}} {title}\n\n{text}\n````"


def network(key: str, folder: Path = layers.FOLDER) -> Tables:
    return {
        framework.label: chosen(key, layers.recorded(folder / f"{framework.name}.json"))
        for framework in FRAMEWORKS
    }


def side_by_side(tables: Tables) -> list[list[str]]:
    """Return the rows of a table with a column a framework, its head first.

    A row that a framework lacks, such as an activation that it computes in the layer before, is a
    dash. Other layers, shapes or parameters are a ValueError.
    """
    label, longest = max(tables.items(), key=lambda item: len(item[1]))
    columns = []
    for other, rows in tables.items():
        waiting, column = list(rows), []
        for row in longest:
            fits = waiting and _neutral(waiting[0], other) == _neutral(row, label)
            shape = str(waiting.pop(0).output) if fits else MISSING
            column.append(shape.replace(" ", "\N{NO-BREAK SPACE}"))
        if waiting:
            row = waiting[0]
            raise ValueError(
                f"{other} has a row {row.name} {row.output} with {row.parameters:,} parameters and "
                f"{row.multiply_adds:,} multiply-adds, which fits no row of {label}"
            )
        if sum(row.parameters for row in rows) != sum(row.parameters for row in longest):
            raise ValueError(f"{other} lacks parameters that {label} has")
        columns.append(column)
    lines = [[_("layer"), *tables, _("parameters")]]
    for row, *shapes in zip(longest, *columns, strict=True):
        lines.append([row.name, *shapes, f"{row.parameters:,}"])
    return lines


def markdown(tables: Tables, name: str, label: str) -> str:
    first = next(iter(tables.values()))
    _batch, channels, height, width = _neutral(first[0], next(iter(tables)))[1]
    total = sum(row.parameters for row in first)
    image = _("{channels}x{height}x{width}").format(channels=channels, height=height, width=width)
    caption = _("{name} for one image of {image}: {total} parameters.")
    caption = caption.format(name=name, image=image, total=f"{total:,}")
    return table(side_by_side(tables), caption, label, look="shapes")


def _neutral(row: Row, label: str) -> tuple[str, tuple[int, ...], int, int]:
    """Return a row with its shape in the order NCHW, and without axes that some poolings drop."""
    axes = next(framework.axes for framework in FRAMEWORKS if framework.label == label)
    shape = row.output
    if len(shape) == len(axes):
        shape = tuple(shape[axes.index(axis)] for axis in "NCHW")
    if row.name == "global avg pool" and shape[2:] == (1, 1):
        shape = shape[:2]
    return row.name, shape, row.parameters, row.multiply_adds
