"""Helpers of the book on today's frameworks: one module a framework, loaded when asked for.

`from d2l_shim import torch as d2l` is all a notebook needs; `mxnet`, `tensorflow` and `paddle`
hold the same names.
"""

__version__ = "0.1.0"
