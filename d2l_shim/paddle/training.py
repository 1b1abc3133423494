"""Training and evaluation in Paddle."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from d2l_shim import faces
from d2l_shim.faces import face
from d2l_shim.frameworks import BY_NAME
from d2l_shim.learner import BaseLearner
from d2l_shim.paddle.convolution import on_onednn
from d2l_shim.paddle.native import Device, F, inference, nn, on_device, paddle, try_gpu
from d2l_shim.training import device_name


class Learner(BaseLearner):
    framework = BY_NAME["paddle"]
    try_gpu = staticmethod(try_gpu)

    @staticmethod
    def tensors(X: np.ndarray, y: np.ndarray) -> tuple[paddle.Tensor, paddle.Tensor]:
        return paddle.to_tensor(X), paddle.to_tensor(y)

    @staticmethod
    def descend(params: Iterable[paddle.Tensor], rate: float) -> None:
        with paddle.no_grad():
            for param in params:
                param.set_value(param - rate * param.grad)
                param.clear_gradient()

    def evaluate(self, X: paddle.Tensor, y: paddle.Tensor) -> paddle.Tensor:
        with inference(self.net), self._convolutions():
            return self.num_correct(self.net(self._moved(X)), self._moved(y))

    def state(self) -> dict[str, np.ndarray]:
        found = {f"net.{name}": value for name, value in self.net.state_dict().items()}
        velocities = self._optimizer.state_dict()
        for name, param in self.net.named_parameters():
            if _velocity(param) in velocities:
                found[f"velocity.{name}"] = velocities[_velocity(param)]
        return {name: value.numpy().copy() for name, value in found.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        names = self.net.state_dict()
        self.net.set_state_dict({name: state[f"net.{name}"] for name in names})
        velocities = {
            _velocity(param): paddle.to_tensor(state[f"velocity.{name}"])
            for name, param in self.net.named_parameters()
            if f"velocity.{name}" in state
        }
        self._optimizer.set_state_dict(velocities)

    def _place(self, device: Device | None) -> str:
        self._graphs: dict[tuple, Any] = {}
        return paddle.get_device() if device is None else device_name(device)

    def _moved(self, X: paddle.Tensor) -> paddle.Tensor:
        return X.to(self.device)

    def _on_device(self) -> AbstractContextManager:
        return on_device(self.device)

    def _convolutions(self) -> AbstractContextManager:
        return on_onednn(self._graphs) if "onednn" in self._means else nullcontext()

    def _start(self) -> None:
        self.net.to(self.device)
        if self._init is not None:
            self.net.apply(lambda layer: initialize(layer, self._init))
        self._prepare(self.net)
        if self._optimizer is None:
            given = 0.0, self._momentum, self.net.parameters()
            decay = self._weight_decay or None
            self._optimizer = paddle.optimizer.Momentum(*given, weight_decay=decay)

    def _step(
        self, X: paddle.Tensor, y: paddle.Tensor, lr: float | None
    ) -> tuple[paddle.Tensor, paddle.Tensor]:
        self.net.train()
        if lr is not None:
            self._optimizer.set_lr(lr)
        with self._convolutions():
            y_hat = self.net(X)
        loss = F.cross_entropy(y_hat, y, label_smoothing=self._smoothing)
        loss.backward()
        self._optimizer.step()
        self._optimizer.clear_grad()
        return loss, self.num_correct(y_hat, y)


def _velocity(param: paddle.Tensor) -> str:
    """Return what the optimizer calls the velocity of a parameter."""
    return f"{param.name}_velocity_0"


def initialize(layer: nn.Layer, init: str) -> None:
    """Draw the weights of one layer by a rule, `xavier` or `he`; other layers are left alone."""
    zeros, ones = nn.initializer.Constant(0.0), nn.initializer.Constant(1.0)
    if isinstance(layer, nn.Linear | nn.Conv2D):
        if init == "he":
            nn.initializer.KaimingUniform(nonlinearity="relu")(layer.weight)
        else:
            nn.initializer.XavierUniform()(layer.weight)
        if layer.bias is not None:
            zeros(layer.bias)
    elif isinstance(layer, nn.BatchNorm1D | nn.BatchNorm2D):
        ones(layer.weight)
        zeros(layer.bias)
        zeros(layer._mean)
        ones(layer._variance)


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
