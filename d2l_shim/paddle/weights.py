"""How Paddle holds the weights of a network; `d2l_shim.weights` has the rest."""

from collections.abc import Iterator

import numpy as np

from d2l_shim import weights
from d2l_shim.paddle.native import nn, paddle


class Layout(weights.Layout):
    conv = (nn.Conv2D,)
    norm = (nn.BatchNorm1D, nn.BatchNorm2D)
    dense = (nn.Linear,)
    norm_names = ("weight", "bias", "_mean", "_variance")
    dense_axes = (1, 0)

    def layers(self) -> Iterator[weights.Layer]:
        for path, layer in self.net.named_sublayers(include_self=True):
            last = getattr(layer, "_data_format", None) in ("NHWC", "NLC")
            yield weights.Layer(
                f"{path or 'net'} ({type(layer).__name__})",
                self.kind(layer),
                layer.state_dict(include_sublayers=False),
                problem="has its channels last; build it with data_format='NCHW'" if last else "",
            )

    def read(self, parameter: paddle.Tensor) -> np.ndarray:
        return parameter.astype("float32").numpy()

    def write(self, parameter: paddle.Tensor, array: np.ndarray) -> None:
        # a plain array would go to the device that is set now
        tensor = paddle.to_tensor(array, place=parameter.place)
        parameter.set_value(tensor.astype(parameter.dtype))


weights.layout_of.register(nn.Layer, Layout)
