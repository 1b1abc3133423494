"""The table of frameworks: one entry each, and nothing that loads one."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Framework:
    """What the book and the package need to know about one framework."""

    name: str  # tag of its cells in a chapter
    label: str  # what the reader sees on the tab
    module: str  # what a program imports, `torch`; our helpers are `d2l_shim.torch`
    install: str  # command that installs it, and what it needs of us
    axes: str = "NCHW"  # order of an image batch's axes; the other one is `NHWC`
    aliases: tuple[str, ...] = ()  # other names, in lower case, that a page's address may have
    archived: bool = False  # whether its makers have given it up, which its tab then says
    deferred: bool = False  # whether a network must be told to initialize its parameters
    workers: int = 4  # most processes of a data loader that read data
    makes: bool = False  # whether its `train_ch6` is given what makes the network, and returns it
    # what its `train_ch6` can do to be faster: names, and what they are
    means: Mapping[str, str] = field(default_factory=dict, hash=False)
    # what `d2l_shim.faces` says otherwise in each framework
    words: Mapping[str, str] = field(default_factory=dict, hash=False)


_KEPT_MEMORY = {"kept-memory": "freed memory stays with the process"}

FRAMEWORKS = (
    Framework(
        name="mxnet",
        label="MXNet",
        module="mxnet",
        install='pip install --no-deps "mxnet==1.9.1" && pip install "d2l_shim[mxnet]"',
        aliases=("mx", "gluon"),
        archived=True,
        deferred=True,
        means=_KEPT_MEMORY,
        words={
            "Network": "gluon.Block",
            "Tensor": "np.ndarray",
            "Optimizer": "gluon.Trainer",
            "Device": "mx.Context",
            "ch5 net": "the network, initialized on the device",
            "batch size": "what the sum of the gradients over a batch is divided by",
        },
    ),
    Framework(
        name="pytorch",
        label="PyTorch",
        module="torch",
        install='pip install "torch>=2.11"',
        means=_KEPT_MEMORY
        | {
            "bfloat16": "the precision of products, where the device is made for it and the "
            "network cannot tell the difference (a printed line says why if it could), or as the "
            "environment variable `D2L_BFLOAT16` says, 0 or 1",
        },
        words={
            "Network": "nn.Module",
            "Tensor": "torch.Tensor",
            "Optimizer": "torch.optim.Optimizer",
            "Device": "torch.device | str",
            "X": "; X may be a list of inputs",
            "sgd": ", and clear the gradients",
        },
    ),
    Framework(
        name="tensorflow",
        label="TensorFlow",
        axes="NHWC",
        module="tensorflow",
        install='pip install "tensorflow>=2.20"',
        aliases=("tf", "keras"),
        workers=0,
        makes=True,
        means={
            "bfloat16": "the precision of products, on a CPU that is made for it, or as the "
            "environment variable `D2L_BFLOAT16` says, 0 or 1",
            "fused-norm": "batch normalization in one operation",
        },
        words={
            "Network": "tf.keras.Model",
            "Tensor": "tf.Tensor",
            "Optimizer": "tf.keras.optimizers.Optimizer",
            "Untrained": "Callable[[], tf.keras.Model] | tf.keras.Model",
            "Made": "tf.keras.Model",
            "Batches": "tf.data.Dataset",
            "batches": "datasets of batches",
            "iterables": "datasets",
            "workers": "0, since `tf.data` uses threads",
            "here": "TensorFlow's choice",
            "ch5 net": "the network, which gives logits",
            "ch6": "Make a network, train it with SGD, print the result and return the network.",
            "ch6 net": "makes the network, which gives logits; it is called on the device. A "
            "network is taken as it is",
            "drawn": "With init `xavier` or None weights are what the function makes of them: "
            "Keras draws them by Xavier's uniform rule and sets biases to zero.",
        },
    ),
    Framework(
        name="paddle",
        label="Paddle",
        module="paddle",
        install='pip install "paddlepaddle>=3.3"',
        aliases=("paddlepaddle",),
        workers=0,
        means=_KEPT_MEMORY | {"onednn": "convolutions on oneDNN, on a CPU"},
        words={
            "Network": "nn.Layer",
            "Tensor": "paddle.Tensor",
            "Optimizer": "paddle.optimizer.Optimizer",
            "batches": "batches",
            "workers": "0, since Paddle's crash at random on a CPU",
            "place": ", a place or its name",
            "here": "Paddle's current device",
            "sgd": ", and clear the gradients",
        },
    ),
)

BY_NAME = {framework.name: framework for framework in FRAMEWORKS}
DEFAULT = "pytorch"  # what one sees who has not chosen
