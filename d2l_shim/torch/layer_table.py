"""How PyTorch's networks are looked at, for the table of their layers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from d2l_shim import layer_table
from d2l_shim.torch.native import inference, nn, torch


class Inspector(layer_table.Inspector):
    sequential = nn.Sequential
    counted = (nn.Conv2d, nn.Linear)

    @contextmanager
    def looking(self, shape: tuple[int, ...]) -> Iterator[tuple]:
        device = next((p.device for p in self.net.parameters()), torch.device("cpu"))
        with inference(self.net):
            yield self.net, torch.zeros(shape, device=device)

    def layers(self, layer: nn.Module) -> Iterable[nn.Module]:
        return layer.modules()

    def watch(self, layer: nn.Module, note: Any) -> Any:
        return layer.register_forward_hook(note).remove

    def trainable(self, layer: nn.Module) -> Iterable[torch.Size]:
        return [p.shape for p in layer.parameters() if p.requires_grad]


layer_table.inspector.register(nn.Module, Inspector)
