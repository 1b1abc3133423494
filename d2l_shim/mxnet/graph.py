"""Networks as graphs, in which MXNet reserves memory once; no training loop lives here."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType

from d2l_shim.graphs import Tables
from d2l_shim.mxnet.blocks import in_blocks
from d2l_shim.mxnet.native import autograd, gluon, mx, np, npx

MEANS = ("kept-memory", "graph", "blocks")


def graph_of(net: gluon.Block, blocks: bool = False) -> gluon.Block:
    """Return a network that computes as a graph with the parameters that the given one has.

    Gluon makes graphs of blocks of one kind only (`HybridBlock`), and those of the book are of the
    other, which is easier to read. So the network is given a symbol in place of images, and what it
    does with it is the graph.

    Args:
        net: the network; it has seen an input.
        blocks: whether it starts on blocks of pixels, where that is known.

    Raises:
        ValueError: there can be no graph of this network.

    Examples:
        >>> net, X = gluon.nn.Sequential(), np.ones((4, 1, 8, 8))
        >>> net.add(gluon.nn.Conv2D(2, 3))
        >>> net.initialize()
        >>> Y = net(X)
        >>> bool(abs(graph_of(net)(X) - Y).max() < 1e-6)
        True
    """
    parts = []
    net.apply(parts.append)
    tables = Tables([vars(block) for block in parts])
    images = mx.sym.var("images").as_np_ndarray()
    try:
        with _symbols_for(np, mx.sym.np), _symbols_for(npx, mx.sym.npx), _no_look_at_the_mode():
            scores = in_blocks(net, images) if blocks else net(images)
        graph = gluon.SymbolBlock(scores, images, params=net.collect_params())
    except Exception as error:
        raise ValueError(f"there can be no graph of this network: {error}") from error
    finally:
        changed = tables.restore()
    if changed:
        raise ValueError("a layer of this network changes itself while it computes")
    graph.hybridize(static_alloc=True, static_shape=True)
    return graph


@contextmanager
def _symbols_for(module: ModuleType, symbolic: ModuleType) -> Iterator[None]:
    """Let the functions of a module take symbols in place of arrays."""
    usual = {
        name: getattr(module, name)
        for name in dir(symbolic)
        if not name.startswith("_")
        and callable(getattr(module, name, None))
        and not isinstance(getattr(module, name), type)
    }
    try:
        for name in usual:
            setattr(module, name, getattr(symbolic, name))
        yield
    finally:
        for name, function in usual.items():
            setattr(module, name, function)


@contextmanager
def _no_look_at_the_mode() -> Iterator[None]:
    """Let a network fail that asks whether it is trained: in a graph it would ask only once."""
    usual = autograd.is_training

    def is_training() -> bool:
        raise ValueError("a layer asks whether the network is trained")

    autograd.is_training = is_training
    try:
        yield
    finally:
        autograd.is_training = usual


class Forward:
    """Computes with a network, as a graph where that is possible and asked for.

    Of a network that changes itself while it computes, as a batch normalization made by hand does,
    there can be no graph.
    """

    def __init__(self, net: gluon.Block, means: Collection[str]) -> None:
        """Take the network, which has seen an input, and which of `MEANS` to use."""
        self._call = net
        on_cpu = all(p.list_ctx()[0].device_type == "cpu" for p in net.collect_params().values())
        blocks = "blocks" in means and on_cpu
        if "graph" in means or blocks:
            with suppress(ValueError):
                self._call = graph_of(net, blocks)

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Compute the network's output."""
        return self._call(X)
