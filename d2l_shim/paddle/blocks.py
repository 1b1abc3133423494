"""The start of a small network on blocks of 2x2 pixels; no training loop lives here.

LeNet's convolutions read one and six channels, where processors compute eight or sixteen at a time.
The pixels that are pooled after the first can be channels of one larger pixel instead, with the
same sums. Paddle spends more time on biases than on such convolutions; here they are weights of one
more channel, which is one everywhere.
"""

from d2l_shim.paddle.native import F, nn, paddle


class InBlocks(nn.Layer):
    """Computes what a network does, with its parameters, on blocks.

    Examples:
        >>> net, X = d2l.lenet(), paddle.rand((2, 1, 28, 28))
        >>> bool(paddle.allclose(InBlocks(net)(X), net(X), atol=1e-6))
        True
        >>> InBlocks(net[3])
        Traceback (most recent call last):
        ValueError: this network is not known on blocks
    """

    def __init__(self, net: nn.Layer) -> None:
        """Take the network.

        Args:
            net: a sequence that starts with a convolution of grey images, an activation, average
                pooling of 2x2 and another convolution.

        Raises:
            ValueError: the network is another one.
        """
        super().__init__()
        layers = list(net) if type(net) is nn.Sequential else []
        if (
            len(layers) < 4
            or not (_is_usual(layers[0]) and _is_usual(layers[3]) and _halves(layers[2]))
            or layers[0]._in_channels != 1
            or type(layers[1]) not in (nn.Sigmoid, nn.ReLU)
        ):
            raise ValueError("this network is not known on blocks")
        self._conv, self._activation, _, self._following, *rest = layers
        self._rest = nn.Sequential(*rest)
        channels = self._conv._out_channels
        mean = paddle.tile(paddle.eye(channels) / 4, (1, 4)).reshape((channels, -1, 1, 1))
        self.register_buffer("_mean", mean, persistable=False)

    def forward(self, X: paddle.Tensor) -> paddle.Tensor:
        """Compute the network's output.

        The first kernel becomes four, one for each pixel of a block, which reach one pixel farther
        and move by two. Their mean is a product with a fixed matrix.
        """
        kernel = paddle.concat(
            [F.pad(self._conv.weight, (j, 1 - j, i, 1 - i)) for i in (0, 1) for j in (0, 1)]
        )
        bias, padding = paddle.tile(self._conv.bias, (4,)), self._conv._padding
        ones = paddle.ones_like(X)
        Y = self._activation(_convolution(X, ones, kernel, bias, 2, padding))
        Y = F.conv2d(Y, self._mean)
        height, width = Y.shape[2:]
        ones = ones[:, :, :height, :width]
        conv = self._following
        return self._rest(_convolution(Y, ones, conv.weight, conv.bias, 1, conv._padding))


def _is_usual(layer: nn.Layer) -> bool:
    """Return whether a layer is a convolution with biases, stride 1 and nothing that is rare."""
    return (
        type(layer) is nn.Conv2D
        and layer.bias is not None
        and (layer._stride, layer._dilation, layer._groups) == ([1, 1], [1, 1], 1)
        and (layer._padding_mode, layer._data_format) == ("zeros", "NCHW")
        and isinstance(layer._padding, int)
        # so that the middle of a window is never outside of the map
        and layer._padding <= (min(layer._kernel_size) - 1) // 2
    )


def _halves(layer: nn.Layer) -> bool:
    """Return whether a layer is average pooling of 2x2 whose windows do not overlap."""
    return (
        type(layer) is nn.AvgPool2D
        and (layer.ksize, layer.padding, layer.ceil_mode) == (2, 0, False)
        and layer.stride in (None, 2)
    )


def _convolution(
    X: paddle.Tensor,
    ones: paddle.Tensor,
    kernel: paddle.Tensor,
    bias: paddle.Tensor,
    stride: int,
    padding: int,
) -> paddle.Tensor:
    """Compute a convolution whose biases are the middle of the kernel for a channel of ones."""
    height, width = kernel.shape[2:]
    down, right = height // 2, width // 2
    tap = F.pad(bias.reshape((-1, 1, 1, 1)), (right, width - 1 - right, down, height - 1 - down))
    X, kernel = paddle.concat([X, ones], 1), paddle.concat([kernel, tap], 1)
    return F.conv2d(X, kernel, stride=stride, padding=padding)
