"""Cross-correlation and pooling written out, as the chapters explain them."""

from d2l_shim.torch.native import nn, torch


def corr2d(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Return the two-dimensional cross-correlation of an image with a kernel.

    Args:
        X: the image, shape (n_h, n_w).
        K: the kernel, shape (k_h, k_w).

    Returns:
        Shape (n_h - k_h + 1, n_w - k_w + 1); gradients pass through it.

    Examples:
        >>> X = torch.arange(9.0).reshape(3, 3)
        >>> K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
        >>> d2l.corr2d(X, K).tolist()
        [[19.0, 25.0], [37.0, 43.0]]
    """
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


def corr2d_multi_in(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Return the sum over the input channels of each channel's cross-correlation.

    Args:
        X: the channels of an image, shape (c_i, n_h, n_w).
        K: a kernel for each of them, shape (c_i, k_h, k_w).

    Returns:
        Shape (n_h - k_h + 1, n_w - k_w + 1).

    Examples:
        >>> X = torch.arange(9.0).reshape(3, 3)
        >>> K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
        >>> X, K = torch.stack([X, X + 1]), torch.stack([K, K + 1])
        >>> d2l.corr2d_multi_in(X, K).tolist()
        [[56.0, 72.0], [104.0, 120.0]]
    """
    return sum(corr2d(x, k) for x, k in zip(X, K, strict=True))


def corr2d_multi_in_out(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Return the cross-correlation of an image with a kernel for each output channel.

    Args:
        X: the channels of an image, shape (c_i, n_h, n_w).
        K: kernels, shape (c_o, c_i, k_h, k_w).

    Returns:
        Shape (c_o, n_h - k_h + 1, n_w - k_w + 1).

    Examples:
        >>> X, K = torch.ones(2, 3, 3), torch.ones(3, 2, 2, 2)
        >>> tuple(d2l.corr2d_multi_in_out(X, K).shape)
        (3, 2, 2)
    """
    return torch.stack([corr2d_multi_in(X, k) for k in K])


def pool2d(X: torch.Tensor, pool_size: tuple[int, int], mode: str = "max") -> torch.Tensor:
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
        >>> X = torch.arange(9.0).reshape(3, 3)
        >>> d2l.pool2d(X, (2, 2)).tolist()
        [[4.0, 5.0], [7.0, 8.0]]
        >>> d2l.pool2d(X, (2, 2), "avg").tolist()
        [[2.0, 3.0], [5.0, 6.0]]
    """
    if mode not in ("max", "avg"):
        raise ValueError(f"mode must be 'max' or 'avg', not {mode!r}")
    h, w = pool_size
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i : i + h, j : j + w]
            Y[i, j] = window.max() if mode == "max" else window.mean()
    return Y


def comp_conv2d(conv2d: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """Return what a convolutional layer with one channel makes of an image.

    Args:
        conv2d: the layer, which takes batches of shape (1, 1, h, w).
        X: the image, shape (h, w).

    Returns:
        Shape (h', w'), batch and channel axes left out.

    Examples:
        >>> conv2d = nn.Conv2d(1, 1, 3, padding=1)
        >>> tuple(d2l.comp_conv2d(conv2d, torch.ones(8, 8)).shape)
        (8, 8)
    """
    # one image, one channel
    Y = conv2d(X.reshape((1, 1, *X.shape)))
    return Y.reshape(Y.shape[2:])
