"""Training and evaluation in PyTorch."""

from collections.abc import Callable, Iterable

import numpy as np

from d2l_shim import faces
from d2l_shim.faces import face
from d2l_shim.frameworks import BY_NAME
from d2l_shim.learner import BaseLearner, check_device
from d2l_shim.torch.forward import forward_of
from d2l_shim.torch.native import F, hidden_hooks, inference, nn, num_gpus, torch, try_gpu


class Learner(BaseLearner):
    framework = BY_NAME["pytorch"]
    try_gpu = staticmethod(try_gpu)
    cast = "type"
    _forward: Callable[[torch.Tensor], torch.Tensor] | None = None

    @staticmethod
    def tensors(X: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.from_numpy(X), torch.from_numpy(y)

    @staticmethod
    def descend(params: Iterable[torch.Tensor], rate: float) -> None:
        with torch.no_grad():
            for param in params:
                param.sub_(rate * param.grad)
                param.grad.zero_()

    def evaluate(self, X: torch.Tensor | list[torch.Tensor], y: torch.Tensor) -> torch.Tensor:
        with inference(self.net):
            y_hat = (self._forward or self.net)(self._moved(X))
            return self.num_correct(y_hat, self._moved(y))

    def state(self) -> dict[str, np.ndarray]:
        found = {f"net.{name}": value for name, value in self.net.state_dict().items()}
        for name, param in self.net.named_parameters():
            velocity = self._optimizer.state[param].get("momentum_buffer")
            if velocity is not None:
                found[f"velocity.{name}"] = velocity
        return {name: value.detach().cpu().numpy().copy() for name, value in found.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        tensors = {name: torch.from_numpy(value) for name, value in state.items()}
        names = self.net.state_dict()
        self.net.load_state_dict({name: tensors[f"net.{name}"] for name in names})
        for name, param in self.net.named_parameters():
            velocity = tensors.get(f"velocity.{name}")
            if velocity is not None:
                # with the order of axes that the parameter has in memory
                copied = torch.empty_like(param).copy_(velocity).detach()
                self._optimizer.state[param]["momentum_buffer"] = copied

    def _place(self, device: torch.device | str | None) -> torch.device:
        if device is None:
            device = next((param.device for param in self.net.parameters()), "cpu")
        check_device(device, num_gpus(), "PyTorch")
        return torch.device(device)

    def _moved(self, X: torch.Tensor | list[torch.Tensor]) -> torch.Tensor | list[torch.Tensor]:
        return [x.to(self.device) for x in X] if isinstance(X, list) else X.to(self.device)

    def _is_complete(self) -> bool:
        # with a program's own optimizer, lazy layers find their shapes in its first step
        if self._optimizer is not None:
            return True
        return not any(nn.parameter.is_lazy(param) for param in self.net.parameters())

    def _find_shapes(self, X: torch.Tensor) -> None:
        net = self.net.to(self.device)
        devices = [self.device] if self.device.type == "cuda" else []
        # neither the hooks of a program nor its random numbers have to do with this call
        with hidden_hooks(net), inference(net), torch.random.fork_rng(devices):
            net(X[:1])

    def _start(self) -> None:
        if self._init is not None:
            self.net.apply(lambda module: initialize(module, self._init))
        self._prepare(self.net)
        self.net.to(self.device)
        if self._optimizer is None:
            options = {"momentum": self._momentum, "weight_decay": self._weight_decay}
            self._optimizer = torch.optim.SGD(self.net.parameters(), lr=0, **options)
        self._forward = forward_of(self.net, self.device, "bfloat16" in self._means)

    def _step(
        self, X: torch.Tensor, y: torch.Tensor, lr: float | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        self.net.train()
        if lr is not None:
            self._optimizer.param_groups[0]["lr"] = lr
        self._optimizer.zero_grad()
        y_hat = self._forward(X)
        loss = F.cross_entropy(y_hat, y, label_smoothing=self._smoothing)
        loss.backward()
        self._optimizer.step()
        return loss.detach(), self.num_correct(y_hat, y)


def initialize(module: nn.Module, init: str) -> None:
    """Draw the weights of one layer by a rule, `xavier` or `he`; other modules are left alone."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        if init == "he":
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
        else:
            nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
        module.reset_parameters()


batches = face(faces.batches, Learner)
load_data_fashion_mnist = face(faces.load_data_fashion_mnist, Learner)
get_dataloader_workers = face(faces.get_dataloader_workers, Learner)
accuracy = face(faces.accuracy, Learner)
sgd = face(faces.sgd, Learner)
evaluate_accuracy = face(faces.evaluate_accuracy, Learner)
evaluate_accuracy_gpu = evaluate_accuracy
"""Another name of `evaluate_accuracy`."""
train_ch5 = face(faces.train_ch5, Learner)
train_ch6 = face(faces.train_ch6, Learner)
