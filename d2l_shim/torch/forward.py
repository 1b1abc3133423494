"""In which precision a network computes when it trains; no training loop lives here."""

import dis
from collections.abc import Callable
from types import FunctionType

from d2l_shim.processor import multiplies_bfloat16, wants_bfloat16
from d2l_shim.torch.native import HOOKS, F, nn, torch

# layers that compute the same with any layout and precision of their input
LAYERS = {
    *(nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.Identity, nn.Flatten, nn.Linear, nn.Conv2d),
    *(nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm, nn.Dropout, nn.Dropout2d),
    *(nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d),
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Tanh),
}
# and what a `forward` may say besides the names of its own layers
WORDS = {
    *("torch", "nn", "F", "functional", "cat", "concat", "flatten", "training"),
    *("relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh"),
    *("max_pool2d", "avg_pool2d", "adaptive_max_pool2d", "adaptive_avg_pool2d"),
}
MODULES = {"torch": torch, "nn": nn, "F": F}


def bfloat16_is_fast(device: torch.device) -> bool:
    """Return whether a device multiplies bfloat16 numbers itself, faster than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and multiplies_bfloat16()


def forward_of(net: nn.Module, device: torch.device, bfloat16: bool) -> Callable:
    """Return what computes with a network, in bfloat16 where that is asked for and changes nothing.

    There layers that multiply do so in bfloat16, whose numbers have the range of float32 and eight
    bits of precision, and maps keep their channels last in memory. Parameters stay as they are, so
    what a step changes is not rounded away, and the output is float32. A network that could tell
    the difference computes as it is, and a printed line says why.
    """
    if not (bfloat16 and wants_bfloat16(bfloat16_is_fast(device))):
        return net
    reason = what_sees(net)
    drops = any(isinstance(layer, nn.Dropout | nn.Dropout2d) for layer in net.modules())
    if drops and device.type != "cpu":
        reason = reason or "on this device dropout would draw other numbers"
    if reason:
        print(f"computes in float32, not bfloat16: {reason}")
        return net

    def forward(X: torch.Tensor) -> torch.Tensor:
        # dropout draws its numbers in the order of memory
        if X.dim() == 4 and not drops:
            # grey images too become what convolutions take for channels last
            X = torch.empty_like(X, memory_format=torch.channels_last).copy_(X)
        with torch.autocast(device.type, torch.bfloat16):
            return net(X).float()

    return forward


def what_sees(net: nn.Module) -> str:
    """Return what in a network could see another layout or precision of its maps, or nothing.

    All its parts must be layers of PyTorch that cannot, or have a `forward` that says nothing but
    names of its own layers and of functions that cannot. Hooks could.
    """
    if nn.modules.module._has_any_global_hook():
        return "there is a hook for all layers"
    for layer in net.modules():
        kind = type(layer).__name__
        if any(getattr(layer, name) for name in HOOKS):
            return f"{kind} has a hook"
        if any(param._backward_hooks for param in layer.parameters(recurse=False)):
            return f"a parameter of {kind} has a hook"
        if any(param.dtype != torch.float32 for param in layer.parameters(recurse=False)):
            return f"a parameter of {kind} is no float32"
        if {"forward", "__call__"} & vars(layer).keys():
            return f"a {kind} has another forward than its class"
        forward = type(layer).forward
        if type(layer) in LAYERS and str(getattr(forward, "__module__", "")).startswith("torch."):
            continue
        if type(layer).__call__ is not nn.Module.__call__ or not isinstance(forward, FunctionType):
            return f"{kind} is called in a way of its own"
        if type(layer).__module__.startswith("torch."):
            return f"{kind} is not among the layers that are known to give the same"
        absent = {name for name, value in vars(layer).items() if value is None}
        word = _other_word(forward, absent | layer._modules.keys())
        if word:
            return f"forward of {kind} says {word}"
    return ""


def _other_word(function: FunctionType, own: set[str]) -> str:
    """Return what a function says that is neither known nor a name of its own, or nothing."""
    names = function.__code__.co_names
    for step in dis.get_instructions(function):
        if step.opname.startswith("MAKE_FUNCTION"):
            return "a function inside it"
        if step.opname.startswith(("LOAD_GLOBAL", "LOAD_NAME")):
            known = MODULES.get(step.argval)
            if known is None or function.__globals__.get(step.argval) is not known:
                return step.argval
        elif step.opname.startswith("LOAD_CONST"):
            continue
        elif "DEREF" in step.opname or (
            step.argval in names and (step.argval not in WORDS | own or "LOAD" not in step.opname)
        ):
            return step.argval
    return ""
