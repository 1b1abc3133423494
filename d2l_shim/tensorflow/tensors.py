"""Names of tensors and what one does with them, in TensorFlow's own order of arguments."""

from d2l_shim.methods import method
from d2l_shim.methods import tensor_names as __all__
from d2l_shim.tensorflow.native import tf

abs = tf.abs
arange = tf.range
argmax = tf.argmax
astype = tf.cast
concat = tf.concat
cos = tf.cos
eye = tf.eye
float32 = tf.float32
int32 = tf.int32
log = tf.math.log
matmul = tf.matmul
normal = tf.random.normal
numpy = method("numpy")
ones = tf.ones
ones_like = tf.ones_like
rand = tf.random.uniform
reduce_mean = tf.reduce_mean
reduce_sum = tf.reduce_sum
reshape = tf.reshape
sin = tf.sin
stack = tf.stack
tanh = tf.tanh
tensor = tf.constant
transpose = tf.transpose
zeros = tf.zeros
zeros_like = tf.zeros_like


def size(x: tf.Tensor) -> int:
    """Return how many elements a tensor has."""
    return int(tf.size(x))
