"""Names of tensors and what one does with them, in Paddle's own order of arguments."""

from typing import Any

from d2l_shim.methods import method
from d2l_shim.methods import tensor_names as __all__
from d2l_shim.paddle.native import paddle

abs = paddle.abs
arange = paddle.arange
argmax = method("argmax")
astype = method("astype")
concat = paddle.concat
cos = paddle.cos
eye = paddle.eye
float32 = paddle.float32
int32 = paddle.int32
log = paddle.log
matmul = paddle.matmul
normal = paddle.normal
ones = paddle.ones
ones_like = paddle.ones_like
rand = paddle.rand
reduce_mean = method("mean")
reduce_sum = method("sum")
reshape = method("reshape")
sin = paddle.sin
stack = paddle.stack
tanh = paddle.tanh
tensor = paddle.to_tensor
transpose = method("t")
zeros = paddle.zeros
zeros_like = paddle.zeros_like


def numpy(x: paddle.Tensor) -> Any:
    """Return a tensor as a NumPy array in main memory, without its gradient."""
    return x.detach().numpy()


def size(x: paddle.Tensor) -> int:
    """Return how many elements a tensor has."""
    return int(x.size)
