"""Training and evaluation in MXNet."""

from collections.abc import Iterable, Iterator

import numpy

from d2l_shim import faces
from d2l_shim.faces import face
from d2l_shim.frameworks import BY_NAME
from d2l_shim.learner import BaseLearner, check_device
from d2l_shim.mxnet.native import (
    autograd,
    gluon,
    hidden_hooks,
    initializer,
    mx,
    np,
    npx,
    num_gpus,
    try_gpu,
)

INITIALIZERS = {
    "xavier": initializer.Xavier(),
    # uniform between plus and minus sqrt(6 / inputs)
    "he": initializer.Xavier(factor_type="in", magnitude=6),
}


class Learner(BaseLearner):
    framework = BY_NAME["mxnet"]
    try_gpu = staticmethod(try_gpu)

    @staticmethod
    def tensors(X: numpy.ndarray, y: numpy.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.array(X, dtype=X.dtype), np.array(y, dtype=y.dtype)

    @staticmethod
    def descend(params: Iterable[np.ndarray], rate: float) -> None:
        for param in params:
            param[:] = param - rate * param.grad

    def evaluate(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        with autograd.predict_mode():
            return self.num_correct(self.net(self._moved(X)), self._moved(y))

    def state(self) -> dict[str, numpy.ndarray]:
        # MXNet's names count the layers of a process, so they are others the next time
        found = {f"net.{i:03d}": param.data() for i, param in enumerate(self._params)}
        velocities = self._updater.states
        for name, i in self._trained():
            if velocities.get(i) is not None:
                found[name] = velocities[i]
        arrays = {name: value.asnumpy() for name, value in found.items()}
        return {**arrays, "last_lr": numpy.array(self._last_lr)}

    def load_state(self, state: dict[str, numpy.ndarray]) -> None:
        for i, param in enumerate(self._params):
            param.set_data(np.array(state[f"net.{i:03d}"]))
        for name, i in self._trained():
            if name in state:
                self._updater.states[i] = mx.nd.array(state[name], ctx=self.device)
                self._updater.states_synced[i] = True
        self._last_lr = float(state["last_lr"])

    def _trained(self) -> Iterator[tuple[str, int]]:
        """Return what each trained parameter's velocity is called, and the parameter's number."""
        numbers = [i for i, param in enumerate(self._params) if param.grad_req != "null"]
        return ((f"velocity.{n:03d}", i) for n, i in enumerate(numbers))

    def _place(self, device: mx.Context | None) -> mx.Context:
        if device is None:
            parameters = self.net.collect_params().values()
            device = next((param.list_ctx()[0] for param in parameters), npx.cpu())
        check_device(device, num_gpus(), "MXNet")
        return device

    def _moved(self, X: np.ndarray) -> np.ndarray:
        return X.as_in_ctx(self.device)

    def _is_complete(self) -> bool:
        if self._optimizer is None:
            if self._init is None:
                self.net.collect_params().reset_ctx(self.device)
            else:
                self.net.initialize(ctx=self.device, force_reinit=True)
        shapes = (param.shape for param in self.net.collect_params().values())
        return self._optimizer is not None or all(map(gluon.utils.shape_is_known, shapes))

    def _find_shapes(self, X: np.ndarray) -> None:
        with hidden_hooks(self.net):
            self.net(X[:1])

    def _start(self) -> None:
        if self._init is not None:
            draw(self.net, self._init, self.device)
        self._prepare(self.net)
        self._last_lr = 1.0
        if self._optimizer is None:
            self._params = list(self.net.collect_params().values())
            options = {"momentum": self._momentum, "wd": self._weight_decay}
            self._optimizer = gluon.Trainer(self._params, "sgd", options)
            (self._updater,) = self._optimizer._updaters
        # labels are shared out among the classes before the loss, which cannot do it
        self._loss = gluon.loss.SoftmaxCrossEntropyLoss(sparse_label=not self._smoothing)

    def _step(
        self, X: np.ndarray, y: np.ndarray, lr: float | None
    ) -> tuple[np.ndarray, np.ndarray]:
        if lr is not None:
            self._set_lr(lr)
        with autograd.record():
            y_hat = self.net(X)
            loss = self._loss(y_hat, self._target(y, y_hat.shape[-1])).sum()
        loss.backward()
        # a network need not use all of its layers each time
        self._optimizer.step(self._batch_size or len(y), ignore_stale_grad=True)
        return loss / len(y), self.num_correct(y_hat, y)

    def _set_lr(self, lr: float) -> None:
        # MXNet keeps -lr * v; where lr changes, what is kept of it must change as much, and a rate
        # of 0 would forget it
        lr = max(lr, 1e-20)
        self._optimizer.optimizer.momentum = self._momentum * lr / self._last_lr
        self._last_lr = lr
        self._optimizer.set_learning_rate(lr)

    def _target(self, y: np.ndarray, num_classes: int) -> np.ndarray:
        if not self._smoothing:
            return y
        target = npx.one_hot(y, num_classes) * (1 - self._smoothing)
        return target + self._smoothing / num_classes


def draw(net: gluon.Block, init: str, device: mx.Context) -> None:
    """Start all parameters of a network that has seen an input anew, its weights by a rule.

    MXNet computes in several threads; two draws at a time would share out the random numbers as it
    happens, and the seed would not decide on the weights.
    """
    for param in net.collect_params().values():
        mx.nd.waitall()
        param.initialize(default_init=INITIALIZERS[init], ctx=device, force_reinit=True)
    mx.nd.waitall()


batches = face(faces.batches, Learner)
load_data_fashion_mnist = face(faces.load_data_fashion_mnist, Learner)
get_dataloader_workers = face(faces.get_dataloader_workers, Learner)
accuracy = face(faces.accuracy, Learner)
sgd = face(faces.sgd, Learner)
evaluate_accuracy = face(faces.evaluate_accuracy, Learner)
evaluate_accuracy_gpu = evaluate_accuracy
"""Another name of `evaluate_accuracy`."""
train_ch5 = face(faces.train_ch5, Learner, optimizer="trainer", device="ctx")
train_ch6 = face(faces.train_ch6, Learner)
