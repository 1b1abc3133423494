"""How PyTorch holds the weights of a network; `d2l_shim.weights` has the rest."""

from collections.abc import Iterator

import numpy as np

from d2l_shim import weights
from d2l_shim.torch.native import nn, torch


class Layout(weights.Layout):
    conv = (nn.Conv2d,)
    norm = (nn.BatchNorm1d, nn.BatchNorm2d)
    dense = (nn.Linear,)
    norm_names = ("weight", "bias", "running_mean", "running_var")

    def layers(self) -> Iterator[weights.Layer]:
        for path, module in self.net.named_modules():
            state = module.state_dict(keep_vars=True)
            own = {name: value for name, value in state.items() if "." not in name}
            own.pop("num_batches_tracked", None)
            lazy = any(torch.nn.parameter.is_lazy(value) for value in own.values())
            yield weights.Layer(
                f"{path or 'net'} ({type(module).__name__})",
                self.kind(module),
                own,
                problem="has no weights yet; call the network on a batch first" if lazy else "",
            )

    def read(self, parameter: torch.Tensor) -> np.ndarray:
        return parameter.detach().float().cpu().numpy()

    def write(self, parameter: torch.Tensor, array: np.ndarray) -> None:
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(array))


weights.layout_of.register(nn.Module, Layout)
