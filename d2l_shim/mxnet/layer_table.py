"""How MXNet's networks are looked at, for the table of their layers."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from d2l_shim import layer_table
from d2l_shim.mxnet.native import autograd, gluon, nn, np, npx
from d2l_shim.state import swapped


class Inspector(layer_table.Inspector):
    sequential = (nn.Sequential, nn.HybridSequential)
    counted = (nn.Conv2D, nn.Dense)

    @contextmanager
    def looking(self, shape: tuple[int, ...]) -> Iterator[tuple]:
        net = self.net
        parameters = list(net.collect_params().values())
        if any(p._data is None and not p._deferred_init for p in parameters):
            net = copy.deepcopy(net)
            net.initialize(force_reinit=True)
            parameters = list(net.collect_params().values())
        device = parameters[0].list_ctx()[0] if parameters else npx.cpu()
        # the layers of a hybridized block are not called one by one
        plain = [(vars(block), "_active", False) for block in self.layers(net)]
        with autograd.predict_mode(), swapped(*plain):
            yield net, np.zeros(shape, ctx=device)

    def layers(self, layer: gluon.Block) -> Iterable[gluon.Block]:
        found = []
        layer.apply(found.append)
        return found

    def watch(self, layer: gluon.Block, note: Any) -> Any:
        return layer.register_forward_hook(note).detach

    def trainable(self, layer: gluon.Block) -> Iterable[tuple[int, ...]]:
        return [p.shape for p in layer.collect_params().values() if p.grad_req != "null"]

    def name(self, layer: gluon.Block) -> str:
        activation = layer._act_type if isinstance(layer, nn.Activation) else None
        return layer_table.layer_name(layer, activation)


layer_table.inspector.register(gluon.Block, Inspector)
