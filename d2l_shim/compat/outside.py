"""What a drop-in says about a name that it does not have: what to write instead."""

_CLASS_API = {
    "a class of the framework itself": "HyperParameters Module LinearRegressionScratch",
    "a method in the class body": "add_to_class",
    "Animator": "ProgressBoard",
    "load_data_fashion_mnist(batch_size, resize)": "DataModule FashionMNIST",
    "train_ch6(net, train_iter, test_iter, num_epochs, lr, device)": "Trainer",
    "arrays of the framework": "SyntheticRegressionData",
    "sgd(params, lr, batch_size)": "SGD",
    "a Sequential of the framework's layers": "LinearRegression Classifier SoftmaxRegression LeNet "
    "AlexNet BNLeNetScratch BNLeNet DenseNet",
    "train_ch6, which draws Xavier's weights": "init_cnn",
    "vgg_block": "VGG",
    "nin_block": "NiN",
    "Inception": "GoogleNet",
    "resnet18 or resnet_block": "ResNet",
    "resnet18": "ResNet18",
    "Residual": "ResNeXtBlock",
}
"""What does the work of names of the class API of d2l 1.0.3."""

_INSTEAD = {
    "the framework's LayerNorm of a sum": "AddNorm",
    "`timer = d2l.Timer()` and `timer.stop()`": "Benchmark",
    "the framework's own multi-head attention": "MultiHeadAttention",
    "the framework's own recurrent layer and a linear one after it": "RNNModel",
    "the framework's own encoder of transformers": "TransformerEncoder",
    "`d2l.plt.annotate(text, xy=xy, xytext=xytext)`": "annotate",
    "`shutil.copy`": "copyfile",
    "the framework's own clipping of gradients by their norm": "grad_clipping",
    "a softmax of scores that are -1e6 where masked": "masked_softmax",
    "torchvision.ops.nms": "nms",
    "torchvision.ops.box_iou": "box_iou",
    "`pandas.read_csv`": "read_csv_labels",
    "`d2l.plt.imshow`": "show_heatmaps",
    "`str.split`, or `list` for single characters": "tokenize",
    "the loop over its steps into the program": "train_2d",
    "the loop with an optimizer of the framework": "train_ch11 train_concise_ch11",
    "`(line + [padding] * num_steps)[:num_steps]`": "truncate_pad",
}
"""What to write for other names of chapters that are not about images."""


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: key for key, names in table.items() for name in names.split()}


CLASS_API, INSTEAD = _by_name(_CLASS_API), _by_name(_INSTEAD)


def outside(module: str, name: str) -> AttributeError:
    """Return the error for a name that a drop-in, `d2l.torch` say, does not have."""
    if name.startswith("__"):
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    if name in CLASS_API:
        said = (
            f": the class API of d2l 1.0.3 is out of d2l_shim's scope; use {CLASS_API[name]} in "
            "its place"
        )
    elif name in INSTEAD:
        said = f": d2l_shim holds what image chapters use; write {INSTEAD[name]}"
    else:
        said = (
            "; `print(d2l.__all__)` lists the names it has; what another chapter of the old books "
            "defined can be copied from there into the program"
        )
    return AttributeError(f"{module} has no {name}{said}")
