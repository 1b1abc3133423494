"""The training loop and the learning rate, with no framework but PyTorch as the reference."""

import math
import re

import pytest

from d2l_shim import training
from d2l_shim.plotting import Animator
from d2l_shim.training import check_training, device_name, one_cycle


@pytest.mark.parametrize("num_steps", [2, 3, 4, 10, 47, 938])
def test_one_cycle_is_pytorchs(num_steps):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.05, total_steps=num_steps, cycle_momentum=False
    )
    lr = one_cycle(0.05, num_steps)
    for step in range(num_steps):
        assert lr(step) == pytest.approx(schedule.get_last_lr()[0], rel=1e-9, abs=1e-15)
        optimizer.step()
        if step < num_steps - 1:
            schedule.step()


def test_one_cycle_rises_for_30_percent_and_ends_low():
    lr = one_cycle(1.0, 101)
    rates = [lr(step) for step in range(101)]
    assert rates[0] == pytest.approx(1 / 25) and rates[-1] == pytest.approx(1 / 25 / 1e4)
    assert rates.index(max(rates)) in (29, 30)
    assert all(rate > 0 for rate in rates)


def test_one_cycle_of_a_single_step_has_a_rate():
    assert one_cycle(0.1, 1)(0) > 0


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
        ("cuda:1", "cuda:1"),
        ("mps", "mps"),
        ("mps:0", "mps"),
        ("cpu(0)", "cpu"),
        ("gpu(1)", "gpu:1"),
        ("/GPU:0", "gpu:0"),
        ("/job:localhost/replica:0/task:0/device:GPU:1", "gpu:1"),
        ("/CPU:0", "cpu"),
        ("Place(gpu:0)", "gpu:0"),
        ("Place(cpu)", "cpu"),
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
        (([1], 1, 0, "xavier"), "lr must be a positive number, not 0"),
        (([1], 1, math.nan, "xavier"), "lr must be a positive number, not nan"),
        (([1], 1, "fast", "xavier"), "lr must be a positive number, not 'fast'"),
        (([1], 1, 0.1, "Xavier"), "init must be 'xavier', 'he' or None, not 'Xavier'"),
        (([], 1, 0.1, "xavier"), "train_iter must hold at least one batch"),
    ],
)
def test_check_training(args, message):
    with pytest.raises(ValueError, match=message):
        check_training(*args)


def test_check_training_takes_a_function_for_lr():
    check_training([1], 1, lambda step: 0.1, "he")


class Recorded(Animator):
    """An Animator that can be asked afterwards."""

    made: Animator

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        Recorded.made = self


@pytest.fixture
def trained(monkeypatch, capsys):
    """Train on 20 batches, whose loss is 2 with two examples and 1 with four, for two epochs."""
    monkeypatch.delenv("D2L_QUICK", raising=False)
    monkeypatch.setattr(training, "Animator", Recorded)
    batches = [("X", [0] * 2)] * 10 + [("X", [0] * 4)] * 10
    rates = []

    def step(X, y, lr):
        rates.append(lr)
        return (2.0, 1) if len(y) == 2 else (1.0, 4)

    def run(num_epochs=2, lr=lambda step: step):
        training.train(step, lambda data: 0.5, batches, None, num_epochs, lr, "cuda:0")
        return rates, Recorded.made, capsys.readouterr()

    return run


def test_train_counts_steps_over_all_epochs(trained):
    assert trained()[0] == list(range(40))


def test_train_takes_a_number_for_lr(trained):
    assert trained(lr=0.3)[0] == [0.3] * 40


def test_train_weighs_batches_by_their_size_and_prints_two_lines(trained):
    out = trained()[2].out.splitlines()
    # (10 * 2 * 2 + 10 * 4 * 1) / 60 and (10 * 1 + 10 * 4) / 60
    assert out[0] == "loss 1.333, train acc 0.833, test acc 0.500"
    assert re.fullmatch(r"\d+\.\d examples/sec on cuda:0", out[1])
    assert len(out) == 2


def test_train_draws_ten_points_an_epoch_and_tests_after_each(trained):
    animator = trained()[1]
    assert [len(xs) for xs in animator.X] == [20, 20, 2]
    assert animator.X[2] == [1, 2]
    assert animator.X[0][0] == pytest.approx(0.1) and animator.X[0][-1] == 2


def test_train_shows_progress_on_standard_error(trained):
    assert "40/40" in trained()[2].err


def test_quick_mode_trains_one_epoch(trained, monkeypatch):
    monkeypatch.setenv("D2L_QUICK", "1")
    assert len(trained(num_epochs=5)[0]) == 20


def test_train_epochs_weighs_batches_by_their_size_and_prints_a_line_each(monkeypatch, capsys):
    monkeypatch.setenv("D2L_QUICK", "0")
    batches, updated = [("X", [0] * 2), ("X", [0] * 4)], []

    def update(X, y):
        updated.append(len(y))
        return (2.0, 1) if len(y) == 2 else (1.0, 4)

    training.train_epochs(update, lambda data: 0.5, batches, None, 2)
    assert updated == [2, 4, 2, 4]
    line = r"epoch {}, loss 1\.3333, train acc 0\.833, test acc 0\.500, time \d+\.\d sec\n"
    assert re.fullmatch(line.format(1) + line.format(2), capsys.readouterr().out)
