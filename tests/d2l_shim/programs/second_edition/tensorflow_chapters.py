"""Sections 6.2 to 7.6 of the second edition in TensorFlow, as far as any Keras runs them."""

import tensorflow as tf
from d2l import tensorflow as d2l

# 6.2 convolutions for images
X = tf.constant([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
K = tf.constant([[0.0, 1.0], [2.0, 3.0]])
print(d2l.corr2d(X, K))
assert d2l.corr2d(X, K).numpy().tolist() == [[19, 25], [37, 43]]

X = tf.Variable(tf.ones((6, 8)))
X[:, 2:6].assign(tf.zeros(X[:, 2:6].shape))
assert d2l.corr2d(X, tf.constant([[1.0, -1.0]]))[0].numpy().tolist() == [0, 1, 0, 0, 0, -1, 0]


# 6.3 padding and stride
def comp_conv2d(conv2d, X):
    X = tf.reshape(X, (1,) + X.shape + (1,))
    Y = conv2d(X)
    return tf.reshape(Y, Y.shape[1:3])


X = tf.random.uniform(shape=(8, 8))
conv2d = tf.keras.layers.Conv2D(1, kernel_size=(3, 5), padding="valid", strides=(3, 4))
assert comp_conv2d(conv2d, X).shape == (2, 1)


# 6.4 channels
def corr2d_multi_in(X, K):
    return tf.reduce_sum([d2l.corr2d(x, k) for x, k in zip(X, K)], axis=0)


def corr2d_multi_in_out(X, K):
    return tf.stack([corr2d_multi_in(X, k) for k in K], 0)


X = tf.constant([[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]],
                 [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]])  # fmt: skip
K = tf.constant([[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])
assert corr2d_multi_in(X, K).numpy().tolist() == [[56, 72], [104, 120]]
assert corr2d_multi_in_out(X, d2l.stack((K, K + 1, K + 2), 0)).shape == (3, 2, 2)

# 6.5 pooling
X = tf.reshape(tf.range(16, dtype=tf.float32), (1, 4, 4, 1))
paddings = tf.constant([[0, 0], [1, 0], [1, 0], [0, 0]])
pool2d = tf.keras.layers.MaxPool2D(pool_size=[3, 3], padding="valid", strides=2)
Y = pool2d(tf.pad(X, paddings, "CONSTANT"))
assert tf.reshape(Y, (2, 2)).numpy().tolist() == [[5, 7], [13, 15]]


# 6.6 LeNet
def net():
    return tf.keras.models.Sequential([
        tf.keras.layers.Conv2D(filters=6, kernel_size=5, activation="sigmoid", padding="same"),
        tf.keras.layers.AvgPool2D(pool_size=2, strides=2),
        tf.keras.layers.Conv2D(filters=16, kernel_size=5, activation="sigmoid"),
        tf.keras.layers.AvgPool2D(pool_size=2, strides=2),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(120, activation="sigmoid"),
        tf.keras.layers.Dense(84, activation="sigmoid"),
        tf.keras.layers.Dense(10),
    ])  # fmt: skip


batch_size = 256
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=batch_size)


def train_ch6(net_fn, train_iter, test_iter, num_epochs, lr, device):
    device_name = device._device_name
    strategy = tf.distribute.OneDeviceStrategy(device_name)
    with strategy.scope():
        optimizer = tf.keras.optimizers.SGD(learning_rate=lr)
        loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net = net_fn()
        net.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    callback = d2l.TrainCallback(net, train_iter, test_iter, num_epochs, device_name)
    net.fit(train_iter, epochs=num_epochs, verbose=0, callbacks=[callback])
    return net


lr, num_epochs = 0.9, 1
train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
trained = d2l.train_ch6(net, train_iter, test_iter, num_epochs, lr, d2l.try_gpu())
assert 0 <= d2l.evaluate_accuracy(trained, test_iter) <= 1
assert d2l.evaluate_accuracy(lambda X: trained(X), test_iter) == d2l.evaluate_accuracy(
    trained, test_iter
)


# 7.2 VGG and 7.3 NiN, with few channels
def vgg_block(num_convs, num_channels):
    blk = tf.keras.models.Sequential()
    for _ in range(num_convs):
        blk.add(
            tf.keras.layers.Conv2D(num_channels, kernel_size=3, padding="same", activation="relu")
        )
    blk.add(tf.keras.layers.MaxPool2D(pool_size=2, strides=2))
    return blk


def nin_block(num_channels, kernel_size, strides, padding):
    return tf.keras.models.Sequential([
        tf.keras.layers.Conv2D(
            num_channels, kernel_size, strides=strides, padding=padding, activation="relu"
        ),
        tf.keras.layers.Conv2D(num_channels, kernel_size=1, activation="relu"),
        tf.keras.layers.Conv2D(num_channels, kernel_size=1, activation="relu"),
    ])  # fmt: skip


vgg = tf.keras.models.Sequential([vgg_block(1, 4), vgg_block(2, 8)])
vgg.add(tf.keras.models.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)]))
nin = tf.keras.models.Sequential([
    nin_block(8, kernel_size=11, strides=4, padding="valid"),
    tf.keras.layers.MaxPool2D(pool_size=3, strides=2),
    nin_block(10, kernel_size=3, strides=1, padding="same"),
    tf.keras.layers.GlobalAveragePooling2D(),
    tf.keras.layers.Reshape((1, 1, 10)),
    tf.keras.layers.Flatten(),
])  # fmt: skip


# 7.4 GoogLeNet's block
class Inception(tf.keras.Model):
    def __init__(self, c1, c2, c3, c4):
        super().__init__()
        self.p1_1 = tf.keras.layers.Conv2D(c1, 1, activation="relu")
        self.p2_1 = tf.keras.layers.Conv2D(c2[0], 1, activation="relu")
        self.p2_2 = tf.keras.layers.Conv2D(c2[1], 3, padding="same", activation="relu")
        self.p3_1 = tf.keras.layers.Conv2D(c3[0], 1, activation="relu")
        self.p3_2 = tf.keras.layers.Conv2D(c3[1], 5, padding="same", activation="relu")
        self.p4_1 = tf.keras.layers.MaxPool2D(3, 1, padding="same")
        self.p4_2 = tf.keras.layers.Conv2D(c4, 1, activation="relu")

    def call(self, x):
        p1 = self.p1_1(x)
        p2 = self.p2_2(self.p2_1(x))
        p3 = self.p3_2(self.p3_1(x))
        p4 = self.p4_2(self.p4_1(x))
        return tf.keras.layers.Concatenate()([p1, p2, p3, p4])


googlenet = tf.keras.Sequential([
    tf.keras.layers.Conv2D(8, 7, strides=4, padding="same", activation="relu"),
    Inception(4, (4, 8), (2, 4), 4),
    tf.keras.layers.GlobalAvgPool2D(),
    tf.keras.layers.Dense(10),
])  # fmt: skip

# 7.6 ResNet
blk = d2l.Residual(6, use_1x1conv=True, strides=2)
assert blk(tf.random.uniform((4, 6, 6, 3))).shape == (4, 3, 3, 6)
resnet = tf.keras.Sequential([
    tf.keras.layers.Conv2D(8, kernel_size=7, strides=2, padding="same"),
    tf.keras.layers.BatchNormalization(),
    tf.keras.layers.Activation("relu"),
    tf.keras.layers.MaxPool2D(pool_size=3, strides=2, padding="same"),
    d2l.Residual(8),
    d2l.Residual(16, use_1x1conv=True, strides=2),
    tf.keras.layers.GlobalAvgPool2D(),
    tf.keras.layers.Dense(units=10),
])  # fmt: skip

X = tf.random.uniform(shape=(1, 64, 64, 1))
for net in (vgg, nin, googlenet, resnet):
    print(net.__class__.__name__, "output shape:\t", net(X).shape)
    assert net(X).shape == (1, 10)
