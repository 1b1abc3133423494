"""The training loop and the learning rate, with no framework but PyTorch as the reference."""

import importlib
import inspect
import math
import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from backend import printed

from d2l_shim import faces, training
from d2l_shim.frameworks import FRAMEWORKS
from d2l_shim.plotting import Animator
from d2l_shim.training import check_training, device_name, one_cycle

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("num_steps", [2, 3, 4, 10, 47, 938])
def test_one_cycle_is_pytorchs(num_steps):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.05, total_steps=num_steps, cycle_momentum=False
    )
    lr = one_cycle(0.05, num_steps)
    assert one_cycle(0.1, 1)(0) > 0, "which PyTorch refuses"
    for step in range(num_steps):
        assert lr(step) == pytest.approx(schedule.get_last_lr()[0], rel=1e-9, abs=1e-15)
        optimizer.step()
        if step < num_steps - 1:
            schedule.step()


@pytest.mark.parametrize("step", [-1, 10])
def test_one_cycle_refuses_a_step_it_was_not_made_for(step):
    with pytest.raises(ValueError, match=f"made for 10 steps and is asked for step {step}"):
        one_cycle(0.1, 10)(step)


@pytest.mark.parametrize(
    "args", [(0, 10), (-1, 10), (math.nan, 10), ("0.1", 10), (0.1, 0), (1, 2.5)]
)
def test_one_cycle_refuses_what_makes_no_schedule(args):
    with pytest.raises(ValueError, match="one_cycle: "):
        one_cycle(*args)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cpu", "cpu"),
        ("cuda", "cuda:0"),
        ("mps:0", "mps"),
        ("cpu(0)", "cpu"),
        ("gpu(1)", "gpu:1"),
        ("/GPU:0", "gpu:0"),
        ("/job:localhost/replica:0/task:0/device:GPU:1", "gpu:1"),
        ("Place(gpu:0)", "gpu:0"),
        ("xpu9", "xpu9"),
    ],
)
def test_device_name(text, name):
    assert device_name(text) == name


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (([1], 0, 0.1, "xavier"), "num_epochs must be .* not 0"),
        (([1], 1.5, 0.1, "xavier"), "num_epochs must be .* not 1.5"),
        (([1], 1, math.nan, "xavier"), "lr must be a positive number, not nan"),
        (([1], 1, "fast", "xavier"), "lr must be a positive number, not 'fast'"),
        (([1], 1, 0.1, "Xavier"), "init must be 'xavier', 'he' or None, not 'Xavier'"),
        (([], 1, 0.1, "xavier"), "train_iter must hold at least one batch"),
    ],
)
def test_check_training(args, message):
    with pytest.raises(ValueError, match=message):
        check_training(*args)


BATCHES = [("X", [0] * 2)] * 10 + [("X", [0] * 4)] * 10


def measured(y):
    return (2.0, 1) if len(y) == 2 else (1.0, 4)


@pytest.fixture
def trained(monkeypatch, capsys):
    """Train on 20 batches, whose loss is 2 with two examples and 1 with four, for two epochs."""
    monkeypatch.delenv("D2L_QUICK", raising=False)
    animators = []

    def make(**how):
        animators.append(Animator(**how))
        return animators[-1]

    monkeypatch.setattr(training, "Animator", make)
    rates = []

    def step(X, y, lr):
        rates.append(lr)
        return measured(y)

    def run(num_epochs=2, lr=lambda step: step):
        training.train(step, lambda data: 0.5, BATCHES, None, num_epochs, lr, "cuda:0")
        return rates, animators[-1], capsys.readouterr()

    return run


def test_train_weighs_batches_by_their_size_draws_and_prints(trained):
    rates, animator, said = trained()
    assert rates == list(range(40))
    first, second = said.out.splitlines()
    # (10 * 2 * 2 + 10 * 4 * 1) / 60 and (10 * 1 + 10 * 4) / 60
    assert first == "loss 1.333, train acc 0.833, test acc 0.500"
    assert re.fullmatch(r"\d+\.\d examples/sec on cuda:0", second)
    assert "40/40" in said.err
    assert [len(xs) for xs in animator.X] == [20, 20, 2], "ten points an epoch, and a test"
    assert animator.X[2] == [1, 2]
    assert animator.X[0][0] == pytest.approx(0.1) and animator.X[0][-1] == 2


def test_quick_mode_trains_one_epoch(trained, monkeypatch):
    monkeypatch.setenv("D2L_QUICK", "1")
    assert len(trained(num_epochs=5)[0]) == 20


def test_train_epochs_weighs_batches_by_their_size_and_prints_a_line_each(monkeypatch, capsys):
    monkeypatch.setenv("D2L_QUICK", "0")
    update = Mock(side_effect=lambda X, y: measured(y))
    training.train_epochs(update, lambda data: 0.5, BATCHES, None, 2)
    assert [call.args for call in update.call_args_list] == BATCHES * 2
    line = r"epoch {}, loss 1\.3333, train acc 0\.833, test acc 0\.500, time \d+\.\d sec\n"
    assert re.fullmatch(line.format(1) + line.format(2), capsys.readouterr().out)


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
@pytest.mark.parametrize("function", ["accuracy", "evaluate_accuracy", "train_ch5", "train_ch6"])
def test_each_framework_s_text_says_all_of_its_arguments(framework, function):
    source = (ROOT / f"d2l_shim/{framework.module}/training.py").read_text("utf8")
    call = re.search(rf"^{function} = (face\(.*\))$", source, re.M)[1]
    signature, text = faces.described(call, framework)
    said = re.findall(r"^    (\w+): ", text, re.M)
    assert [name for name in said if name != "ValueError"] == list(signature.parameters)
    assert "{" not in text and max(map(len, text.splitlines())) <= 96
    if function == "train_ch6":
        words = " ".join(text.split())
        assert all(f"`{name}`, {what}" in words for name, what in framework.means.items())
    other = {"Network", "Untrained", "Tensor", "Optimizer", "Made", inspect.Parameter.empty}
    assert not other & {part.annotation for part in signature.parameters.values()}


@pytest.mark.frameworks("paddle")
def test_paddle_s_device_is_put_back(backend, monkeypatch):
    d2l, paddle, nn = backend.d2l, backend.native, backend.nn
    old = importlib.import_module("d2l_shim.compat.d2l.paddle")
    set_device, now = paddle.set_device, ["another"]
    monkeypatch.setattr(paddle, "get_device", lambda: now[-1])

    def record(name):
        now.append(name)
        if name == "cpu":
            set_device(name)

    monkeypatch.setattr(paddle, "set_device", record)
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    data = [(paddle.ones((3, 1, 2, 2)), paddle.zeros((3,), "int64"))]
    sgd = paddle.optimizer.SGD(0.1, parameters=net.parameters())
    for function, *args in (
        (d2l.train_ch6, net, data, data, 1, 0.1, "cpu"),
        (d2l.train_ch5, net, data, data, 3, sgd, "cpu", 1),
        (d2l.evaluate_accuracy, net, data, "cpu"),
        (old.train_ch13, net, data, data, nn.CrossEntropyLoss(), sgd, 1, ["cpu"]),
        (d2l.train_ch6, net, data, [], 1, 0.1, "cpu"),
    ):
        said = printed(function, *args)
        assert now[-2:] == ["cpu", "another"]
    assert said.startswith("ValueError: ")
