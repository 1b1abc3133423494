"""How requirements.txt is made from what pip finds, and that it pins all that the extras name."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookbuild import lock

PROJECT = """
[project]
dependencies = ["numpy>=1"]
[project.optional-dependencies]
tensorflow = ["tensorflow>=2.20"]
test = ["pytest>=9", "Some.Thing>=2"]
"""
CHOSEN = '# By hand.\ntorch==2.1\nnumpy==1; python_version < "3.13"  # why\n\n'


def test_all_extras_are_wanted_the_smaller_package_in_place_of_the_full_one():
    wanted = ["numpy>=1", "tensorflow_cpu", "pytest>=9", "Some.Thing>=2"]
    assert lock.wanted(PROJECT) == wanted


def test_what_is_chosen_by_hand_stays_and_the_rest_is_sorted():
    found = {"Torch": "9", "numpy": "9", "b": "2", "C_c": "3", "a": "1", "nvidia-cublas": "12"}
    assert lock.locked(CHOSEN, found) == CHOSEN + lock.FOUND + "a==1\nb==2\nC_c==3\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    pins = tmp_path / "requirements.txt"
    pins.write_text(CHOSEN + lock.FOUND + "gone==1\npytest==8.1\nsome-thing==2.5\n")
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "PINS", pins)
    monkeypatch.setattr(lock, "HERE", lock.here())
    return pins


@pytest.mark.parametrize(("upgrade", "given"), [(False, "gone==1\nsome-thing==2.5\n"), (True, "")])
def test_pip_is_given_the_versions_that_stay(files, monkeypatch, upgrade, given):
    def resolve(wanted, constraints):
        assert constraints == CHOSEN + given
        return {"pytest": "9.1", "other": "1"}

    monkeypatch.setattr(lock, "resolve", resolve)
    lock.lock(upgrade)
    assert files.read_text() == CHOSEN + lock.FOUND + "other==1\npytest==9.1\n"


def test_on_another_python_or_machine_nothing_is_written(files, monkeypatch):
    before = files.read_text()
    monkeypatch.setattr(lock, "HERE", "3.2 Linux x86_64")
    with pytest.raises(RuntimeError, match=r"is made on 3\.2 Linux x86_64"):
        lock.lock()
    assert files.read_text() == before


@pytest.mark.usefixtures("wheel_for_pip")
def test_pip_tells_the_versions_without_the_builds():
    assert lock.resolve(["small>=1"], "small==1.2\n") == {"small": "1.2"}
    with pytest.raises(RuntimeError, match=r"(?s)small.*make lock UPGRADE=1"):
        lock.resolve(["small>=1"], "small==1.1\n")


def test_each_package_that_an_extra_names_is_pinned_and_the_pin_fits():
    pins = dict(re.findall(r"^([\w.-]+)==([^;\s]+)", lock.PINS.read_text("utf8"), re.M))
    pins = {canonicalize_name(name): pinned for name, pinned in pins.items()}
    for asked in map(Requirement, lock.wanted((lock.ROOT / "pyproject.toml").read_text("utf8"))):
        assert pins[canonicalize_name(asked.name)] in asked.specifier, asked
