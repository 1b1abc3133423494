"""`python -m d2l_shim.experiments.folders`: turn CIFAR-10's archive into folders of PNG files."""

import argparse
import sys

from d2l_shim.data import DataError
from d2l_shim.experiments.image_folder import cifar10_folders


def main(arguments: list[str] | None = None) -> int:
    """Write the folders and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m d2l_shim.experiments.folders",
        description=(
            "Write CIFAR-10 as PNG files: FOLDER/train/cat/00007.png. The archive "
            "cifar-10-binary.tar.gz, or the folder cifar-10-batches-bin that it unpacks to, is "
            "looked for in the folder that D2L_DATA names and in the user's cache, and else "
            "downloaded. A folder that is there already is left alone; one that could not be "
            "finished is not kept, so run this again."
        ),
    )
    text = "where (default: %(default)s)"
    parser.add_argument("folder", nargs="?", default="data/cifar-10", help=text)
    given = parser.parse_args(arguments)
    try:
        folder = cifar10_folders(given.folder)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing is kept, so run this again", file=sys.stderr)
        return 130
    print(f"{folder} holds the images: name it with --data")
    return 0


if __name__ == "__main__":
    sys.exit(main())
