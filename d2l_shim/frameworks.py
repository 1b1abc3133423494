"""The table of frameworks: one entry each, and nothing that loads one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Framework:
    """What the book and the package need to know about one framework.

    Attributes:
        name: tag of its cells in a chapter.
        label: what the reader sees on the tab.
        axes: order of an image batch's axes, `NCHW` or `NHWC`.
        module: what a program imports, `torch`; our helpers are `d2l_shim.torch`.
        install: command that installs it, and what it needs of us.
        aliases: other names that people write for it, in lower case; the address of a page takes
            them as it takes name, label and module.
        archived: whether its makers have given it up, which its tab then says.
        deferred: whether a network must be told to initialize its parameters before it computes.
        means: what its `train_ch6` can do to be faster, by name.
    """

    name: str
    label: str
    axes: str
    module: str
    install: str
    aliases: tuple[str, ...] = ()
    archived: bool = False
    deferred: bool = False
    means: tuple[str, ...] = ()


FRAMEWORKS = (
    Framework(
        name="mxnet",
        label="MXNet",
        axes="NCHW",
        module="mxnet",
        install='pip install --no-deps "mxnet==1.9.1" && pip install "d2l_shim[mxnet]"',
        aliases=("mx", "gluon"),
        archived=True,
        deferred=True,
        means=("kept-memory",),
    ),
    Framework(
        name="pytorch",
        label="PyTorch",
        axes="NCHW",
        module="torch",
        install='pip install "torch>=2.11"',
        means=("kept-memory", "bfloat16"),
    ),
    Framework(
        name="tensorflow",
        label="TensorFlow",
        axes="NHWC",
        module="tensorflow",
        install='pip install "tensorflow>=2.20"',
        aliases=("tf", "keras"),
        means=("bfloat16", "fused-norm"),
    ),
    Framework(
        name="paddle",
        label="Paddle",
        axes="NCHW",
        module="paddle",
        install='pip install "paddlepaddle>=3.3"',
        aliases=("paddlepaddle",),
        means=("kept-memory", "onednn"),
    ),
)

BY_NAME = {framework.name: framework for framework in FRAMEWORKS}
DEFAULT = "pytorch"  # what one sees who has not chosen
