"""Names of tensors and what one does with them, in MXNet's own order of arguments."""

from d2l_shim.methods import method
from d2l_shim.methods import tensor_names as __all__
from d2l_shim.mxnet.native import np

abs = np.abs
arange = np.arange
argmax = method("argmax")
astype = method("astype")
concat = np.concatenate
cos = np.cos
eye = np.eye
float32 = np.float32
int32 = np.int32
log = np.log
matmul = np.dot
normal = np.random.normal
numpy = method("asnumpy")
ones = np.ones
ones_like = np.ones_like
rand = np.random.rand
reduce_mean = method("mean")
reduce_sum = method("sum")
reshape = method("reshape")
sin = np.sin
stack = np.stack
tanh = np.tanh
tensor = np.array
zeros = np.zeros
zeros_like = np.zeros_like


def size(x: np.ndarray) -> int:
    """Return how many elements an array has."""
    return x.size


def transpose(x: np.ndarray) -> np.ndarray:
    """Return an array with its axes in reverse order."""
    return x.T
