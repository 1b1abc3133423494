"""Legacy Keras (tf_keras) for programs written for Keras 2: chosen before TensorFlow loads."""

import importlib.util
import os
import sys

_VARIABLE = "TF_USE_LEGACY_KERAS"


def choose_legacy_keras() -> None:
    """Let TensorFlow, which is not loaded yet, use legacy Keras if it is there and nobody chose."""
    if importlib.util.find_spec("tf_keras") is not None:
        os.environ.setdefault(_VARIABLE, "1")


def say_if_not_chosen(version: str, too_late: bool = False) -> None:
    """Say what to do about programs for Keras 2, unless legacy Keras is in use."""
    if _VARIABLE in os.environ:
        return
    advice = (
        "call install_aliases() before TensorFlow is imported, and have legacy Keras installed"
        if too_late
        else "install legacy Keras"
    )
    series = ".".join(version.split(".")[:2])
    print(
        "d2l_shim: this TensorFlow uses Keras 3; if a program written for Keras 2 fails (`.layers` "
        f"of a list, `watch`, `add_update`), {advice}: "
        f'pip install --no-deps "tf_keras~={series}.0"',
        file=sys.stderr,
    )
