"""Training and evaluation in TensorFlow."""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from d2l_shim import faces, training
from d2l_shim.data import Batches, quick
from d2l_shim.faces import face
from d2l_shim.frameworks import BY_NAME
from d2l_shim.learner import BaseLearner, check_device
from d2l_shim.tensorflow.forward import fused_norms, may_round
from d2l_shim.tensorflow.native import (
    Device,
    device_string,
    num_gpus,
    rounded_products,
    tf,
    try_gpu,
)
from d2l_shim.timing import Timer


def packed(batches: Batches) -> tf.data.Dataset:
    """Return batches as a dataset of TensorFlow."""
    if batches.is_resized and batches.images.ndim == 3:
        # images are picked and made float by TensorFlow's own threads
        images, labels = tf.constant(batches.images[..., None]), tf.constant(batches.labels)

        def batch(chosen: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            X = tf.cast(tf.gather(images, chosen), tf.float32) / 255
            return X, tf.cast(tf.gather(labels, chosen), tf.int64)

        made = tf.data.Dataset.from_generator(
            batches.choices, output_signature=tf.TensorSpec((None,), tf.int64)
        ).map(batch)
    else:
        maps = (None, *batches.sides, 1 if batches.images.ndim == 3 else 3)
        signature = tf.TensorSpec(maps, tf.float32), tf.TensorSpec((None,), tf.int64)
        made = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)
    made = made.apply(tf.data.experimental.assert_cardinality(len(batches)))
    # the next batch is made while the network works on this one
    return made.prefetch(2)


class Learner(BaseLearner):
    """A network that learns from batches; see `BaseLearner`.

    Keras would multiply by the learning rate before it adds up; so momentum has its velocities
    here, and the optimizer takes a step along them.
    """

    framework = BY_NAME["tensorflow"]
    try_gpu = staticmethod(try_gpu)
    packed = staticmethod(packed)
    _update: Callable[[Any, Any], Any] | None = None
    _count: Callable[[Any, Any], Any] | None = None

    @staticmethod
    def num_correct(y_hat: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        if len(y_hat.shape) > 1 and y_hat.shape[1] > 1:
            y_hat = tf.argmax(y_hat, axis=1)
        right = tf.cast(y_hat, y.dtype) == tf.reshape(y, tf.shape(y_hat))
        return tf.reduce_sum(tf.cast(right, tf.float32))

    def evaluate(self, X: Any, y: Any) -> tf.Tensor:
        X, y = self._moved(X), self._moved(y)
        if self._count is None:
            self._count = self._graph(
                lambda X, y: self.num_correct(self.net(X, training=False), y), X, y
            )
        with self._precision():
            return self._count(X, y)

    def state(self) -> dict[str, np.ndarray]:
        # Keras' names count the layers of a process, so they are others the next time
        found = {f"net.{i:03d}": value.numpy() for i, value in enumerate(self.net.weights)}
        found |= {f"velocity.{i:03d}": value.numpy() for i, value in enumerate(self._velocities)}
        return {name: value.copy() for name, value in found.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        for i, variable in enumerate(self.net.weights):
            variable.assign(state[f"net.{i:03d}"])
        for i, velocity in enumerate(self._velocities):
            velocity.assign(state[f"velocity.{i:03d}"])

    def _place(self, device: Device | None) -> str | None:
        name = device_string(device)
        check_device(name, num_gpus(), "TensorFlow")
        return name

    def _moved(self, X: Any) -> tf.Tensor:
        return tf.convert_to_tensor(X)

    def _on_device(self) -> AbstractContextManager:
        return tf.device(self.device)

    def _precision(self) -> AbstractContextManager:
        rounds = "bfloat16" in self._means and may_round(self.device)
        return rounded_products() if rounds else nullcontext()

    def _is_complete(self) -> bool:
        if self._optimizer is None and not isinstance(self.net, tf.keras.Model):
            self.net = self.net()
        return self.net.built

    def _find_shapes(self, X: tf.Tensor) -> None:
        self.net(X, training=False)

    def _start(self) -> None:
        if self._init == "he":
            draw_by_he(self.net)
        self._prepare(self.net)
        self._velocities = []
        if self._momentum:
            self._velocities = [
                tf.Variable(tf.zeros(v.shape, v.dtype)) for v in self.net.trainable_variables
            ]
        self._optimizer = self._optimizer or tf.keras.optimizers.SGD()
        self._loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        if self._smoothing:
            options = {"from_logits": True, "label_smoothing": self._smoothing}
            self._loss = tf.keras.losses.CategoricalCrossentropy(**options)

    def _step(self, X: tf.Tensor, y: tf.Tensor, lr: float | None) -> tuple[tf.Tensor, tf.Tensor]:
        if lr is not None:
            self._optimizer.learning_rate = lr
        if self._update is None:
            self._update = self._graph(self._updated, X, y)
        with self._precision():
            return self._update(X, y)

    def _graph(self, function: Callable[..., Any], *tensors: tf.Tensor) -> Callable[..., Any]:
        """Return a function of batches of any size, like these, as one graph."""
        # one graph for batches of any size: making one takes seconds
        specs = [tf.TensorSpec((None, *t.shape[1:]), t.dtype) for t in tensors]
        fused = "fused-norm" in self._means
        with fused_norms(self.net) if fused else nullcontext():
            return tf.function(function).get_concrete_function(*specs)

    def _updated(self, X: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            y_hat = tf.cast(self.net(X, training=True), tf.float32)
            loss = self._loss(tf.one_hot(y, y_hat.shape[-1]) if self._smoothing else y, y_hat)
        variables = self.net.trainable_variables
        steps = tape.gradient(loss, variables)
        if self._weight_decay:
            pairs = zip(steps, variables, strict=True)
            steps = [g if g is None else g + self._weight_decay * w for g, w in pairs]
        if self._velocities:
            steps = [
                g if g is None else v.assign(self._momentum * v + tf.convert_to_tensor(g))
                for v, g in zip(self._velocities, steps, strict=True)
            ]
        self._optimizer.apply_gradients(zip(steps, variables, strict=True))
        return loss, self.num_correct(y_hat, y)


def draw_by_he(net: tf.keras.Model) -> None:
    """Draw the weights of a built network's convolutions and dense layers by He's rule."""
    for variable in net.trainable_variables:
        # conv2d/kernel:0 in Keras 2
        if re.fullmatch(r"(.*/)?kernel(:0)?", variable.name):
            # an initializer that is called again draws the same numbers again
            rule = tf.keras.initializers.HeUniform()
            variable.assign(rule(variable.shape, variable.dtype))


def sgd(
    params: Iterable[tf.Variable], grads: Iterable[tf.Tensor], lr: float, batch_size: int
) -> None:
    """Take one step of gradient descent.

    Args:
        params: parameters.
        grads: for each the gradient of a loss that was summed over a batch.
        lr: learning rate.
        batch_size: examples in the batch.
    """
    for param, grad in zip(params, grads, strict=True):
        param.assign_sub(lr / batch_size * grad)


batches = face(faces.batches, Learner)
load_data_fashion_mnist = face(faces.load_data_fashion_mnist, Learner)
get_dataloader_workers = face(faces.get_dataloader_workers, Learner)
accuracy = face(faces.accuracy, Learner)
evaluate_accuracy = face(faces.evaluate_accuracy, Learner)
evaluate_accuracy_gpu = evaluate_accuracy
"""Another name of `evaluate_accuracy`."""
train_ch5 = face(faces.train_ch5, Learner)
train_ch6 = face(faces.train_ch6, Learner, net="net_fn")


class TrainCallback(tf.keras.callbacks.Callback):
    """Draw the curves while `net.fit` trains, and print the result as `train_ch6` does.

    The network must be compiled with `metrics=["accuracy"]`, and train_iter must have a length.
    """

    def __init__(
        self,
        net: tf.keras.Model,
        train_iter: Iterable,
        test_iter: Iterable,
        num_epochs: int,
        device_name: str,
    ) -> None:
        """Take the network, what `fit` trains with, its epochs, and the device for the result."""
        super().__init__()
        self.net = net
        self.train_iter = train_iter
        self.test_iter = test_iter
        self.num_epochs = 1 if quick() else num_epochs
        self.device_name = device_name
        self.timer = Timer()
        self.animator = training.new_animator(self.num_epochs)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.timer.start()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.timer.stop()
        test_acc = self.net.evaluate(self.test_iter, verbose=0, return_dict=True)["accuracy"]
        self.animator.add(epoch + 1, (logs["loss"], logs["accuracy"], test_acc))
        if epoch == self.num_epochs - 1:
            self.net.stop_training = True
            batch_size = len(next(iter(self.train_iter))[1])
            speed = batch_size * len(self.train_iter) / self.timer.avg()
            training.print_result(logs["loss"], logs["accuracy"], test_acc, speed, self.device_name)
