"""Images that are small enough to train on in a test, and how it is done and told."""

import re

import numpy as np

CLASSES = ("cat", "dog", "eel")
# so that two epochs have 24 steps, and one train_loss
RECIPE = ("--epochs", "2", "--batch-size", "4", "--lr", "0.02")


def halves(train=48, test=12, side=8):
    """Return random images and labels, whose brightness tells the classes apart."""
    made = []
    for seed, n in enumerate((train, test)):
        random = np.random.RandomState(seed)
        labels = np.arange(n) % len(CLASSES)
        images = random.randint(0, 100, (n, 3, side, side)) + 70 * labels[:, None, None, None]
        made.append((images.astype(np.uint8), labels))
    return made


def curve(printed):
    """Return the epochs and the result of what a run printed, without times."""
    found = re.findall(r"^(?:epoch \d+, )?loss .*? test acc \d\.\d{3}", printed, re.M)
    assert found
    return found
