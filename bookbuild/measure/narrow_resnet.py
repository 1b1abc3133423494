"""Train the narrow ResNet whose weights ship with the package, and write them and its accuracy.

Run `.venv/bin/python -m bookbuild.measure.narrow_resnet` in the repository's root, some minutes.
The chapter on one network in every framework defines it, and tells what the weights are for.
"""

import json

import torch

from bookbuild.measure.shapes import definitions
from bookbuild.source import ROOT
from d2l_shim import torch as d2l
from d2l_shim.weights import NARROW_RESNET

EPOCHS, BATCH_SIZE, LR = 4, 64, 0.1

if __name__ == "__main__":
    torch.manual_seed(0)
    net = definitions("one-network", "pytorch").narrow_resnet()
    train_iter, test_iter = d2l.load_data_fashion_mnist(BATCH_SIZE)
    lr = d2l.one_cycle(LR, EPOCHS * len(train_iter))
    d2l.train_ch6(net, train_iter, test_iter, EPOCHS, lr, momentum=0.9, init="he", fast=False)
    net.eval()
    d2l.save_weights(net, NARROW_RESNET)
    measured = {"test acc": f"{d2l.evaluate_accuracy(net, test_iter):.3f}"}
    (ROOT / "chapters/one-network/measured.json").write_text(json.dumps(measured) + "\n", "utf8")
