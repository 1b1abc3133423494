"""How a network computes when it trains: in which layout and precision; no training loop here."""

from collections.abc import Collection

from d2l_shim.processor import multiplies_bfloat16
from d2l_shim.torch.blocks import in_blocks
from d2l_shim.torch.native import nn, torch

MEANS = ("kept-memory", "channels-last", "blocks", "bfloat16")


def bfloat16_is_fast(device: torch.device) -> bool:
    """Return whether a device multiplies bfloat16 numbers itself, faster than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and multiplies_bfloat16()


class Forward:
    """Computes with a network, faster where the device allows it.

    Images and kernels keep their channels last in memory, as oneDNN and cuDNN like them, and layers
    that multiply do so in bfloat16, whose numbers have the range of float32 and eight bits of
    precision. Parameters stay float32, so what a step changes is not rounded away. A network with
    few channels that can start on blocks of pixels does so, and keeps its channels first.
    """

    def __init__(self, net: nn.Module, device: torch.device, means: Collection[str]) -> None:
        """Take the network, the device it is on, and which of `MEANS` to use."""
        self._net = net
        self._call = in_blocks(net) if "blocks" in means and device.type == "cpu" else net
        last = "channels-last" in means and self._call is net
        self._layout = torch.channels_last if last else torch.contiguous_format
        self._bfloat16 = "bfloat16" in means and bfloat16_is_fast(device)
        self._device_type = device.type
        net.to(memory_format=self._layout)

    def __call__(self, X: torch.Tensor) -> torch.Tensor:
        """Compute the network's output, in float32."""
        if X.dim() == 4:
            X = X.contiguous(memory_format=self._layout)
        with torch.autocast(self._device_type, torch.bfloat16, enabled=self._bfloat16):
            return self._call(X).float()

    def end(self) -> None:
        """Leave the network's parameters in the layout that they had."""
        self._net.to(memory_format=torch.contiguous_format)
