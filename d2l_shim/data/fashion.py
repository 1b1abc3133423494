"""Fashion-MNIST: its files, its class names, and the small subset that ships with the package.

Source: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking
Machine Learning Algorithms, 2017. MIT licence, Zalando SE.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from d2l_shim.data import files, sources
from d2l_shim.data.batches import Batches, whole
from d2l_shim.data.idx import parse_idx

FASHION_MNIST_CLASSES = tuple(
    "t-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot".split(", ")
)

DATASET = sources.Dataset(
    title="Fashion-MNIST",
    folder="fashion-mnist",
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
    advice=(
        "Set D2L_DATA to a folder that holds the four files, on Debian or Ubuntu install the "
        "package dataset-fashion-mnist, or set D2L_QUICK=1 to go on with the small subset."
    ),
    system_folders=("/usr/share/datasets/fashion-mnist",),
)

# SHA-256 of the files once decompressed
FULL = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
SUBSET = {
    "train-images-idx3-ubyte": "75b18c8ae51f6e40e40a20f0d47c39a2f88855670c5e72bc82218160bc1599f2",
    "train-labels-idx1-ubyte": "a49839838ac41ebbd6f3a55fb96d720d9e0a5cfc84013b7a721c23dd0817528b",
    "t10k-images-idx3-ubyte": "c5778dde4e96eeb34657888930a98f527ac6b0cb35e9e969ba53f01dfce868bd",
    "t10k-labels-idx1-ubyte": "3bf96d4b7566f51d8726eb6088e70eb796c98349a6135181dddfcc5bc590cf72",
}
SUBSET_FOLDER = Path(__file__).parent / "fashion-mnist-subset"
QUICK_BATCHES = 5  # old programs divide their number by five
QUICK_SIZE = 512  # largest batch of which quick mode makes so many


def fashion_mnist(train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the images and labels of one half of Fashion-MNIST.

    They are 60,000 for training and 10,000 for testing; with `D2L_QUICK=1` the 600 and 200 that
    ship with the package, 60 and 20 of each class. The files are looked for in the folder that
    `D2L_DATA` names, in the user's cache and in Debian's package, and else downloaded: from
    `D2L_MIRROR` first, an address or a folder that has them.

    Args:
        train: whether the half for training is wanted.

    Returns:
        Images, uint8, shape (n, 28, 28), 0 for the background; labels, uint8, shape (n,), which
        count in `FASHION_MNIST_CLASSES`.

    Raises:
        DataError: the files cannot be had.

    Examples:
        >>> images, labels = fashion_mnist(train=False)
        >>> images.shape[1:], images.dtype
        ((28, 28), dtype('uint8'))
        >>> labels[:10].tolist()  # as in the whole set
        [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]
    """
    quick = sources.quick()
    if train:
        half, n = "train", 600 if quick else 60_000
    else:
        half, n = "t10k", 200 if quick else 10_000

    def parsed(kind: str, size: int) -> np.ndarray:
        name = f"{half}-{kind}-ubyte"
        if quick:
            file = files.File(name, size, SUBSET[name])
            path = SUBSET_FOLDER / f"{name}.gz"
            return parse_idx(files.read(path, file, DATASET.title, "install d2l_shim again"))
        return parse_idx(files.load(DATASET, files.File(name, size, FULL[name])))

    return parsed("images-idx3", 16 + n * 28 * 28), parsed("labels-idx1", 8 + n)


def fashion_mnist_batches(
    batch_size: int,
    resize: int | tuple[int, int] | None = None,
    seed: int = 0,
    axes: str = "NCHW",
    convert: Callable[[np.ndarray, np.ndarray], Any] | None = None,
) -> tuple[Batches, Batches]:
    """Return Fashion-MNIST in batches: for training, shuffled, and for testing, in order.

    In quick mode the images for training are taken several times where they would fill fewer than
    five batches of up to 512.

    Args:
        batch_size: images in a batch.
        resize: new side in pixels or (height, width); None leaves the images at 28 by 28.
        seed: what the order of the training batches depends on.
        axes: order of the axes of X, `NCHW` or `NHWC`.
        convert: what makes of X and y what is to be yielded.

    Raises:
        DataError: the files cannot be had.
        ValueError: an argument is of another kind.

    Examples:
        >>> train_iter, test_iter = fashion_mnist_batches(50, resize=96)
        >>> X, y = next(iter(test_iter))
        >>> X.shape, X.dtype, y.shape
        ((50, 1, 96, 96), dtype('float32'), (50,))
    """
    options = {"seed": seed, "axes": axes, "convert": convert, "size": resize}
    images, labels = fashion_mnist(train=True)
    if sources.quick() and 1 <= (whole(batch_size) or 0) <= QUICK_SIZE:
        enough = max(len(images), QUICK_BATCHES * batch_size)
        images, labels = np.resize(images, (enough, 28, 28)), np.resize(labels, enough)
    train = Batches(images, labels, batch_size, shuffle=True, **options)
    test = Batches(*fashion_mnist(train=False), batch_size, shuffle=False, **options)
    return train, test
