"""A ResNet that experiments train with Paddle, a batch at a time."""

import numpy as np

from d2l_shim.paddle.chapters import resnet
from d2l_shim.paddle.convolution import on_onednn
from d2l_shim.paddle.devices import num_gpus
from d2l_shim.paddle.inference import inference
from d2l_shim.paddle.native import F, paddle
from d2l_shim.paddle.training import accuracy, initialize

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
            seed: what the weights depend on; Paddle's own generator is set to it.
            device: `cpu`, or `gpu:0` and so on.
            momentum: share of the velocity that is kept.
            weight_decay: share of each parameter that is added to its gradient.
            smoothing: share of the label that all classes divide among themselves.
        """
        paddle.set_device(device)
        paddle.seed(seed)
        self.device = device
        self.net = resnet(depth, num_classes, stem="3x3")
        self.net.apply(lambda layer: initialize(layer, "he"))
        self._smoothing, self._graphs = smoothing, {}
        self._optimizer = paddle.optimizer.Momentum(
            0.0, momentum, parameters=self.net.parameters(), weight_decay=weight_decay
        )

    def train_step(self, X: np.ndarray, y: np.ndarray, lr: float) -> tuple[float, float]:
        """Update the network; return the batch's mean loss and number of correct predictions."""
        X, y = self._tensors(X, y)
        self.net.train()
        self._optimizer.set_lr(lr)
        with on_onednn(self._graphs):
            y_hat = self.net(X)
        loss = F.cross_entropy(y_hat, y, label_smoothing=self._smoothing)
        loss.backward()
        self._optimizer.step()
        self._optimizer.clear_grad()
        return float(loss), accuracy(y_hat, y)

    def evaluate(self, X: np.ndarray, y: np.ndarray) -> float:
        """Return how many images of a batch are classified correctly, in inference mode."""
        X, y = self._tensors(X, y)
        with inference(self.net), on_onednn(self._graphs):
            return accuracy(self.net(X), y)

    def state(self) -> dict[str, np.ndarray]:
        """Return copies of weights, running statistics and velocities."""
        found = {f"net.{name}": value for name, value in self.net.state_dict().items()}
        velocities = self._optimizer.state_dict()
        for name, param in self.net.named_parameters():
            if _velocity(param) in velocities:
                found[f"velocity.{name}"] = velocities[_velocity(param)]
        return {name: value.numpy().copy() for name, value in found.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Take over what `state` returned."""
        names = self.net.state_dict()
        self.net.set_state_dict({name: state[f"net.{name}"] for name in names})
        self._optimizer.set_state_dict(
            {
                _velocity(param): paddle.to_tensor(state[f"velocity.{name}"])
                for name, param in self.net.named_parameters()
                if f"velocity.{name}" in state
            }
        )

    def _tensors(self, X: np.ndarray, y: np.ndarray) -> tuple[paddle.Tensor, paddle.Tensor]:
        images = np.ascontiguousarray(X.transpose(0, 3, 1, 2))
        return paddle.to_tensor(images), paddle.to_tensor(y)


def _velocity(param: paddle.Tensor) -> str:
    """Return what the optimizer calls the velocity of a parameter."""
    return f"{param.name}_velocity_0"
