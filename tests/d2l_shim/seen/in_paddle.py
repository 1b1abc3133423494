"""What only Paddle's networks can see."""

import paddle
from paddle import nn
from paddle.nn import functional as F  # noqa: N812
from seen.networks import Called


class Seen(Called):
    def __init__(self, b):
        super().__init__(b)
        self.networks |= {
            "gradient of a map": self.gradient_of_a_map,
            "hook of a gradient": self.gradient_hook,
            "spectral norm": lambda: self.parametrized(nn.utils.spectral_norm),
            "weight norm": lambda: self.parametrized(nn.utils.weight_norm),
            "no bias": lambda: nn.Sequential(self.conv(bias_attr=False), *self.end()),
            "channels last": self.channels_last,
            "functional": self.functional,
            "a graph of its own": self.traced,
        }

    def see(self, name, tensor):
        flat = tensor.detach().reshape((len(tensor), -1))
        self.log.append([name, flat.shape, str(tensor.dtype), str(tensor.place)])

    def after(self, layer, hook):
        layer.register_forward_post_hook(hook)

    def view(self, X):
        return X.view((X.shape[0], -1))

    def next_random(self):
        return float(paddle.rand((1,)))

    def state(self, net):
        return {name: self.b.array(value) for name, value in net.state_dict().items()}

    def gradient_hook(self):
        net = self.plain()
        net[3].weight.register_hook(lambda gradient: self.see("gradient", gradient))
        net[0].bias.register_hook(lambda gradient: self.see("gradient of a bias", gradient))
        return net

    def parametrized(self, norm):
        return nn.Sequential(norm(self.conv()), nn.ReLU(), *self.end())

    def unusual(self):
        """Convolutions with strides, dilation, groups, padding by name and around the edge."""
        return nn.Sequential(
            nn.Conv2D(1, 4, 3, padding="SAME", dilation=2),
            nn.Conv2D(4, 8, (3, 5), stride=(1, 2), padding=(0, 1), groups=2, bias_attr=False),
            nn.Conv2D(8, 4, 3, padding=1, padding_mode="circular"),
            nn.Conv2D(4, 4, 3, groups=4, padding=[1, 0, 0, 1]),
            nn.AdaptiveAvgPool2D(2),
            *self.end(16),
        )

    def scaled(self):
        class Scaled(nn.Layer):
            def __init__(self):
                super().__init__()
                self.scale = self.create_parameter((4, 1, 1))
                self.bias = self.create_parameter((1,), is_bias=True)

            def forward(self, X):
                return X * self.scale + self.bias

        return Scaled()

    def network(self, forward, **parts):
        """Return a network with some parts and the usual end, which computes like this."""

        class Network(nn.Layer):
            def forward(self, X):
                return self.end(forward(self, X))

        net = Network()
        for name, part in (parts | {"end": nn.Sequential(*self.end())}).items():
            setattr(net, name, part)
        return net

    def gradient_of_a_map(self):
        def forward(net, X):
            Y = net.conv(X)
            if not Y.stop_gradient:
                Y.register_hook(lambda gradient: self.see("back", gradient))
            return F.relu(Y)

        return self.network(forward, conv=self.conv())

    def channels_last(self):
        def forward(net, X):
            return net.conv(X.transpose((0, 2, 3, 1)))

        return self.network(forward, conv=self.conv(data_format="NHWC"))

    def functional(self):
        """Convolves with its own parameter, without a layer, once in shorter numbers."""

        def forward(net, X):
            Y = F.relu(F.conv2d(X, net.kernel / net.kernel.norm(), padding=1))
            with paddle.amp.auto_cast(dtype="bfloat16", level="O1"):
                Y = net.conv(Y)
            self.log.append(["shorter", str(Y.dtype)])
            return Y.astype("float32")

        kernel = nn.Layer().create_parameter((4, 1, 3, 3))
        return self.network(forward, kernel=kernel, conv=self.conv(4))

    def traced(self):
        """Has a part that is a graph of the program's own."""
        part = paddle.jit.to_static(nn.Sequential(self.conv(), nn.ReLU()))
        return self.network(lambda net, X: net.part(X), part=part)
