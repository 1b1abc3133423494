"""Convolutions on oneDNN, several times as fast on a CPU as Paddle's own; no training loop here.

Paddle comes with them, but only operations of a graph can be told to use them, and only graphs of
the older of Paddle's two kinds train with them without a crash. So each kind of convolution becomes
a graph of its own, of that one operation; all else of a network runs as it is written.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from d2l_shim.paddle.native import F, convolving_by, older_graphs, paddle


class _OneDNN:
    """What Paddle calls with the graph for training and with that for inference."""

    def before_append_backward(self, program: Any) -> Any:
        for op in program.global_block().ops:
            # the operation of its gradient takes it over
            op._set_attr("use_mkldnn", True)
        return program

    def after_append_backward(self, program: Any, start: int) -> tuple[Any, int]:
        return program, start

    def after_infer(self, program: Any) -> Any:
        for op in program.global_block().ops:
            op._set_attr("use_mkldnn", True)
            # otherwise oneDNN keeps the weights of the first call for all later ones
            op._set_attr("is_test", False)
        return program


@contextmanager
def on_onednn(graphs: dict[tuple, Any] | None = None) -> Iterator[None]:
    """Let oneDNN compute the convolutions of float32 maps on a CPU that run inside this context.

    Graphs are kept in `graphs` for another time.

    Examples:
        >>> conv, X, graphs = paddle.nn.Conv2D(1, 2, 3), paddle.rand((4, 1, 8, 8)), {}
        >>> with on_onednn(graphs):
        ...     Y = conv(X)
        >>> len(graphs), bool(paddle.allclose(Y, conv(X), atol=1e-5))
        (1, True)
    """
    if not getattr(paddle.base.core, "is_compiled_with_mkldnn", bool)():
        yield
        return
    usual, graphs = paddle._C_ops.conv2d, {} if graphs is None else graphs

    def conv2d(X: Any, weight: Any, *given: Any) -> Any:
        if not (_is_plain(X) and _is_plain(weight)) or given[-1] != "NCHW":
            return usual(X, weight, *given)
        parts = (X.shape[1:], X.stop_gradient, weight.shape, weight.stop_gradient, *given)
        key = tuple(tuple(part) if isinstance(part, list) else part for part in parts)
        with older_graphs():
            if key not in graphs:
                graphs[key] = _graph((X, weight), given)
            graph = graphs[key]
            is_learned = not (X.stop_gradient and weight.stop_gradient)
            graph.training = paddle.is_grad_enabled() and is_learned
            return graph([X, weight])

    with convolving_by(conv2d):
        yield


def _is_plain(tensor: Any) -> bool:
    """Return whether a convolution of this is one of float32 numbers on a CPU, without a graph."""
    return (
        isinstance(tensor, paddle.base.core.eager.Tensor)
        and tensor.dtype == paddle.float32
        and tensor.place.is_cpu_place()
        # within `paddle.amp.auto_cast` it is one of shorter numbers
        and paddle.base.framework._dygraph_tracer()._amp_level == paddle.base.core.AmpLevel.O0
    )


def _graph(tensors: tuple[Any, Any], given: tuple[Any, ...]) -> Callable[[list[Any]], Any]:
    """Return the graph of a convolution, for batches of any size."""
    stride, padding, algorithm, dilation, groups, layout = given

    def convolution(X: Any, weight: Any) -> Any:
        return F.conv._conv_nd(
            X, weight, None, stride, padding, algorithm, dilation, groups, layout, use_cudnn=False
        )

    shapes = ([None, *tensors[0].shape[1:]], tensors[1].shape)
    specs = [
        paddle.static.InputSpec(shape, "float32", stop_gradient=tensor.stop_gradient)
        for shape, tensor in zip(shapes, tensors, strict=True)
    ]
    function = paddle.jit.to_static(convolution, input_spec=specs, full_graph=True)
    _, graph = function.get_concrete_program(*tensors, is_train=True)
    graph.set_hooker(_OneDNN())
    return graph
