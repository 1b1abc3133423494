"""Helpers of the book on today's frameworks: one module a framework, loaded when asked for.

`from d2l_shim import torch as d2l` is all a notebook needs; `mxnet`, `tensorflow` and `paddle`
hold the same names. Programs written for the packages d2l, d2lzh and d2lzh_pytorch run after
`install_aliases()`, or by `python -m d2l_shim run program.py`.
"""

__version__ = "0.1.0"


def install_aliases(force: bool = False) -> None:
    """Let `import d2l`, `import d2lzh` and `import d2lzh_pytorch` lead to d2l_shim.

    Call it before a framework is imported: programs of that time also need something of the
    frameworks, as legacy Keras for TensorFlow, the names that NumPy has dropped for MXNet, the CPU
    instead of a missing GPU for Paddle.

    Args:
        force: whether also to replace an original package that is installed. Otherwise one is
            left alone, which is said in a sentence.
    """
    from d2l_shim.compat.aliases import install

    install(force)
