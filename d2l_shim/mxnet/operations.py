"""Cross-correlation and pooling written out, as the chapters explain them."""

from d2l_shim.mxnet.native import gluon, np


def corr2d(X: np.ndarray, K: np.ndarray) -> np.ndarray:
    """Return the two-dimensional cross-correlation of an image with a kernel.

    Args:
        X: the image, shape (n_h, n_w).
        K: the kernel, shape (k_h, k_w).

    Returns:
        Shape (n_h - k_h + 1, n_w - k_w + 1); gradients pass through it.

    Examples:
        >>> X = np.arange(9.0).reshape(3, 3)
        >>> K = np.array([[0.0, 1.0], [2.0, 3.0]])
        >>> d2l.corr2d(X, K).tolist()
        [[19.0, 25.0], [37.0, 43.0]]
    """
    h, w = K.shape
    # an assignment to Y[i, j] would let no gradient through
    Y = [
        [(X[i : i + h, j : j + w] * K).sum() for j in range(X.shape[1] - w + 1)]
        for i in range(X.shape[0] - h + 1)
    ]
    return np.stack([np.stack(row) for row in Y])


def corr2d_multi_in(X: np.ndarray, K: np.ndarray) -> np.ndarray:
    """Return the sum over the input channels of each channel's cross-correlation.

    Args:
        X: the channels of an image, shape (c_i, n_h, n_w).
        K: a kernel for each of them, shape (c_i, k_h, k_w).

    Returns:
        Shape (n_h - k_h + 1, n_w - k_w + 1).

    Examples:
        >>> X = np.arange(9.0).reshape(3, 3)
        >>> K = np.array([[0.0, 1.0], [2.0, 3.0]])
        >>> X, K = np.stack([X, X + 1]), np.stack([K, K + 1])
        >>> d2l.corr2d_multi_in(X, K).tolist()
        [[56.0, 72.0], [104.0, 120.0]]
    """
    return sum(corr2d(x, k) for x, k in zip(X, K, strict=True))


def corr2d_multi_in_out(X: np.ndarray, K: np.ndarray) -> np.ndarray:
    """Return the cross-correlation of an image with a kernel for each output channel.

    Args:
        X: the channels of an image, shape (c_i, n_h, n_w).
        K: kernels, shape (c_o, c_i, k_h, k_w).

    Returns:
        Shape (c_o, n_h - k_h + 1, n_w - k_w + 1).

    Examples:
        >>> X, K = np.ones((2, 3, 3)), np.ones((3, 2, 2, 2))
        >>> tuple(d2l.corr2d_multi_in_out(X, K).shape)
        (3, 2, 2)
    """
    return np.stack([corr2d_multi_in(X, k) for k in K])


def pool2d(X: np.ndarray, pool_size: tuple[int, int], mode: str = "max") -> np.ndarray:
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
        >>> X = np.arange(9.0).reshape(3, 3)
        >>> d2l.pool2d(X, (2, 2)).tolist()
        [[4.0, 5.0], [7.0, 8.0]]
        >>> d2l.pool2d(X, (2, 2), "avg").tolist()
        [[2.0, 3.0], [5.0, 6.0]]
    """
    if mode not in ("max", "avg"):
        raise ValueError(f"mode must be 'max' or 'avg', not {mode!r}")
    h, w = pool_size
    pool = np.max if mode == "max" else np.mean
    Y = [
        [pool(X[i : i + h, j : j + w]) for j in range(X.shape[1] - w + 1)]
        for i in range(X.shape[0] - h + 1)
    ]
    return np.stack([np.stack(row) for row in Y])


def comp_conv2d(conv2d: gluon.Block, X: np.ndarray) -> np.ndarray:
    """Return what a convolutional layer with one channel makes of an image.

    Args:
        conv2d: the layer, which takes batches of shape (1, 1, h, w).
        X: the image, shape (h, w).

    Returns:
        Shape (h', w'), batch and channel axes left out.

    Examples:
        >>> from mxnet.gluon import nn
        >>> conv2d = nn.Conv2D(1, 3, padding=1)
        >>> tuple(d2l.comp_conv2d(conv2d, np.ones((8, 8))).shape)
        (8, 8)
    """
    conv2d.initialize()
    # one image, one channel
    Y = conv2d(X.reshape((1, 1, *X.shape)))
    return Y.reshape(Y.shape[2:])
