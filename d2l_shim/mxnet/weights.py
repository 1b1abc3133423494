"""How MXNet holds the weights of a network; `d2l_shim.weights` has the rest."""

from collections.abc import Iterator, Sequence

import numpy

from d2l_shim import weights
from d2l_shim.mxnet.native import gluon, initializer, mx, nn, np


class Layout(weights.Layout):
    conv = (nn.Conv2D,)
    norm = (nn.BatchNorm,)
    dense = (nn.Dense,)
    norm_names = ("gamma", "beta", "running_mean", "running_var")

    def layers(self) -> Iterator[weights.Layer]:
        blocks = {}
        # a block that is used twice counts once
        self.net.apply(lambda block: blocks.setdefault(id(block), block))
        return map(self._layer, blocks.values())

    def _layer(self, block: gluon.Block) -> weights.Layer:
        own = block._reg_params or dict(block.params.items())
        own = {name: value for name, value in own.items() if value is not None}
        kwargs = getattr(block, "_kwargs", {})
        problem = ""
        if str(kwargs.get("layout")).endswith("C"):
            problem = "has its channels last; build it with layout='NCHW'"
        elif kwargs.get("fix_gamma"):
            # MXNet computes as if it were 1, whatever is in it
            own.pop("gamma")
        where = f"{block.name} ({type(block).__name__})"
        return weights.Layer(where, self.kind(block), own, problem=problem)

    def check_values(self, entries: Sequence[weights.Entry]) -> None:
        if waiting := [entry.name for entry in entries if entry.parameter._data is None]:
            raise weights.WeightsError(
                f"{', '.join(waiting)} have no values yet; call net.initialize(), if that was not "
                "done, and then the network on a batch"
            )

    def read(self, parameter: gluon.Parameter) -> numpy.ndarray:
        return parameter.list_data()[0].astype("float32").asnumpy()

    def write(self, parameter: gluon.Parameter, array: numpy.ndarray) -> None:
        if parameter._data is None:
            known = map(_devices, [parameter, *self.net.collect_params().values()])
            devices = next(filter(None, known), [mx.context.current_context()])
            parameter.shape = array.shape
            parameter.initialize(initializer.Zero(), devices)
        parameter.set_data(np.array(array, dtype=parameter.dtype))


def _devices(parameter: gluon.Parameter) -> list[mx.Context]:
    """Return where a parameter is or, while it waits for its shape, will be."""
    known = parameter._data is not None or parameter._deferred_init
    return parameter.list_ctx() if known else []


weights.layout_of.register(gluon.Block, Layout)
