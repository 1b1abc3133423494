"""What only Paddle's networks can see."""

import paddle
from paddle import nn
from paddle.nn import functional as F  # noqa: N812
from seen.networks import Alike


class Seen(Alike):
    utils, no_bias = nn.utils, {"bias_attr": False}
    uneven = {"padding": [1, 0, 0, 1]}  # noqa: RUF012

    def __init__(self, b):
        super().__init__(b)
        self.networks |= {
            "gradient of a map": self.gradient_of_a_map,
            "no bias": lambda: nn.Sequential(self.conv(**self.no_bias), *self.end()),
            "channels last": self.channels_last,
            "shorter numbers": self.shorter,
            "a graph of its own": self.traced,
        }

    def see(self, name, tensor):
        flat = tensor.detach().reshape((len(tensor), -1))
        self.log.append([name, flat.shape, str(tensor.dtype), str(tensor.place)])

    def after(self, layer, hook):
        layer.register_forward_post_hook(hook)

    def next_random(self):
        return float(paddle.rand((1,)))

    def parameter(self, shape):
        return nn.Layer().create_parameter(shape)

    def gradient_of_a_map(self):
        see = self.see

        def forward(self, X):
            Y = self.conv(X)
            if not Y.stop_gradient:
                Y.register_hook(lambda gradient: see("back", gradient))
            return self.end(F.relu(Y))

        return self.network(forward, conv=self.conv(), end=self.head())

    def channels_last(self):
        def forward(self, X):
            return self.end(self.conv(X.transpose((0, 2, 3, 1))))

        return self.network(forward, conv=self.conv(data_format="NHWC"), end=self.head())

    def shorter(self):
        note = self.log.append

        def forward(self, X):
            with paddle.amp.auto_cast(dtype="bfloat16", level="O1"):
                Y = self.conv(X)
            note(["shorter", str(Y.dtype)])
            return self.end(Y.astype("float32"))

        return self.network(forward, conv=self.conv(), end=self.head())

    def traced(self):
        """Has a part that is a graph of the program's own."""
        part = paddle.jit.to_static(nn.Sequential(self.conv(), nn.ReLU()))
        return nn.Sequential(part, *self.end())
