"""What `from d2l import paddle as d2l` gives: d2l_shim.paddle, and what d2l had besides."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from d2l_shim import paddle as shim
from d2l_shim.compat import downloads, drawing, shared
from d2l_shim.compat.handed_on import drop_in
from d2l_shim.methods import method
from d2l_shim.paddle.native import nn, on_device, paddle
from d2l_shim.training import device_name

nn_Module = nn.Layer  # noqa: N816 (its name there)
exp, linspace, meshgrid = paddle.exp, paddle.linspace, paddle.meshgrid
sinh, cosh, randn, to = paddle.sinh, paddle.cosh, paddle.randn, method("to")
NAMES = """
    nn_Module exp linspace meshgrid sinh cosh randn to d2l=d2l_shim.compat.d2l.paddle
    paddlevision=paddle.vision transforms=paddle.vision.transforms warnings=warnings
"""


class Helpers(shared.Eager):
    """d2l's functions for Paddle."""

    _network, _optimizer, _clear = nn.Layer, paddle.optimizer.Optimizer, "clear_grad"
    _no_grad = paddle.no_grad

    def load_array(self, data_arrays, batch_size, is_train=True):
        """Return tensors of equal length as batches, shuffled for training."""
        dataset = paddle.io.TensorDataset(data_arrays)
        return paddle.io.DataLoader(dataset, batch_size=batch_size, shuffle=is_train)

    @contextmanager
    def _placed(self, net: nn.Layer, devices: Sequence) -> Iterator[nn.Layer]:
        with on_device(device_name(devices[0])):
            net.to(device_name(devices[0]))
            yield net


helpers = Helpers(shim)
OWNERS = helpers, shim, shim.native, downloads, drawing, shared
__all__, __path__, __getattr__ = drop_in("d2l.paddle", OWNERS, NAMES)
