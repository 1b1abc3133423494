"""What the chapters define for later ones, written for MXNet.

Made by `python -m bookbuild export` from the chapters and bookbuild/docstrings.jinja: edit those.
"""

from d2l_shim.mxnet.native import nn, np, npx

__all__ = [
    "corr2d",
    "comp_conv2d",
    "corr2d_multi_in",
    "corr2d_multi_in_out",
    "pool2d",
    "lenet",
    "alexnet",
    "vgg_block",
    "vgg",
    "nin_block",
    "nin",
    "Inception",
    "googlenet",
    "lenet_bn",
    "Residual",
    "resnet_block",
    "resnet_stem",
    "resnet18",
    "conv_norm",
    "BasicBlock",
    "Bottleneck",
    "resnet",
]


def corr2d(X, K):
    """Return the two-dimensional cross-correlation of an image with a kernel.

    Args:
        X: the image, shape (n_h, n_w).
        K: the kernel, shape (k_h, k_w).

    Returns:
        Shape (n_h - k_h + 1, n_w - k_w + 1); gradients pass through it.

    Examples:
        >>> X = d2l.reshape(d2l.arange(9.0), (3, 3))
        >>> K = d2l.tensor([[0.0, 1.0], [2.0, 3.0]])
        >>> d2l.numpy(d2l.corr2d(X, K)).tolist()
        [[19.0, 25.0], [37.0, 43.0]]
    """
    h, w = K.shape
    # an assignment to Y[i, j] would let no gradient through
    Y = [[(X[i:i + h, j:j + w] * K).sum()
          for j in range(X.shape[1] - w + 1)]
         for i in range(X.shape[0] - h + 1)]
    return np.stack([np.stack(row) for row in Y])


def comp_conv2d(conv2d, X):
    """Return what a convolutional layer with one channel makes of an image.

    Args:
        conv2d: the layer, which takes batches of shape (1, 1, h, w).
        X: the image, shape (h, w).

    Returns:
        Shape (h', w'), batch and channel axes left out.

    Examples:
        >>> same = nn.Lambda(lambda X: X)  # a layer that changes nothing
        >>> tuple(d2l.comp_conv2d(same, d2l.ones((8, 8))).shape)
        (8, 8)
    """
    conv2d.initialize()
    # one image, one channel
    Y = conv2d(X.reshape((1, 1, *X.shape)))
    return Y.reshape(Y.shape[2:])


def corr2d_multi_in(X, K):
    """Return the sum over the input channels of each channel's cross-correlation.

    Args:
        X: the channels of an image, shape (c_i, n_h, n_w).
        K: a kernel for each of them, shape (c_i, k_h, k_w).

    Returns:
        Shape (n_h - k_h + 1, n_w - k_w + 1).

    Examples:
        >>> X = d2l.reshape(d2l.arange(9.0), (3, 3))
        >>> K = d2l.tensor([[0.0, 1.0], [2.0, 3.0]])
        >>> X, K = d2l.stack([X, X + 1]), d2l.stack([K, K + 1])
        >>> d2l.numpy(d2l.corr2d_multi_in(X, K)).tolist()
        [[56.0, 72.0], [104.0, 120.0]]
    """
    return sum(corr2d(x, k) for x, k in zip(X, K, strict=True))


def corr2d_multi_in_out(X, K):
    """Return the cross-correlation of an image with a kernel for each output channel.

    Args:
        X: the channels of an image, shape (c_i, n_h, n_w).
        K: kernels, shape (c_o, c_i, k_h, k_w).

    Returns:
        Shape (c_o, n_h - k_h + 1, n_w - k_w + 1).

    Examples:
        >>> X, K = d2l.ones((2, 3, 3)), d2l.ones((3, 2, 2, 2))
        >>> tuple(d2l.corr2d_multi_in_out(X, K).shape)
        (3, 2, 2)
    """
    return np.stack([corr2d_multi_in(X, k) for k in K])


def pool2d(X, pool_size, mode='max'):
    """Return the maximum or the mean of each window of an image, with a stride of 1.

    Args:
        X: the image, shape (n_h, n_w).
        pool_size: height and width of the window.
        mode: `max` or `avg`.

    Returns:
        Shape (n_h - p_h + 1, n_w - p_w + 1).

    Raises:
        ValueError: there is no such mode.

    Examples:
        >>> X = d2l.reshape(d2l.arange(9.0), (3, 3))
        >>> d2l.numpy(d2l.pool2d(X, (2, 2))).tolist()
        [[4.0, 5.0], [7.0, 8.0]]
        >>> d2l.numpy(d2l.pool2d(X, (2, 2), "avg")).tolist()
        [[2.0, 3.0], [5.0, 6.0]]
    """
    if mode not in ('max', 'avg'):
        raise ValueError(f"mode must be 'max' or 'avg', not {mode!r}")
    h, w = pool_size
    pool = np.max if mode == 'max' else np.mean
    Y = [[pool(X[i:i + h, j:j + w]) for j in range(X.shape[1] - w + 1)]
         for i in range(X.shape[0] - h + 1)]
    return np.stack([np.stack(row) for row in Y])


def lenet():
    """Return LeNet for images of shape (b, 1, 28, 28); it gives the logits of ten classes.

    Source: Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.

    Examples:
        >>> net = d2l.lenet()
        >>> net.initialize()
        >>> tuple(net(d2l.ones((1, 1, 28, 28))).shape)
        (1, 10)
    """
    net = nn.HybridSequential()
    net.add(nn.Conv2D(6, kernel_size=5, padding=2),
            nn.Activation('sigmoid'), nn.AvgPool2D(pool_size=2),
            nn.Conv2D(16, kernel_size=5),
            nn.Activation('sigmoid'), nn.AvgPool2D(pool_size=2),
            nn.Flatten(),
            nn.Dense(120), nn.Activation('sigmoid'),
            nn.Dense(84), nn.Activation('sigmoid'),
            nn.Dense(10))
    return net


def alexnet():
    """Return AlexNet for images of shape (b, 1, height, width); it gives the logits of ten classes.

    Source: A. Krizhevsky, I. Sutskever and G. E. Hinton, ImageNet Classification with Deep
    Convolutional Neural Networks, 2012.

    Examples:
        >>> net = d2l.alexnet()
        >>> net.initialize()
        >>> tuple(net(d2l.ones((1, 1, 72, 72))).shape)
        (1, 10)
    """
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(96, kernel_size=11, strides=4), nn.Activation('relu'),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Conv2D(256, kernel_size=5, padding=2), nn.Activation('relu'),
        nn.MaxPool2D(pool_size=3, strides=2),
        # three convolutions in a row, without pooling
        nn.Conv2D(384, kernel_size=3, padding=1), nn.Activation('relu'),
        nn.Conv2D(384, kernel_size=3, padding=1), nn.Activation('relu'),
        nn.Conv2D(256, kernel_size=3, padding=1), nn.Activation('relu'),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Flatten(),
        nn.Dense(4096), nn.Activation('relu'), nn.Dropout(0.5),
        nn.Dense(4096), nn.Activation('relu'), nn.Dropout(0.5),
        # ten classes, where ImageNet has a thousand
        nn.Dense(10))
    return net


def vgg_block(num_convs, num_channels):
    """Return convolutions of 3x3 with ReLU in a row, then max pooling that halves height and width.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Examples:
        >>> blk = d2l.vgg_block(2, 8)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((4, 1, 28, 28))).shape)
        (4, 8, 14, 14)
    """
    blk = nn.HybridSequential()
    for _ in range(num_convs):
        blk.add(nn.Conv2D(num_channels, kernel_size=3, padding=1),
                nn.Activation('relu'))
    blk.add(nn.MaxPool2D(pool_size=2, strides=2))
    return blk


def vgg(conv_arch, num_hiddens=4096):
    """Return a VGG network for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2015.

    Args:
        conv_arch: for each block the number of its convolutions and of their channels.
        num_hiddens: outputs of the two hidden dense layers.

    Examples:
        >>> net = d2l.vgg(((1, 8), (1, 16)), 32)
        >>> net.initialize()
        >>> tuple(net(d2l.ones((1, 1, 28, 28))).shape)
        (1, 10)
    """
    net = nn.HybridSequential()
    for num_convs, num_channels in conv_arch:
        net.add(vgg_block(num_convs, num_channels))
    net.add(
        nn.Flatten(),
        nn.Dense(num_hiddens), nn.Activation('relu'), nn.Dropout(0.5),
        nn.Dense(num_hiddens), nn.Activation('relu'), nn.Dropout(0.5),
        nn.Dense(10))
    return net


def nin_block(num_channels, kernel_size, strides, padding):
    """Return a convolution and two of 1x1, each with ReLU.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    Examples:
        >>> blk = d2l.nin_block(96, 11, 4, 0)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((1, 1, 224, 224))).shape)
        (1, 96, 54, 54)
    """
    blk = nn.HybridSequential()
    blk.add(nn.Conv2D(num_channels, kernel_size, strides, padding),
            nn.Activation('relu'),
            nn.Conv2D(num_channels, kernel_size=1), nn.Activation('relu'),
            nn.Conv2D(num_channels, kernel_size=1), nn.Activation('relu'))
    return blk


def nin():
    """Return Network in Network for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: M. Lin, Q. Chen and S. Yan, Network in Network, 2014.

    Examples:
        >>> net = d2l.nin()
        >>> net.initialize()
        >>> tuple(net(d2l.ones((1, 1, 72, 72))).shape)
        (1, 10)
    """
    net = nn.HybridSequential()
    net.add(
        nin_block(96, kernel_size=11, strides=4, padding=0),
        nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(256, kernel_size=5, strides=1, padding=2),
        nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(384, kernel_size=3, strides=1, padding=1),
        nn.MaxPool2D(pool_size=3, strides=2), nn.Dropout(0.5),
        # one channel per class
        nin_block(10, kernel_size=3, strides=1, padding=1),
        nn.GlobalAvgPool2D(), nn.Flatten())
    return net


class Inception(nn.Block):
    """The Inception block: four paths side by side, joined on the channel axis.

    Input (b, channels, height, width); output (b, c1 + c2[1] + c3[1] + c4, height, width).

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015.

    Args:
        c1: channels of the 1x1 convolution.
        c2: channels of the 1x1 and the 3x3 convolution in a row.
        c3: channels of the 1x1 and the 5x5 convolution in a row.
        c4: channels of the 1x1 convolution after 3x3 max pooling.

    Examples:
        >>> blk = d2l.Inception(64, (96, 128), (16, 32), 32)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((1, 192, 12, 12))).shape)
        (1, 256, 12, 12)
    """

    def __init__(self, c1, c2, c3, c4):
        super().__init__()
        # the four paths, each from the input on
        self.p1 = nn.Conv2D(c1, kernel_size=1, activation='relu')
        self.p2 = nn.Sequential()
        self.p2.add(
            nn.Conv2D(c2[0], kernel_size=1, activation='relu'),
            nn.Conv2D(c2[1], kernel_size=3, padding=1, activation='relu'))
        self.p3 = nn.Sequential()
        self.p3.add(
            nn.Conv2D(c3[0], kernel_size=1, activation='relu'),
            nn.Conv2D(c3[1], kernel_size=5, padding=2, activation='relu'))
        self.p4 = nn.Sequential()
        self.p4.add(
            nn.MaxPool2D(pool_size=3, strides=1, padding=1),
            nn.Conv2D(c4, kernel_size=1, activation='relu'))

    def forward(self, X):
        return np.concatenate(
            [self.p1(X), self.p2(X), self.p3(X), self.p4(X)], axis=1)


def googlenet():
    """Return GoogLeNet for images of shape (b, 1, height, width).

    It gives the logits of ten classes.

    Source: C. Szegedy et al., Going Deeper with Convolutions, 2015; without its auxiliary outputs.

    Examples:
        >>> net = d2l.googlenet()
        >>> net.initialize()
        >>> tuple(net(d2l.ones((1, 1, 32, 32))).shape)
        (1, 10)
    """
    b1 = nn.Sequential()
    b1.add(nn.Conv2D(64, kernel_size=7, strides=2, padding=3),
           nn.Activation('relu'),
           nn.MaxPool2D(pool_size=3, strides=2, padding=1))
    b2 = nn.Sequential()
    b2.add(nn.Conv2D(64, kernel_size=1), nn.Activation('relu'),
           nn.Conv2D(192, kernel_size=3, padding=1), nn.Activation('relu'),
           nn.MaxPool2D(pool_size=3, strides=2, padding=1))
    b3 = nn.Sequential()
    b3.add(Inception(64, (96, 128), (16, 32), 32),
           Inception(128, (128, 192), (32, 96), 64),
           nn.MaxPool2D(pool_size=3, strides=2, padding=1))
    b4 = nn.Sequential()
    b4.add(Inception(192, (96, 208), (16, 48), 64),
           Inception(160, (112, 224), (24, 64), 64),
           Inception(128, (128, 256), (24, 64), 64),
           Inception(112, (144, 288), (32, 64), 64),
           Inception(256, (160, 320), (32, 128), 128),
           nn.MaxPool2D(pool_size=3, strides=2, padding=1))
    b5 = nn.Sequential()
    b5.add(Inception(256, (160, 320), (32, 128), 128),
           Inception(384, (192, 384), (48, 128), 128),
           nn.GlobalAvgPool2D(), nn.Flatten())
    net = nn.Sequential()
    net.add(b1, b2, b3, b4, b5, nn.Dense(10))
    return net


def lenet_bn(norm):
    """Return LeNet with batch normalization in front of each sigmoid, for images (b, 1, 28, 28).

    Args:
        norm: makes a normalization; it is told the number of features or channels, and of axes:
            2 after a dense, 4 after a convolutional layer.
    """
    net = nn.Sequential()
    net.add(nn.Conv2D(6, kernel_size=5, padding=2), norm(6, 4),
            nn.Activation('sigmoid'), nn.AvgPool2D(pool_size=2),
            nn.Conv2D(16, kernel_size=5), norm(16, 4),
            nn.Activation('sigmoid'), nn.AvgPool2D(pool_size=2),
            nn.Flatten(),
            nn.Dense(120), norm(120, 2), nn.Activation('sigmoid'),
            nn.Dense(84), norm(84, 2), nn.Activation('sigmoid'),
            nn.Dense(10))
    return net


class Residual(nn.Block):
    """The residual block: two convolutions, to whose output the input is added.

    Input (b, channels, height, width); output (b, num_channels, height, width), height and width
    divided by `strides`. Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.

    Examples:
        >>> blk = d2l.Residual(6, use_1x1conv=True, strides=2)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((4, 3, 6, 6))).shape)
        (4, 6, 3, 3)
    """

    def __init__(self, num_channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.Conv2D(num_channels, kernel_size=3, padding=1,
                               strides=strides)
        self.conv2 = nn.Conv2D(num_channels, kernel_size=3, padding=1)
        self.conv3 = None
        if use_1x1conv:
            # brings the input to the shape of what it is added to
            self.conv3 = nn.Conv2D(num_channels, kernel_size=1,
                                   strides=strides)
        self.bn1 = nn.BatchNorm()
        self.bn2 = nn.BatchNorm()

    def forward(self, X):
        Y = npx.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3 is not None:
            X = self.conv3(X)
        return npx.relu(Y + X)


def resnet_block(num_channels, num_residuals, first_block=False):
    """Return residual blocks in a row; the first one halves height and width.

    With `first_block` none does: the pooling in front of it has halved already, and its input must
    have `num_channels` channels.

    Examples:
        >>> blk = d2l.resnet_block(128, 2)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((1, 64, 8, 8))).shape)
        (1, 128, 4, 4)
    """
    blk = nn.Sequential()
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.add(Residual(num_channels, use_1x1conv=True, strides=2))
        else:
            blk.add(Residual(num_channels))
    return blk


def resnet_stem(in_channels=1, stem='7x7'):
    """Return the first layers of ResNet-18, for images with so many channels.

    Args:
        in_channels: channels of an image.
        stem: `7x7`, with pooling, as in the paper; or `3x3`, without, for small images.

    Raises:
        ValueError: there is no such stem.
    """
    if stem == '7x7':
        return [nn.Conv2D(64, kernel_size=7, strides=2, padding=3,
                          in_channels=in_channels),
                nn.BatchNorm(), nn.Activation('relu'),
                nn.MaxPool2D(pool_size=3, strides=2, padding=1)]
    if stem == '3x3':
        return [nn.Conv2D(64, kernel_size=3, padding=1,
                          in_channels=in_channels),
                nn.BatchNorm(), nn.Activation('relu')]
    raise ValueError(f"stem must be '7x7' or '3x3', not {stem!r}")


def resnet18(num_classes=10, in_channels=1, stem='7x7'):
    """Return ResNet-18 for images of shape (b, in_channels, height, width); it gives logits.

    Args:
        num_classes: number of classes.
        in_channels: channels of an image.
        stem: `7x7` or `3x3`, see `resnet_stem`.

    Raises:
        ValueError: there is no such stem.

    Examples:
        >>> net = d2l.resnet18()
        >>> net.initialize()
        >>> tuple(net(d2l.ones((1, 1, 96, 96))).shape)
        (1, 10)
    """
    net = nn.Sequential()
    net.add(*resnet_stem(in_channels, stem),
            resnet_block(64, 2, first_block=True),
            resnet_block(128, 2),
            resnet_block(256, 2),
            resnet_block(512, 2),
            nn.GlobalAvgPool2D(), nn.Flatten(), nn.Dense(num_classes))
    return net


def conv_norm(num_channels, kernel_size, strides=1, in_channels=0):
    """Return a convolution without bias and batch normalization; the padding keeps the size.

    Args:
        num_channels: channels of the output.
        kernel_size: height and width of the kernel, an odd number.
        strides: the stride; 2 halves height and width.
        in_channels: channels of the input; 0 leaves them to the first batch.

    Examples:
        >>> blk = d2l.conv_norm(64, kernel_size=7, strides=2)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((1, 3, 32, 32))).shape)
        (1, 64, 16, 16)
    """
    blk = nn.Sequential()
    blk.add(nn.Conv2D(num_channels, kernel_size, strides=strides,
                      padding=kernel_size // 2, use_bias=False,
                      in_channels=in_channels),
            nn.BatchNorm())
    return blk


class BasicBlock(nn.Block):
    """The residual block of ResNet-18 and 34: two 3x3 convolutions.

    Input (b, channels, height, width); output (b, num_channels, height, width), height
    and width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016.

    Args:
        num_channels: channels of the output.
        strides: of the first convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.BasicBlock(128, strides=2, project=True)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((1, 64, 8, 8))).shape)
        (1, 128, 4, 4)
    """

    expansion = 1

    def __init__(self, num_channels, strides=1, project=False):
        super().__init__()
        self.layer1 = conv_norm(num_channels, 3, strides)
        self.layer2 = conv_norm(num_channels, 3)
        self.shortcut = nn.Sequential()
        if project:
            self.shortcut = conv_norm(num_channels, 1, strides)

    def forward(self, X):
        Y = npx.relu(self.layer1(X))
        Y = self.layer2(Y)
        return npx.relu(Y + self.shortcut(X))


class Bottleneck(nn.Block):
    """The residual block of ResNet-50 and deeper: 1x1, 3x3 and 1x1 convolutions.

    The first one reduces the channels, the last one gives four times as many.
    Input (b, channels, height, width); output (b, 4 * num_channels, height, width),
    height and width divided by `strides`.

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016; the stride is in the
    3x3 convolution.

    Args:
        num_channels: channels inside the block; the output has four times as many.
        strides: of the 3x3 convolution and of the shortcut; 2 halves height and width.
        project: whether the shortcut has a 1x1 convolution and batch normalization.

    Examples:
        >>> blk = d2l.Bottleneck(64, project=True)
        >>> blk.initialize()
        >>> tuple(blk(d2l.ones((1, 64, 8, 8))).shape)
        (1, 256, 8, 8)
    """

    expansion = 4

    def __init__(self, num_channels, strides=1, project=False):
        super().__init__()
        num_outputs = 4 * num_channels
        self.layer1 = conv_norm(num_channels, 1)
        self.layer2 = conv_norm(num_channels, 3, strides)
        self.layer3 = conv_norm(num_outputs, 1)
        self.shortcut = nn.Sequential()
        if project:
            self.shortcut = conv_norm(num_outputs, 1, strides)

    def forward(self, X):
        Y = npx.relu(self.layer1(X))
        Y = npx.relu(self.layer2(Y))
        Y = self.layer3(Y)
        return npx.relu(Y + self.shortcut(X))


def resnet(depth, num_classes=1000, in_channels=3, stem='7x7'):
    """Return a ResNet without convolution biases; it gives logits.

    Input: images of shape (b, in_channels, height, width).

    Source: K. He et al., Deep Residual Learning for Image Recognition, 2016, table 1.

    Args:
        depth: 18, 34, 50, 101 or 152 layers.
        num_classes: number of classes.
        in_channels: channels of an image.
        stem: `7x7`, with pooling, as in the paper; or `3x3`, without, for small images.

    Raises:
        ValueError: there is no such depth or stem.

    Examples:
        >>> net = d2l.resnet(18, num_classes=10, stem="3x3")
        >>> net.initialize()
        >>> tuple(net(d2l.ones((1, 3, 32, 32))).shape)
        (1, 10)
    """
    layouts = {
        18: (BasicBlock, (2, 2, 2, 2)),
        34: (BasicBlock, (3, 4, 6, 3)),
        50: (Bottleneck, (3, 4, 6, 3)),
        101: (Bottleneck, (3, 4, 23, 3)),
        152: (Bottleneck, (3, 8, 36, 3)),
    }
    if depth not in layouts or stem not in ('7x7', '3x3'):
        raise ValueError(f'no ResNet of depth {depth!r} with a stem {stem!r}')
    block, layout = layouts[depth]
    if stem == '7x7':
        pool = nn.MaxPool2D(pool_size=3, strides=2, padding=1)
        net = [conv_norm(64, 7, 2, in_channels), nn.Activation('relu'), pool]
    else:
        net = [conv_norm(64, 3, 1, in_channels), nn.Activation('relu')]
    channels = 64
    for i, num_blocks in enumerate(layout):
        for j in range(num_blocks):
            # all modules but the first begin by halving the size
            strides = 2 if i > 0 and j == 0 else 1
            outputs = block.expansion * 64 * 2**i
            net.append(block(64 * 2**i, strides, channels != outputs))
            channels = outputs
    net += [nn.GlobalAvgPool2D(), nn.Flatten(), nn.Dense(num_classes)]
    whole = nn.Sequential()
    whole.add(*net)
    return whole
