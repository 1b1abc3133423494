"""Names of tensors and what one does with them, in PyTorch's own order of arguments."""

from typing import Any

from d2l_shim.methods import method
from d2l_shim.methods import tensor_names as __all__
from d2l_shim.torch.native import torch

abs = torch.abs
arange = torch.arange
argmax = method("argmax")
astype = method("type")
concat = torch.cat
cos = torch.cos
eye = torch.eye
float32 = torch.float32
int32 = torch.int32
log = torch.log
matmul = torch.matmul
normal = torch.normal
ones = torch.ones
ones_like = torch.ones_like
rand = torch.rand
reduce_mean = method("mean")
reduce_sum = method("sum")
reshape = method("reshape")
sin = torch.sin
size = method("numel")
stack = torch.stack
tanh = torch.tanh
tensor = torch.tensor
transpose = method("t")
zeros = torch.zeros
zeros_like = torch.zeros_like


def numpy(x: torch.Tensor) -> Any:
    """Return a tensor as a NumPy array in main memory, without its gradient."""
    return x.detach().cpu().numpy()
