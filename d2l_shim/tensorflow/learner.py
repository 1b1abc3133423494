"""A ResNet that experiments train with TensorFlow, a batch at a time."""

import numpy as np

from d2l_shim.tensorflow.chapters import resnet
from d2l_shim.tensorflow.devices import num_gpus
from d2l_shim.tensorflow.native import tf
from d2l_shim.tensorflow.training import as_graph, draw_by_he, num_correct

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
            seed: what the weights depend on; so will all that Keras, NumPy and Python draw.
            device: `cpu`, or `gpu:0` and so on.
            momentum: share of the velocity that is kept.
            weight_decay: share of each parameter that is added to its gradient.
            smoothing: share of the label that all classes divide among themselves.
        """
        tf.keras.utils.set_random_seed(seed)
        self.device = f"/{device.upper()}" if device != "cpu" else "/CPU:0"
        self._momentum, self._weight_decay = momentum, weight_decay
        self._softmax_loss = tf.keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=smoothing
        )
        with tf.device(self.device):
            self.net = resnet(depth, num_classes, stem="3x3")
            # its layers make their weights with the first images
            self.net(tf.zeros((1, *size, 3)), training=False)
            draw_by_he(self.net)
            self._trained = [variable.value for variable in self.net.trainable_variables]
            self._velocities = [tf.Variable(tf.zeros_like(value)) for value in self._trained]
            self._lr = tf.Variable(0.0)
        self._num_classes = num_classes
        self._train, self._evaluate = as_graph(self._update), as_graph(self._num_correct)

    def train_step(self, X: np.ndarray, y: np.ndarray, lr: float) -> tuple[float, float]:
        """Update the network; return the batch's mean loss and number of correct predictions."""
        self._lr.assign(lr)
        with tf.device(self.device):
            loss, correct = self._train(X, y)
        return float(loss), float(correct)

    def _update(self, X: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            y_hat = self.net(X, training=True)
            loss = self._softmax_loss(tf.one_hot(y, self._num_classes), y_hat)
        gradients = tape.gradient(loss, self._trained)
        # Keras multiplies by the learning rate before it adds up, this operation afterwards
        for weight, velocity, gradient in zip(
            self._trained, self._velocities, gradients, strict=True
        ):
            tf.raw_ops.ResourceApplyMomentum(
                var=weight.handle,
                accum=velocity.handle,
                lr=self._lr,
                grad=gradient + self._weight_decay * weight,
                momentum=self._momentum,
            )
        return loss, num_correct(y_hat, y)

    def evaluate(self, X: np.ndarray, y: np.ndarray) -> float:
        """Return how many images of a batch are classified correctly, in inference mode."""
        with tf.device(self.device):
            return float(self._evaluate(X, y))

    def _num_correct(self, X: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        return num_correct(self.net(X, training=False), y)

    def state(self) -> dict[str, np.ndarray]:
        """Return copies of weights, running statistics and velocities."""
        # Keras' names count the layers of a process, so they are others the next time
        found = {f"net.{i:03d}": value.numpy() for i, value in enumerate(self.net.weights)}
        found |= {f"velocity.{i:03d}": value.numpy() for i, value in enumerate(self._velocities)}
        return {name: value.copy() for name, value in found.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Take over what `state` returned."""
        for i, variable in enumerate(self.net.weights):
            variable.assign(state[f"net.{i:03d}"])
        for i, velocity in enumerate(self._velocities):
            velocity.assign(state[f"velocity.{i:03d}"])
