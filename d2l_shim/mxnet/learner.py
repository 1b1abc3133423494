"""A ResNet that experiments train with MXNet, a batch at a time."""

import numpy

from d2l_shim.mxnet.chapters import resnet
from d2l_shim.mxnet.devices import num_gpus, try_gpu
from d2l_shim.mxnet.native import autograd, gluon, mx, np, npx
from d2l_shim.mxnet.training import accuracy, draw

__all__ = ["Learner", "num_gpus"]


class Learner:
    """A ResNet with a 3x3 stem, its optimizer, and what they have learned so far.

    A step with learning rate lr turns parameters w with velocities v and gradients g into
    w - lr * v, where v becomes momentum * v + g + weight_decay * w. Weights are drawn by He's rule.

    Attributes:
        net: the network.
        device: where it computes.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        size: tuple[int, int] = (32, 32),
        depth: int = 18,
        seed: int = 0,
        device: str = "cpu",
        momentum: float = 0.9,
        weight_decay: float = 5e-4,
        smoothing: float = 0.1,
    ) -> None:
        """Build the network and draw its weights.

        Args:
            num_classes: number of classes.
            size: height and width of the images.
            depth: layers of the ResNet.
            seed: what the weights depend on; MXNet's own generator is set to it.
            device: `cpu`, or `gpu:0` and so on.
            momentum: share of the velocity that is kept.
            weight_decay: share of each parameter that is added to its gradient.
            smoothing: share of the label that all classes divide among themselves.
        """
        self.device = npx.cpu() if device == "cpu" else try_gpu(int(device.split(":")[1]))
        self.net = resnet(depth, num_classes, stem="3x3")
        self.net.initialize(ctx=self.device)
        # layers find out their numbers of channels, and then all parameters are there
        self.net(np.zeros((1, 3, *size), ctx=self.device))
        mx.random.seed(seed)
        draw(self.net, "he", self.device)
        self._params = list(self.net.collect_params().values())
        self._trained = [param for param in self._params if param.grad_req != "null"]
        self._velocities = [np.zeros_like(param.data()) for param in self._trained]
        self._last_lr = 1.0
        self._num_classes, self._smoothing = num_classes, smoothing
        self._momentum, self._weight_decay = momentum, weight_decay
        self._softmax_loss = gluon.loss.SoftmaxCrossEntropyLoss(sparse_label=False)

    def train_step(self, X: numpy.ndarray, y: numpy.ndarray, lr: float) -> tuple[float, float]:
        """Update the network; return the batch's mean loss and number of correct predictions."""
        X, y = self._arrays(X, y)
        target = npx.one_hot(y, self._num_classes) * (1 - self._smoothing)
        target = target + self._smoothing / self._num_classes
        with autograd.record():
            y_hat = self.net(X)
            loss = self._softmax_loss(y_hat, target).mean()
        loss.backward()
        self._update(lr)
        return float(loss), accuracy(y_hat, y)

    def _update(self, lr: float) -> None:
        # MXNet keeps -lr * v; where lr has changed, what is kept of it must change as much
        momentum = self._momentum * lr / self._last_lr
        self._last_lr = lr
        for param, velocity in zip(self._trained, self._velocities, strict=True):
            weight = param.data().as_nd_ndarray()
            mx.nd.sgd_mom_update(
                weight,
                param.grad().as_nd_ndarray(),
                velocity.as_nd_ndarray(),
                out=weight,
                lr=lr,
                momentum=momentum,
                wd=self._weight_decay,
            )

    def evaluate(self, X: numpy.ndarray, y: numpy.ndarray) -> float:
        """Return how many images of a batch are classified correctly, in inference mode."""
        X, y = self._arrays(X, y)
        return accuracy(self.net(X), y)

    def state(self) -> dict[str, numpy.ndarray]:
        """Return copies of weights, running statistics and velocities."""
        # MXNet's names count the layers of a process, so they are others the next time
        found = {f"net.{i:03d}": param.data() for i, param in enumerate(self._params)}
        found |= {f"velocity.{i:03d}": value for i, value in enumerate(self._velocities)}
        arrays = {name: value.asnumpy() for name, value in found.items()}
        return {**arrays, "last_lr": numpy.array(self._last_lr)}

    def load_state(self, state: dict[str, numpy.ndarray]) -> None:
        """Take over what `state` returned."""
        for i, param in enumerate(self._params):
            param.set_data(np.array(state[f"net.{i:03d}"]))
        for i, velocity in enumerate(self._velocities):
            velocity[:] = np.array(state[f"velocity.{i:03d}"], ctx=self.device)
        self._last_lr = float(state["last_lr"])

    def _arrays(self, X: numpy.ndarray, y: numpy.ndarray) -> tuple[np.ndarray, np.ndarray]:
        images = numpy.ascontiguousarray(X.transpose(0, 3, 1, 2))
        return np.array(images, ctx=self.device), np.array(y, ctx=self.device)
