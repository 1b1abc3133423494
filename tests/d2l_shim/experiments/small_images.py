"""Images that are small enough to train on in a test."""

import numpy as np

CLASSES = ("cat", "dog", "eel")


def halves(train=48, test=12, side=8):
    """Return random images and labels, whose brightness tells the classes apart."""
    made = []
    for seed, n in enumerate((train, test)):
        random = np.random.RandomState(seed)
        labels = np.arange(n) % len(CLASSES)
        images = random.randint(0, 100, (n, 3, side, side)) + 70 * labels[:, None, None, None]
        made.append((images.astype(np.uint8), labels))
    return made
