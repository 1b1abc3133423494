"""The start of a small network on blocks of 2x2 pixels; no training loop lives here.

LeNet's convolutions read one and six channels, where processors compute eight or sixteen at a time.
The pixels that are pooled after the first can be channels of one larger pixel instead, with the
same sums, and channels that are missing to a multiple of eight can be there and count for nothing.
"""

from collections.abc import Callable

from d2l_shim.torch.native import F, nn, torch


def in_blocks(net: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return what computes as a network does, with its parameters, on blocks where that is known.

    It is known of a sequence that starts with a convolution of grey images, an activation, average
    pooling of 2x2 and another convolution. Any other network is returned as it is.

    Examples:
        >>> net, X = d2l.lenet(), torch.rand(2, 1, 28, 28)
        >>> torch.allclose(in_blocks(net)(X), net(X), atol=1e-6), in_blocks(net[3]) is net[3]
        (True, True)
    """
    if type(net) is not nn.Sequential or len(net) < 5:
        return net
    conv, activation, pool, following, *_ = net
    if (
        not (_is_usual(conv) and _is_usual(following) and _halves(pool))
        or (conv.in_channels, conv.stride) != (1, (1, 1))
        or type(activation) not in (nn.Sigmoid, nn.ReLU)
    ):
        return net

    def forward(X: torch.Tensor) -> torch.Tensor:
        return net[4:](_start(conv, activation, following, X))

    return forward


def _is_usual(layer: nn.Module) -> bool:
    """Return whether a layer is a convolution with biases and without what is rare."""
    return (
        type(layer) is nn.Conv2d
        and layer.bias is not None
        and (layer.groups, layer.dilation, layer.padding_mode) == (1, (1, 1), "zeros")
        and not isinstance(layer.padding, str)
    )


def _halves(layer: nn.Module) -> bool:
    """Return whether a layer is average pooling of 2x2 whose windows do not overlap."""
    return type(layer) is nn.AvgPool2d and (
        (layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode)
        in ((2, 2, 0, False), ((2, 2), (2, 2), (0, 0), False))
    )


def _start(
    conv: nn.Conv2d,
    activation: Callable[[torch.Tensor], torch.Tensor],
    following: nn.Conv2d,
    X: torch.Tensor,
) -> torch.Tensor:
    """Compute convolution, activation, pooling and convolution.

    The first kernel becomes four, one for each pixel of a block, which reach one pixel farther and
    move by two.
    """
    unused = -conv.out_channels % 8
    kernels = F.pad(conv.weight, (1, 1, 1, 1, 0, 0, 0, unused))
    for axis, side in zip((2, 3), conv.kernel_size, strict=True):
        kernels = kernels.unfold(axis, side + 1, 1)
    kernel = kernels.permute(2, 3, 0, 1, 4, 5).flatten(0, 2)
    bias = F.pad(conv.bias, (0, unused)).repeat(4)
    Y = activation(F.conv2d(X, kernel, bias, stride=2, padding=conv.padding))
    Y = Y.unflatten(1, (4, -1)).mean(1)
    kernel = F.pad(following.weight, (0, 0, 0, 0, 0, unused))
    return F.conv2d(Y, kernel, following.bias, following.stride, following.padding)
