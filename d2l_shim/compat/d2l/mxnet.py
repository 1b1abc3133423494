"""What `from d2l import mxnet as d2l` gives: d2l_shim.mxnet, and what d2l had besides."""

import functools
from collections.abc import Callable
from typing import Any

from d2l_shim import mxnet as shim
from d2l_shim.compat import downloads, drawing, gluon_step, shared
from d2l_shim.compat.handed_on import drop_in
from d2l_shim.methods import method
from d2l_shim.metrics import share_correct
from d2l_shim.mxnet.native import gluon, nn, np

nn_Module = nn.Block  # noqa: N816 (its name there)
exp, linspace, meshgrid = np.exp, np.linspace, np.meshgrid
sinh, cosh, to = np.sinh, np.cosh, method("as_in_context")
NAMES = """
    nn_Module exp linspace meshgrid sinh cosh to linreg split_batch d2l=d2l_shim.compat.d2l.mxnet
    context=mxnet.context image=mxnet.image init=mxnet.initializer rnn=mxnet.gluon.rnn
    transforms=mxnet.gluon.data.vision.transforms
"""


def linreg(X, w, b):
    """Return the predictions X w + b of linear regression."""
    return np.dot(X, w) + b


def split_batch(X, y, devices):
    """Return the parts of a batch, one on each device."""
    return gluon.utils.split_and_load(X, devices), gluon.utils.split_and_load(y, devices)


class Helpers(shared.Helpers):
    """d2l's functions for MXNet."""

    _network = nn.Block
    _train_ch6 = {}  # noqa: RUF012

    def resnet18(self, num_classes, in_channels=0):
        """Return ResNet-18; with `in_channels` 0 the first images tell how many there are."""
        return super().resnet18(num_classes, in_channels)

    def _named(self, net: nn.Sequential) -> nn.Sequential:
        named = nn.Sequential()
        # the old packages had no layer between the pooling and the dense one
        named.add(*(layer for layer in net if not isinstance(layer, nn.Flatten)))
        return named

    def load_array(self, data_arrays, batch_size, is_train=True):
        """Return arrays of equal length as batches, shuffled for training."""
        dataset = gluon.data.ArrayDataset(*data_arrays)
        return gluon.data.DataLoader(dataset, batch_size, shuffle=is_train)

    def _step(
        self, net: Callable, X: np.ndarray, y: np.ndarray, loss: Callable, updater: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        update = updater.step if isinstance(updater, gluon.Trainer) else updater
        losses, predicted = gluon_step.step(net, [X], [y], loss, update)
        return losses[0].sum(), predicted[0]

    def evaluate_accuracy_gpus(self, net, data_iter, split_f=split_batch):
        """Return the share that a network on several devices classifies correctly."""
        devices = next(iter(net.collect_params().values())).list_ctx()

        def correct(X: np.ndarray, y: np.ndarray) -> float:
            parts = zip(*split_f(X, y, devices), strict=True)
            return sum(shim.accuracy(net(part), truth) for part, truth in parts)

        return share_correct(data_iter, correct)

    def train_batch_ch13(self, net, features, labels, loss, trainer, devices, split_f=split_batch):
        """Update with a batch, and return the sum of its losses and how many were right."""
        Xs, ys = split_f(features, labels, devices)
        losses, predicted = gluon_step.step(
            net, Xs, ys, loss, lambda n: trainer.step(n, ignore_stale_grad=True)
        )
        correct = map(shim.accuracy, predicted, ys)
        return sum(float(part.sum()) for part in losses), sum(correct)

    def train_ch13(
        self,
        net,
        train_iter,
        test_iter,
        loss,
        trainer,
        num_epochs,
        devices=None,
        split_f=split_batch,
    ):
        """Train a network from the weights it has, on several devices."""
        devices = devices or shim.try_all_gpus()
        told = {"loss": loss, "trainer": trainer, "devices": devices, "split_f": split_f}
        update = functools.partial(self.train_batch_ch13, net, **told)
        evaluate = functools.partial(self.evaluate_accuracy_gpus, net, split_f=split_f)
        self._train(update, evaluate, train_iter, test_iter, num_epochs, device=devices[0])


helpers = Helpers(shim)
OWNERS = helpers, shim, shim.native, downloads, drawing, shared
__all__, __path__, __getattr__ = drop_in("d2l.mxnet", OWNERS, NAMES)
