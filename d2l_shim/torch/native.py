"""PyTorch itself, loaded here once for all modules of this package."""

from d2l_shim.loading import needs

with needs("pytorch"):
    import torch
    from torch import nn
    from torch.nn import functional as F  # noqa: N812 (the field's name for it)

__all__ = ["F", "nn", "torch"]
