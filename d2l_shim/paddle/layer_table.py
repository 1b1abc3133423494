"""How Paddle's networks are looked at, for the table of their layers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from d2l_shim import layer_table
from d2l_shim.paddle.native import inference, nn, paddle


class Inspector(layer_table.Inspector):
    sequential = nn.Sequential
    counted = (nn.Conv2D, nn.Linear)

    @contextmanager
    def looking(self, shape: tuple[int, ...]) -> Iterator[tuple]:
        with inference(self.net):
            yield self.net, paddle.zeros(shape)

    def layers(self, layer: nn.Layer) -> Iterable[nn.Layer]:
        return layer.sublayers(include_self=True)

    def watch(self, layer: nn.Layer, note: Any) -> Any:
        return layer.register_forward_post_hook(note).remove

    def trainable(self, layer: nn.Layer) -> Iterable[list[int]]:
        return [p.shape for p in layer.parameters() if not p.stop_gradient]


layer_table.inspector.register(nn.Layer, Inspector)
