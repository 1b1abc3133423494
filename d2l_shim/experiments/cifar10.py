"""`python -m d2l_shim.experiments.cifar10`: train a ResNet on CIFAR-10, from files to curves."""

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path

from d2l_shim.data import DataError
from d2l_shim.experiments.alone import refuse_launchers
from d2l_shim.experiments.experiment import run
from d2l_shim.experiments.image_folder import cifar10_folders
from d2l_shim.experiments.recipe import ExperimentError, Recipe
from d2l_shim.frameworks import BY_NAME

DATA = "data/cifar-10"
DESCRIPTION = """\
Train a ResNet with a 3x3 stem on the image files below DATA/train and test it on those below
DATA/test, each with one folder a class. Without --data they are CIFAR-10's, which the first run
writes there as DATA/train/cat/00007.png: its archive, or the folder that this unpacks to, is looked
for in the folder that D2L_DATA names and in the user's cache, and else downloaded. A progress bar
shows loss, accuracy, images a second and the time that is left. TensorBoard's curves and a
checkpoint go to the log folder; after Ctrl-C or a crash, the same command with --resume goes on.
With the environment variable D2L_QUICK=1 it is one epoch, and without --data on a small stand-in.
It trains in one process: start it without torchrun, mpirun, srun and the like.
"""
EXAMPLES = """\
examples:
  python -m d2l_shim.experiments.cifar10 --framework pytorch
  python -m d2l_shim.experiments.cifar10 --framework pytorch --resume
  python -m d2l_shim.experiments.cifar10 --framework paddle --schedule constant --lr 0.1 \\
      --batch-size 128 --smoothing 0 --log-dir runs/plain
  tensorboard --logdir runs

exit status: 0 when done, 2 when something must be put right, 130 after Ctrl-C
"""


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line; the recipe's numbers come from `Recipe`."""
    made = argparse.ArgumentParser(
        prog="python -m d2l_shim.experiments.cifar10",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--framework", required=True, choices=list(BY_NAME), help="what computes")
    add("--data", type=Path, help=f"folder with the images (default: {DATA})")
    text = "folder for event files and the checkpoint (default: runs/cifar10-FRAMEWORK)"
    add("--log-dir", type=Path, help=text)
    add("--device", default="auto", help="cpu, gpu, gpu:1 ... or auto (default), a GPU if any")
    add("--resume", action="store_true", help="go on from the checkpoint in the log folder")
    text = "remove an earlier run's checkpoint and event files from the log folder"
    add("--overwrite", action="store_true", help=text)
    add("--strict", action="store_true", help="stop at images that cannot be read")
    recipe = made.add_argument_group("recipe")
    for number in fields(Recipe):
        recipe.add_argument(
            f"--{number.name.replace('_', '-')}",
            type=type(number.default),
            default=number.default,
            metavar="NAME" if isinstance(number.default, str) else "N",
            help=f"{number.metadata['help']} (default: %(default)s)",
        )
    return made


def main(arguments: list[str] | None = None) -> int:
    """Train as the arguments say and return the exit status."""
    given = parser().parse_args(arguments)
    try:
        refuse_launchers(os.environ)
        recipe = Recipe(**{number.name: getattr(given, number.name) for number in fields(Recipe)})
        data = given.data or cifar10_folders(DATA)
        options = "device", "resume", "overwrite", "strict"
        told = {name: getattr(given, name) for name in options}
        log_dir = given.log_dir or Path("runs") / f"cifar10-{given.framework}"
        run(given.framework, data, recipe, log_dir=log_dir, **told)
    except (DataError, ExperimentError, ImportError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(str(stop) or "stopped before the training began", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
