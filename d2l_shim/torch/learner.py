"""A ResNet that experiments train with PyTorch, a batch at a time."""

import numpy as np

from d2l_shim.torch.chapters import resnet
from d2l_shim.torch.devices import num_gpus, try_gpu
from d2l_shim.torch.inference import inference
from d2l_shim.torch.native import F, torch
from d2l_shim.torch.training import accuracy, initialize

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
            seed: what the weights depend on; PyTorch's own generator is set to it.
            device: `cpu`, or `gpu:0` and so on.
            momentum: share of the velocity that is kept.
            weight_decay: share of each parameter that is added to its gradient.
            smoothing: share of the label that all classes divide among themselves.
        """
        torch.manual_seed(seed)
        is_cpu = device == "cpu"
        self.device = torch.device("cpu") if is_cpu else try_gpu(int(device.split(":")[1]))
        self.net = resnet(depth, num_classes, stem="3x3")
        self.net.apply(lambda module: initialize(module, "he"))
        # images come with their channels last, and convolutions are faster so
        self.net.to(self.device, memory_format=torch.channels_last)
        self._smoothing = smoothing
        self._optimizer = torch.optim.SGD(
            self.net.parameters(), lr=0, momentum=momentum, weight_decay=weight_decay
        )

    def train_step(self, X: np.ndarray, y: np.ndarray, lr: float) -> tuple[float, float]:
        """Update the network; return the batch's mean loss and number of correct predictions."""
        X, y = self._tensors(X, y)
        self.net.train()
        self._optimizer.param_groups[0]["lr"] = lr
        self._optimizer.zero_grad()
        y_hat = self.net(X)
        loss = F.cross_entropy(y_hat, y, label_smoothing=self._smoothing)
        loss.backward()
        self._optimizer.step()
        return float(loss.detach()), accuracy(y_hat, y)

    def evaluate(self, X: np.ndarray, y: np.ndarray) -> float:
        """Return how many images of a batch are classified correctly, in inference mode."""
        X, y = self._tensors(X, y)
        with inference(self.net):
            return accuracy(self.net(X), y)

    def state(self) -> dict[str, np.ndarray]:
        """Return copies of weights, running statistics and velocities."""
        found = {f"net.{name}": value for name, value in self.net.state_dict().items()}
        for name, param in self.net.named_parameters():
            velocity = self._optimizer.state[param].get("momentum_buffer")
            if velocity is not None:
                found[f"velocity.{name}"] = velocity
        return {name: value.detach().cpu().numpy().copy() for name, value in found.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Take over what `state` returned."""
        tensors = {name: torch.from_numpy(value) for name, value in state.items()}
        names = self.net.state_dict()
        self.net.load_state_dict({name: tensors[f"net.{name}"] for name in names})
        for name, param in self.net.named_parameters():
            velocity = tensors.get(f"velocity.{name}")
            if velocity is not None:
                # with the order of axes that the parameter has in memory
                copied = torch.empty_like(param).copy_(velocity).detach()
                self._optimizer.state[param]["momentum_buffer"] = copied

    def _tensors(self, X: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        images = torch.from_numpy(X).permute(0, 3, 1, 2)
        return images.to(self.device), torch.from_numpy(y).to(self.device)
