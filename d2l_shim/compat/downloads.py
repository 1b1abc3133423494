"""The files that the old packages could fetch, under the names and checksums published with them.

Source of names, addresses and checksums: d2l 0.17.6.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from d2l_shim.data import archives
from d2l_shim.data.download import from_mirrors, part_of
from d2l_shim.data.sources import DataError, Dataset

__all__ = ["DATA_HUB", "DATA_URL", "download", "download_all", "download_extract"]

_MOST = 2**34  # bytes of a file, and of what an archive unpacks to; the largest has 5 GB
DATA_URL = "http://d2l-data.s3-accelerate.amazonaws.com/"

_FILES = """
    airfoil 76e5be1548fd8222e5074cf0faae75edff8cf93f airfoil_self_noise.dat
    banana-detection 5de26c8fce5ccdea9f91267273464dc968d20d72 banana-detection.zip
    cifar10_tiny 2068874e4b9a9f0fb07ebe0ad2b29754449ccacd kaggle_cifar10_tiny.zip
    ctr e18327c48c8e8e5c23da714dd614e390d369843f ctr.zip
    dog_tiny 0cb91d09b814ecdc07b50f31f8dcad3e81d6a86d kaggle_dog_tiny.zip
    fra-eng 94646ad1522d915e7b0f9296181140edcf86a4f5 fra-eng.zip
    glove.42b.300d b5116e234e9eb9076672cfeabf5469f3eec904fa glove.42B.300d.zip
    glove.6b.100d cd43bfb07e44e6f27cbcc7bc9ae3d80284fdaf5a glove.6B.100d.zip
    glove.6b.50d 0b8703943ccdb6eb788e6f091b8946e82231bc4d glove.6B.50d.zip
    hotdog fba480ffa8aa7e0febbb511d181409f899b9baa5 hotdog.zip
    kaggle_house_test fa19780a7b011d9b009e8bff8e99922a8ee2eb90 kaggle_house_pred_test.csv
    kaggle_house_train 585e9cc93e70b39160e7921475f9bcd7d31219ce kaggle_house_pred_train.csv
    pokemon c065c0e2593b8b161a2d7873e42418bf6a21106c pokemon.zip
    ptb 319d85e578af0cdc590547f26231e4e31cdf1e42 ptb.zip
    time_machine 090b5e7e70c295757f55df93cb0a180b9691891a timemachine.txt
    voc2012 4e443f8a2eca6b1dac8a6c57641b67dd40621a49 VOCtrainval_11-May-2012.tar
    wiki.en c1816da3821ae9f43899be655002f6c723e91b88 wiki.en.zip
    SNLI 9fcde07509c7e87ec61c640c1b2753d9041758e4 https://nlp.stanford.edu/projects/snli/snli_1.0.zip
    aclImdb 01ada507287d82875905620988597833ad4e0903 http://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz
    ml-100k cd4dcac4241c8a4ad7badc7ca635da8a69dddb83 https://files.grouplens.org/datasets/movielens/ml-100k.zip
    wikitext-2 3c914d17d80b1459be871a5039ac23e752a53cbe https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip
"""
DATA_HUB = {
    name: (file if "://" in file else DATA_URL + file, checksum)
    for name, checksum, file in map(str.split, _FILES.strip().splitlines())
}
"""Address and SHA-1 checksum by name; a program may add its own."""


def download(name: str, cache_dir: str = os.path.join("..", "data")) -> str:
    """Fetch a file of `DATA_HUB`, unless it is there with the right checksum.

    `D2L_MIRROR`, an address or a folder that has it, is asked before the published address.

    Args:
        name: its name there.
        cache_dir: folder for it.

    Returns:
        Its path.

    Raises:
        DataError: there is no such name, or the file cannot be had or has another checksum.
    """
    if name not in DATA_HUB:
        raise DataError(
            f"{name} is not in DATA_HUB, which holds {', '.join(DATA_HUB)}; say "
            f"d2l.DATA_HUB[{name!r}] = (address, SHA-1 checksum) first"
        )
    url, checksum = DATA_HUB[name]

    def verify(path: str | Path) -> None:
        with open(path, "rb") as stream:
            if checksum and hashlib.file_digest(stream, "sha1").hexdigest() != checksum:
                raise DataError("has another SHA-1 checksum than DATA_HUB says")

    address, _, file = url.rpartition("/")
    path = os.path.join(cache_dir, file)
    if os.path.isfile(path):
        with contextlib.suppress(DataError, OSError):
            verify(path)
            return path
    advice = f"Put {file} into {cache_dir} by hand, and run again."
    hub = Dataset("DATA_HUB", "d2l-data", (f"{address}/",), advice)
    with part_of(hub.title, Path(path), "name a cache_dir") as part:
        from_mirrors(hub, file, _MOST, part, verify)
        os.replace(part, path)
    return path


def download_extract(name: str, folder: str | None = None) -> str:
    """Fetch an archive of `DATA_HUB` and unpack it beside itself.

    Args:
        name: its name there.
        folder: what to return of what was unpacked.

    Returns:
        The path of `folder`, or the archive's without its last suffix.

    Raises:
        DataError: the file cannot be had, or is no archive, or cannot be unpacked.
    """
    path = download(name)
    where, (stem, suffix) = os.path.dirname(path), os.path.splitext(path)
    if suffix not in (".zip", ".tar", ".gz"):
        raise DataError(f"{path} is neither a zip nor a tar file; use d2l.download({name!r})")
    try:
        archives.unpack(Path(path), Path(where), _MOST)
    except (DataError, OSError) as problem:
        raise DataError(f"{path} cannot be unpacked ({problem})") from None
    return os.path.join(where, folder) if folder else stem


def download_all() -> None:
    """Fetch all files of `DATA_HUB`."""
    for name in DATA_HUB:
        download(name)
