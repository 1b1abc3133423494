"""The start of a small network on blocks of 2x2 pixels; no training loop lives here.

LeNet's convolutions read one and six channels, where processors compute eight or sixteen at a time.
The pixels that are pooled after the first can be channels of one larger pixel instead, with the
same sums, and channels that are missing to a multiple of eight can be there and count for nothing.
"""

from d2l_shim.mxnet.native import gluon, mx, nn, np, npx

USUAL = {"stride": (1, 1), "dilate": (1, 1), "num_group": 1, "no_bias": False, "layout": "NCHW"}
HALVING = {
    "kernel": (2, 2),
    "stride": (2, 2),
    "pad": (0, 0),
    "global_pool": False,
    "layout": "NCHW",
    "pooling_convention": "valid",
}


def in_blocks(net: gluon.Block, images: mx.sym.Symbol) -> mx.sym.Symbol:
    """Return a symbol for what a network makes of images, computed on blocks where that is known.

    It is known of a sequence that starts with a convolution of grey images, an activation, average
    pooling of 2x2 and another convolution.

    Args:
        net: the network; it has seen an input.
        images: symbol for the images.
    """
    layers = list(net) if type(net) is nn.Sequential else []
    if len(layers) < 4:
        return net(images)
    conv, activation, pool, following = layers[:4]
    if (
        not (_is_usual(conv) and _is_usual(following))
        or conv.weight.shape[1] != 1
        or type(activation) is not nn.Activation
        or type(pool) is not nn.AvgPool2D
        or not HALVING.items() <= pool._kwargs.items()
    ):
        return net(images)
    Y = _start(conv, activation, following, images)
    for layer in layers[4:]:
        Y = layer(Y)
    return Y


def _is_usual(layer: gluon.Block) -> bool:
    """Return whether a layer is a convolution with biases, stride 1 and nothing that is rare."""
    return type(layer) is nn.Conv2D and layer.act is None and USUAL.items() <= layer._kwargs.items()


def _start(
    conv: nn.Conv2D, activation: nn.Activation, following: nn.Conv2D, X: mx.sym.Symbol
) -> mx.sym.Symbol:
    """Compute convolution, activation, pooling and convolution.

    The first kernel becomes four, one for each pixel of a block, which reach one pixel farther and
    move by two. Their mean is a product with a fixed matrix: MXNet has no faster one.
    """
    unused = -conv._channels % 8
    channels = conv._channels + unused
    kernel = np.concatenate(
        [
            np.pad(conv.weight.var(), ((0, unused), (0, 0), (i, 1 - i), (j, 1 - j)))
            for i in (0, 1)
            for j in (0, 1)
        ]
    )
    # np.pad takes no single axis
    bias = np.tile(np.pad(conv.bias.var().reshape(1, -1), ((0, 0), (0, unused))), 4).reshape(-1)
    height, width = conv._kwargs["kernel"]
    Y = npx.convolution(
        X,
        kernel,
        bias,
        kernel=(height + 1, width + 1),
        stride=(2, 2),
        pad=conv._kwargs["pad"],
        num_filter=4 * channels,
    )
    mean = np.tile(np.eye(channels) / 4, (1, 4)).reshape(channels, 4 * channels, 1, 1)
    Y = npx.convolution(activation(Y), mean, kernel=(1, 1), num_filter=channels, no_bias=True)
    kernel = np.pad(following.weight.var(), ((0, 0), (0, unused), (0, 0), (0, 0)))
    return npx.convolution(Y, kernel, following.bias.var(), **following._kwargs)
