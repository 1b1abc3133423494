"""Sphinx extension: tables and a plot that compare the networks of the book."""

import io
import re
from collections.abc import Callable

from docutils import nodes

from bookbuild.pages.data import FromData, chosen, table
from bookbuild.recorded import Recording, read_recording
from bookbuild.words import _
from d2l_shim.frameworks import FRAMEWORKS

FIGURE = "fig-comparison"
NUM_EXAMPLES = 60_000  # training images of Fashion-MNIST
MARKERS = "os^D"
COLOURS = ("#1b5e91", "#a8400b", "#0b6b4f", "#8a5a00")

# a network's chapter and name, and its recordings by framework
Networks = dict[tuple[str, str], dict[str, Recording]]


class Comparison(FromData):
    """`{comparison} sizes`: networks of the setting `book_networks`, in a table or figure."""

    def made(self, asked: str) -> str | list[nodes.Node]:
        makers = {"sizes": sizes, "accuracies": accuracies, "times": times, "source": source}
        make = chosen(asked, makers | {"plot": self.figure})
        networks: Networks = {}
        for slug, name in self.config.book_networks.items():
            recorded = {label: read_recording(p) for label, p in self.notebooks(slug).items()}
            check(name, recorded)
            networks[slug, name] = recorded
        return make(networks)

    def figure(self, networks: Networks) -> list[nodes.Node]:
        caption = _("Accuracy on the test images, and seconds of training for an epoch.")
        node = nodes.figure("", nodes.raw("", plot(networks), format="html"), names=[FIGURE])
        node += nodes.caption(caption, caption)
        self.state.document.note_explicit_target(node)
        return [node]


def check(name: str, recorded: dict[str, Recording]) -> None:
    """Refuse networks that differ in parameters or multiply-adds between frameworks."""
    costs = {(one.parameters, one.multiply_adds) for one in recorded.values()}
    if len(costs) != 1:
        raise ValueError(f"{name}: not the same network in all frameworks: {sorted(costs)}")


def link(slug: str, name: str) -> str:
    return f"{{ref}}`{name} <sec-{slug}>`"


def sizes(networks: Networks) -> str:
    rows = [[_("network"), _("image"), _("parameters"), _("multiply-adds")]]
    for key, recorded in networks.items():
        one = next(iter(recorded.values()))
        image = f"{one.shape[2]}x{one.shape[3]}"
        rows.append([link(*key), image, f"{one.parameters:,}", f"{one.multiply_adds:,}"])
    return table(rows, _("What the networks cost, for one image."), "comparison-sizes")


def accuracies(networks: Networks) -> str:
    caption = _("Accuracy on the 10,000 test images.")
    return _by_framework(networks, lambda one: f"{one.accuracy:.3f}", caption, "accuracies")


def times(networks: Networks) -> str:
    caption = _("Time of the training steps for an epoch of {examples} images.")
    caption, seconds = caption.format(examples=f"{NUM_EXAMPLES:,}"), _("{seconds} s")

    def cell(one: Recording) -> str:
        return seconds.format(seconds=f"{one.seconds(NUM_EXAMPLES):,.0f}")

    return _by_framework(networks, cell, caption, "times")


def _by_framework(networks: Networks, cell: Callable, caption: str, name: str) -> str:
    rows = [[_("network"), *(framework.label for framework in FRAMEWORKS)]]
    rows += [[link(*key), *map(cell, recorded.values())] for key, recorded in networks.items()]
    return table(rows, caption, f"comparison-{name}")


def source(networks: Networks) -> str:
    """Return a sentence on where and when the networks were trained."""
    every = [one for recorded in networks.values() for one in recorded.values()]
    days = sorted({one.day for one in every})
    span = _("{first} to {last}").format(first=days[0], last=days[-1])
    machine = _("{processor}, {cores} cores ({device})")
    machines = {machine.format(**one._asdict()) for one in every}
    return _("Recorded on {where}, {span}.").format(
        where=_(" and ").join(sorted(machines)), span=span if len(days) > 1 else days[0]
    )


def plot(networks: Networks) -> str:
    """Return accuracy and time of all networks as an SVG drawing with a text for screen readers."""
    # half a second, which a build that draws nothing need not wait
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter, ScalarFormatter

    names = [name for _slug, name in networks]
    labels = _("accuracy on the test images"), _("seconds of training for an epoch")
    # text stays text; ids and metadata would be new in every build
    settings = {"svg.fonttype": "none", "svg.hashsalt": "book", "font.size": 12}
    with rc_context(settings | {"font.family": ["DejaVu Sans"]}):
        figure = Figure(figsize=(7, 7.5), layout="constrained", facecolor="#f8f9fb")
        top, bottom = figure.subplots(2, 1, sharey=True)
        for i, framework in enumerate(FRAMEWORKS):
            recorded = [networks[key][framework.label] for key in networks]
            # beside each other where they would hide one another
            y = [row + (i - 1.5) * 0.17 for row in range(len(names))]
            style = {"marker": MARKERS[i], "color": COLOURS[i], "linestyle": "", "markersize": 7}
            top.plot([one.accuracy for one in recorded], y, label=framework.label, **style)
            bottom.plot([one.seconds(NUM_EXAMPLES) for one in recorded], y, **style)
        top.set_xlabel(_drawn(labels[0]))
        bottom.set_xlabel(_drawn(labels[1]))
        bottom.set_xscale("log")
        bottom.xaxis.set_major_formatter(ScalarFormatter())
        bottom.xaxis.set_minor_formatter(NullFormatter())
        for axes in (top, bottom):
            axes.set_yticks(range(len(names)), map(_drawn, names))
            axes.grid(axis="x", color="#cfd6df")
            axes.set_axisbelow(True)
            axes.spines[["top", "right"]].set_visible(False)
        top.invert_yaxis()
        figure.legend(loc="outside upper center", ncols=len(FRAMEWORKS), frameon=False)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    for text in (*labels, *names):
        svg = svg.replace(f">{_drawn(text)}</text>", f">{text}</text>")
    said = _(
        "Two dot plots, a row for each of {names}: accuracy, and seconds an epoch, with a marker "
        "for each framework. The tables hold the numbers."
    ).format(names=_(", ").join(names))
    size = 'role="img" style="width: 100%; height: auto; max-width: 44rem"'
    return svg[svg.index("<svg") :].replace("<svg", f'<svg {size} aria-label="{said}"', 1)


def _drawn(text: str) -> str:
    """Return what is as wide as a text, for a font that has no Chinese; the browser's has."""
    return re.sub(r"[^\x00-\xff]", "W", text)
