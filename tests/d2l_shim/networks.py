"""The book's networks with the same weights in any framework, and what they compute.

Weights come from one seed: each framework draws them for the shapes that it finds in its own
network. Layers come in the order in which the networks use and the blocks register them.
"""

import numpy as np

# what the blocks of the book call their layers
PARTS = ("conv1", "conv2", "conv3", "bn1", "bn2")
PARTS += ("layer1", "layer2", "layer3", "shortcut", "p1", "p2", "p3", "p4")
SMALL_VGG = ((1, 16), (1, 32), (2, 64), (2, 128), (2, 128))
SIZES = {
    "lenet": 28,
    "alexnet": 72,
    "vgg": 64,
    "nin": 72,
    "googlenet": 48,
    "lenet_bn": 28,
    "resnet18": 96,
    "resnet18_3x3": 32,
    "resnet50": 64,
}
GAINS = {"lenet": 4, "lenet_bn": 4}  # what a sigmoid, of slope 1/4, takes away
# channels, height and width of what is flattened, where it is more than one pixel
MAPS = {"lenet": (16, 5, 5), "lenet_bn": (16, 5, 5), "vgg": (128, 2, 2)}
LR, NUM_STEPS = 0.05, 10


def build(b, name):
    """Return a network of the book, its weights not yet set."""
    if name == "alexnet" and b.counts:
        return b.d2l.alexnet(256)
    if name == "vgg":
        return b.d2l.vgg(SMALL_VGG, *([512] if b.counts else []), num_hiddens=256)
    if name == "lenet_bn":
        return b.d2l.lenet_bn(b.norm if b.counts else lambda *_: b.norm(None))
    if name == "resnet18_3x3":
        return b.d2l.resnet(18, num_classes=10, in_channels=1, stem="3x3")
    if name == "resnet50":
        return b.d2l.resnet(50, num_classes=10, in_channels=1)
    return getattr(b.d2l, name)()


def narrow_resnet(b):
    """Return a ResNet with 16 channels in its 3x3 stem and up to 128."""
    block = b.d2l.resnet_block
    return b.sequential(
        b.conv(1, 16, 3, padding=1),
        b.norm(16),
        b.relu(),
        b.sized(block, 16, 16, 1, first_block=True),
        *(b.sized(block, c // 2, c, 1) for c in (32, 64, 128)),
        b.global_pool(),
        b.flatten(),
        b.dense(128, 10),
    )


def blocks(b):
    """Return the other blocks of the book in a row, and flatten maps of 7x7 inside blocks."""
    d2l, row = b.d2l, b.sequential
    return row(
        b.conv(1, 8, 3, padding=1),
        b.sized(d2l.Inception, 8, 4, (4, 6), (2, 4), 2),
        b.sized(d2l.BasicBlock, 16, 16, 2, True),
        row(b.sized(d2l.Bottleneck, 16, 4, 2, True), b.relu()),
        row(row(b.flatten())),
        b.norm(784, 2),
        row(b.relu(), b.dense(784, 24), b.relu()),
        b.dense(24, 10),
    )


SAVED = {"resnet": narrow_resnet, "blocks": blocks, "lenet": lambda b: b.d2l.lenet()}


def weighted(net):
    """Yield convolutions, batch norms and dense layers."""
    for layer in getattr(net, "layers", net):
        parts = [getattr(layer, name) for name in PARTS if getattr(layer, name, None) is not None]
        if kind(layer):
            yield layer
        elif parts:
            yield from weighted(parts)
        elif hasattr(layer, "layers") or hasattr(layer, "__getitem__"):
            yield from weighted(layer)


def kind(layer):
    kinds = {"Conv": "conv", "BatchNorm": "norm", "Dense": "dense", "Linear": "dense"}
    return next((kinds[name] for name in kinds if type(layer).__name__.startswith(name)), None)


def norms(net):
    return [layer for layer in weighted(net) if kind(layer) == "norm"]


def layer_shape(b, layer):
    """Return the neutral shape of a layer's main parameter."""
    parameter = b.parameter(layer, "gamma" if kind(layer) == "norm" else "W")
    return tuple(parameter.shape[i] for i in b.order(parameter))


def draw(b, net, name, seed=0):
    """Draw random weights, of a size that lets signals pass, and return the network."""
    rng, maps = np.random.default_rng(seed), MAPS.get(name)
    for layer in weighted(net):
        c, *others = layer_shape(b, layer)
        if kind(layer) == "norm":
            values = {
                "gamma": rng.uniform(0.5, 1.5, c),
                "beta": rng.normal(size=c) * 0.1,
                "mean": rng.normal(size=c) * 0.1,
                "var": rng.uniform(0.5, 1.5, c),
            }
        else:
            scale = GAINS.get(name, 1) * np.sqrt(2 / np.prod(others))
            values = {"W": rng.normal(size=(c, *others)) * scale}
            if getattr(layer, "use_bias", getattr(layer, "bias", None) is not None):
                values["b"] = rng.normal(size=c) * 0.1
        if kind(layer) == "dense":
            if maps and b.axes == "NHWC":  # what was flattened had its channels last
                W = values["W"].reshape(c, *maps).transpose(0, 2, 3, 1)
                values["W"] = W.reshape(c, *others)
            maps = None  # only the first one sees what was flattened
        b.set(layer, **{part: value.astype(np.float32) for part, value in values.items()})
    return net


def numbers(b, name, path, given):
    """Save a network with drawn weights, and return the arrays that it computes, by kind."""
    X = b.images(given["images"])
    net = draw(b, b.ready(build(b, name), SIZES[name]), name)
    b.d2l.save_weights(net, path)
    found = {"logits": [b.infer(net, X)]}
    if norms(net):
        found |= statistics(b, draw(b, net, name), X, b.tensor(given["labels"]))
    return found


def statistics(b, net, X, y):
    """Return the running means and variances after one step of training."""
    sizes, old = [], [b.get(layer, "var") for layer in norms(net)]
    if b.name == "pytorch":
        for layer in norms(net):
            layer.register_forward_hook(lambda _, X, Y: sizes.append(Y.numel() / Y.shape[1]))
    b.loss_and_gradients(net, b.trainable(net), X, y)
    means, variances = ([b.get(layer, part) for layer in norms(net)] for part in ("mean", "var"))
    # the only one that keeps the unbiased variance, N / (N - 1) times that of the others
    for i, n in enumerate(sizes):
        variances[i] = 0.9 * old[i] + (variances[i] - 0.9 * old[i]) * (n - 1) / n
    return {"mean": means, "var": variances}


def parameters(b, net):
    """Return what is learned, by names such as conv1.W."""
    found, count = {}, dict.fromkeys(("conv", "norm", "dense"), 0)
    for layer in weighted(net):
        count[kind(layer)] += 1
        for part in ("gamma", "beta") if kind(layer) == "norm" else ("W", "b"):
            if getattr(layer, b.parts[part], None) is not None:
                name = f"{kind(layer)}{count[kind(layer)]}.{part}"
                found[name] = b.parameter(layer, part)
    return found


def step(b, net, X, y, lr=LR, dtype=np.float32):
    """Take a step and return the loss and the gradients before it."""
    params = parameters(b, net)
    loss, gradients = b.loss_and_gradients(
        net, list(params.values()), b.images(X, dtype), b.tensor(y)
    )
    gradients = [b.array(gradient) for gradient in gradients]
    for param, gradient in zip(params.values(), gradients, strict=True):
        b.write(param, b.array(param) - lr * gradient)
    neutral = map(b.neutral, gradients)
    return loss, dict(zip(params, neutral, strict=True))


def loadable(b, net, dtype=np.float32):
    """Return a network that weights can be loaded into; only Keras needs its shapes before."""
    return b.ready(net, dtype=dtype) if b.name == "tensorflow" else net


def trained(b, net, batches, dtype):
    """Return the gradients of the first batch and the loss of each, in steps of training."""
    steps = [step(b, net, X, y, 0 if i == 0 else LR, dtype) for i, (X, y) in enumerate(batches)]
    return {"gradients": steps[0][1], "losses": np.array([loss for loss, _ in steps[1:]])}


def computed(b, path, given):
    """Return what networks compute whose weights come from files.

    Gradients and losses of networks that have hardly been trained are computed in double precision:
    in single precision each batch has a ReLU or two whose input is so near to 0 that frameworks
    disagree about its sign, and small networks that are trained from there go apart by percents.
    """
    found = {}
    for name, make in SAVED.items():
        net = loadable(b, make(b))
        b.d2l.load_weights(net, path.format(name))
        found[name] = b.infer(net, b.images(given["test"]))
    net = loadable(b, narrow_resnet(b))
    b.d2l.load_weights(net, path.format("resnet"))
    found["first loss"] = step(b, net, *given["batches"][0])[0]
    net = loadable(b, b.in_double(lambda: narrow_resnet(b)), np.float64)
    b.d2l.load_weights(net, path.format("resnet"))
    return found | trained(b, net, [given["batches"][0], *given["batches"][:NUM_STEPS]], np.float64)


def save(b, path, given, seed):
    """Save one network of each kind, the first one trained, and return its logits before that."""
    logits = {}
    for name, make in SAVED.items():
        net = draw(b, b.ready(make(b)), name, seed)
        if name == "resnet":
            for X, y in given["batches"][NUM_STEPS:]:
                step(b, net, X, y)
        b.d2l.save_weights(net, path.format(name))
        logits[name] = b.infer(net, b.images(given["test"]))
    return logits
