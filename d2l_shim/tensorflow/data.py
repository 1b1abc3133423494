"""Batches of TensorFlow tensors."""

from d2l_shim.data import Batches
from d2l_shim.tensorflow.native import tf


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
