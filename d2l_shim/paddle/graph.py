"""Networks as graphs whose convolutions run on oneDNN; no training loop lives here.

Paddle's own convolutions on a CPU go through a batch image by image. It comes with those of oneDNN,
which are several times faster, but only operations of a graph can be told to use them, and only
graphs of the older of Paddle's two kinds train with them without a crash.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from d2l_shim.graphs import Tables
from d2l_shim.paddle.blocks import InBlocks
from d2l_shim.paddle.native import F, nn, paddle

# with others on oneDNN, nothing is gained (batch norm, ReLU), or it crashes (pooling)
ON_ONEDNN = {"conv2d", "depthwise_conv2d"}
# what shows its input in another shape, and what may come before it besides biases: gradients of
# most others, ReLU and sigmoid among them, get lost there, and those of convolutions on oneDNN end
# the process
VIEWS = {"flatten_contiguous_range", "reshape2", "squeeze2", "unsqueeze2"}
BEFORE_VIEWS = {"pad3d", "pool2d", "tile"}

MEANS = ("kept-memory", "graph", "blocks")


def _check(program: Any) -> None:
    """Look for what Paddle computes wrongly in a graph.

    Raises:
        ValueError: there is such an operation.
    """
    block = program.global_block()
    parameters = {name for name, variable in block.vars.items() if variable.persistable}
    harmful = set()
    for op in block.ops:
        if op.type in VIEWS:
            if not harmful.isdisjoint(op.input("X")):
                raise ValueError(f"gradients would get lost in {op.type}")
            if parameters.issuperset(op.input("X")):
                parameters.update(op.output("Out"))
        adds_bias = op.type == "elementwise_add" and parameters.issuperset(op.input("Y"))
        if op.type not in VIEWS | BEFORE_VIEWS and not adds_bias:
            harmful.update(op.output_arg_names)


class _OneDNN:
    """What Paddle calls with the graph of a network for training and with that for inference."""

    def before_append_backward(self, program: Any) -> Any:
        for op in program.global_block().ops:
            if op.type in ON_ONEDNN:
                # the operation of its gradient takes it over
                op._set_attr("use_mkldnn", True)
        return program

    def after_append_backward(self, program: Any, start: int) -> tuple[Any, int]:
        return program, start

    def after_infer(self, program: Any) -> Any:
        for op in program.global_block().ops:
            if op.type in ON_ONEDNN:
                op._set_attr("use_mkldnn", True)
                # otherwise oneDNN keeps the weights of the first call for all later ones
                op._set_attr("is_test", False)
        return program


class Graph:
    """A network that computes as a graph, on oneDNN, with the parameters that it has.

    Called like the network, with batches of any size; what came out goes back through `backward`.
    It is in training or in inference mode as the network is; modes of single layers do not count.

    Examples:
        >>> net = nn.Sequential(nn.Conv2D(1, 2, 3), nn.BatchNorm2D(2))
        >>> graph, X = Graph(net, (1, 1, 8, 8)), paddle.rand((4, 1, 8, 8))
        >>> Y = graph(X)
        >>> tuple(Y.shape), bool(paddle.allclose(Y, net(X), atol=1e-4))
        ((4, 2, 6, 6), True)
    """

    def __init__(self, net: nn.Layer, shape: tuple[int, ...], blocks: bool = False) -> None:
        """Make the graphs, for training and for inference.

        Args:
            net: the network.
            shape: shape of an input, (b, channels, height, width); b may be another later.
            blocks: whether it starts on blocks of pixels.

        Raises:
            ValueError: there can be no graph of this network, or it is not known on blocks.
        """
        parts = net.sublayers(include_self=True)
        tables = Tables(
            [t for layer in parts for t in (vars(layer), layer._buffers, layer._parameters)]
        )
        self._net, self._traced = net, InBlocks(net) if blocks else net
        spec = paddle.static.InputSpec([None, *shape[1:]], "float32")
        try:
            with paddle.pir_utils.DygraphOldIrGuard(), _traceable_sigmoid():
                self._forward = paddle.jit.to_static(
                    self._traced.forward, input_spec=[spec], full_graph=True
                )
                for is_train in (False, True):
                    (net.train if is_train else net.eval)()
                    self._traced.training = is_train
                    concrete, program = self._forward.get_concrete_program(
                        paddle.zeros(shape), is_train=is_train
                    )
                    _check(concrete.main_program)
                    program.set_hooker(_OneDNN())
        except Exception as error:
            raise ValueError(f"there can be no graph of this network: {error}") from error
        finally:
            changed = tables.restore()
        if changed:
            raise ValueError("a layer of this network changes itself while it computes")

    def __call__(self, X: paddle.Tensor) -> paddle.Tensor:
        """Compute the network's output."""
        self._traced.training = self._net.training
        with paddle.pir_utils.DygraphOldIrGuard():
            return self._forward(X)

    def backward(self, loss: paddle.Tensor) -> None:
        """Compute the gradients of a loss of outputs."""
        with paddle.pir_utils.DygraphOldIrGuard():
            loss.backward()


class Forward:
    """Computes with a network, as a graph where that is possible and asked for.

    Convolutions on a GPU need no graph, and of a network that changes itself while it computes, as
    a batch normalization made by hand does, there can be none.
    """

    def __init__(self, net: nn.Layer, means: Collection[str]) -> None:
        """Take the network, and which of `MEANS` to use."""
        self._net = net
        has_onednn = getattr(paddle.base.core, "is_compiled_with_mkldnn", lambda: False)
        asked = not {"graph", "blocks"}.isdisjoint(means)
        self._open = asked and paddle.get_device() == "cpu" and has_onednn()
        self._blocks = "blocks" in means
        self._graph: Graph | None = None

    def __call__(self, X: paddle.Tensor) -> paddle.Tensor:
        """Compute the network's output."""
        if self._open:
            self._open = False
            for blocks in (True, False) if self._blocks else (False,):
                with suppress(ValueError):
                    self._graph = Graph(self._net, X.shape, blocks)
                    break
        return (self._graph or self._net)(X)

    def backward(self, loss: paddle.Tensor) -> None:
        """Compute the gradients of a loss of outputs."""
        (self._graph.backward if self._graph else paddle.Tensor.backward)(loss)


@contextmanager
def _traceable_sigmoid() -> Iterator[None]:
    """Let the sigmoid be part of a graph of the older kind, which Paddle's own no longer can."""
    usual = F.sigmoid

    def sigmoid(x: Any, name: str | None = None) -> Any:
        helper = paddle.base.layer_helper.LayerHelper("sigmoid", name=name)
        out = helper.create_variable_for_type_inference(x.dtype)
        helper.append_op(type="sigmoid", inputs={"X": x}, outputs={"Out": out})
        return out

    F.sigmoid = sigmoid
    try:
        yield
    finally:
        F.sigmoid = usual
