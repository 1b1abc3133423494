"""The runner of trainings: what it runs, keeps, goes on with and refuses."""

import json
import subprocess
from unittest.mock import Mock

import pytest

from bookbuild.measure import runner

SETTINGS = {"epochs": 3, "versions": {"mxnet": "1"}}
JOBS = [{"seed": seed} for seed in range(3)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.json"


@pytest.fixture
def trained(path):
    """Give a function that runs jobs and returns which were trained, and what went wrong."""

    def trained(jobs=JOBS, stops=None, again=False, **settings):
        done, report = [], runner.Report(path, SETTINGS | settings, again)

        def train(job):
            assert not done or json.loads(path.read_text())["results"] == report.results
            if stops and job["seed"] in stops:
                raise stops.pop(job["seed"])
            done.append(job["seed"])
            return {"accuracy": 0.5}

        return done, runner.run(report, jobs, train, str)

    return trained


def seeds(path):
    return [one["seed"] for one in json.loads(path.read_text())["results"]]


def test_jobs_are_trained_in_their_order_and_written_one_by_one(trained, path):
    assert trained(JOBS[:2] * 2) == ([0, 1, 0, 1], [])
    written = json.loads(path.read_text())
    assert written["results"][0] == {"seed": 0, "accuracy": 0.5}
    assert written.keys() == {*SETTINGS, "date", "results"}
    assert [entry.name for entry in path.parent.iterdir()] == ["out.json"]


def test_a_run_goes_on_where_the_last_one_stopped(trained, path, capsys):
    done, (said,) = trained(JOBS * 2, stops={2: KeyboardInterrupt()})
    assert done == [0, 1] and "it goes on from here" in said
    assert trained(JOBS * 2) == ([2, 0, 1, 2], [])
    assert "has 2 of 6 trainings already" in capsys.readouterr().out
    assert trained([{"seed": 7}], versions={"jax": "9"}) == ([7], []), "a framework more or less"
    assert json.loads(path.read_text())["versions"] == {"mxnet": "1", "jax": "9"}
    assert seeds(path) == [0, 1, 2, 0, 1, 2, 7]
    assert trained(again=True, epochs=9) == ([0, 1, 2], []) and seeds(path) == [0, 1, 2]


def test_a_training_that_fails_is_named_once_and_the_others_are_kept(trained, path):
    done, failed = trained(JOBS * 2, stops={1: RuntimeError("no memory")})
    assert done == [0, 2, 0, 2] == seeds(path)
    assert failed == ["{'seed': 1}: no memory"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"epochs": 1}, r"out\.json has epochs 3, not 1; say --again"),
        ({"versions": {"mxnet": "2"}}, r"out\.json has versions .*'1'.*, not .*'2'.*; say --again"),
    ],
)
def test_results_with_other_settings_are_not_mixed(trained, path, changed, sentence):
    trained()
    before = path.read_text()
    with pytest.raises(ValueError, match=sentence):
        trained(**changed)
    assert path.read_text() == before


@pytest.mark.parametrize("text", ["{", "[]", '{"epochs": 3}'])
def test_a_file_of_something_else_is_left_alone(trained, path, text):
    path.write_text(text)
    with pytest.raises(ValueError, match="is not what this program wrote; say --again"):
        trained()
    assert path.read_text() == text


@pytest.fixture
def ended(monkeypatch):
    """Give a function that lets each process end so, and returns what is started."""

    def ended(*how):
        run = Mock(side_effect=lambda command, **told: subprocess.CompletedProcess(command, *how))
        monkeypatch.setattr(runner.subprocess, "run", run)
        return run

    return ended


def test_a_training_has_a_process_of_its_own(ended):
    run = ended(0, 'noise\n{"accuracy": 0.5}\n', "")
    assert runner.in_its_own_process("seed", {"seed": 1}, MORE="yes") == {"accuracy": 0.5}
    command, env = run.call_args.args[0], run.call_args.kwargs["env"]
    assert command[3:] == ["-m", "bookbuild.measure.trainings", "seed", '{"seed": 1}']
    assert env["D2L_QUICK"] == "0", "the reader's settings must not make it a quick one"
    assert env["MORE"] == "yes" and "PATH" in env


def test_what_a_process_said_last_is_the_error(ended):
    ended(-9, "", "")
    with pytest.raises(RuntimeError, match=r"^ended with status -9: it said nothing$"):
        runner.in_its_own_process("seed", {})
    ended(1, "", "Traceback\nImportError: no MXNet\n")
    with pytest.raises(RuntimeError, match=r"status 1: ImportError: no MXNet$"):
        runner.in_its_own_process("seed", {})


def test_a_table_is_aligned_and_what_went_wrong_comes_last_and_is_the_status(capsys):
    assert runner.end([("a", "b", "c"), ("aa", "bb", "10")], []) == 0
    assert capsys.readouterr() == ("a   b    c\naa  bb  10\n", "")
    assert runner.end([("a",)], ["no memory"]) == 1
    assert capsys.readouterr().err == "no memory\n"
