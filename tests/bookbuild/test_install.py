"""Which frameworks are installed, with what, and what is said of the others."""

import platform
import re

import pytest

from bookbuild import install
from bookbuild.__main__ import main
from d2l_shim.frameworks import BY_NAME

PINS = dict(re.findall(r"^([\w.-]+)==([^;\s]+)", install.PINS.read_text("utf8"), re.MULTILINE))
PINNED = ("-c", str(install.PINS))


@pytest.fixture
def asked(monkeypatch):
    """Returns a function that installs with a pip that lacks some wheels: what it was asked for."""

    def asked(without="", lacking=()):
        calls = []

        def pip_install(*arguments):
            if arguments[0] != "--dry-run":
                calls.append(" ".join(arguments).replace(" ".join(PINNED), "-c PINS"))
            missing = [one for one in arguments if one.partition("==")[0] in lacking]
            return missing[0] if missing else ""

        monkeypatch.setattr(install, "pip_install", pip_install)
        assert main(["install", "--without", without]) == 0
        return calls

    return asked


def test_all_frameworks_are_installed_with_what_they_need_and_nothing_is_said(asked, capsys):
    # MXNet asks for an old NumPy, tf_keras for the TensorFlow that is not the smaller one
    assert asked() == [
        "-c PINS graphviz>=0.8.4 packaging>=24 requests>=2.32",
        "-c PINS --no-deps mxnet",
        "-c PINS torch",
        "-c PINS tensorflow_cpu",
        "-c PINS --no-deps tf_keras",
        "-c PINS paddlepaddle",
    ]
    assert capsys.readouterr().out == ""


def test_a_framework_with_no_wheel_is_left_out_and_the_others_installed(asked, capsys):
    calls = asked(lacking=["mxnet", "tensorflow_cpu", "tensorflow"])
    assert calls == ["-c PINS torch", "-c PINS paddlepaddle"]
    here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    assert capsys.readouterr().out == (
        "Left out, and not tested: "
        f"MXNet (there is no wheel of mxnet=={PINS['mxnet']} for {here}), "
        f"TensorFlow (there is no wheel of tensorflow=={PINS['tensorflow']} for {here})\n"
    )


def test_where_there_is_no_smaller_package_the_full_one_is_taken(asked, capsys):
    calls = asked("mxnet, pytorch", lacking=["tensorflow_cpu"])
    assert calls == ["-c PINS tensorflow", "-c PINS --no-deps tf_keras", "-c PINS paddlepaddle"]
    left_out = "MXNet (as WITHOUT says), PyTorch (as WITHOUT says)"
    assert capsys.readouterr().out == f"Left out, and not tested: {left_out}\n"


def test_what_is_wrong_is_said(monkeypatch, tmp_path, capsys):
    assert main(["install", "--without", "torch"]) == 1
    said = f"There is no framework torch; the book has {', '.join(BY_NAME)}\n"
    assert capsys.readouterr() == ("", said)
    monkeypatch.setattr(install, "PINS", tmp_path / "requirements.txt")
    install.PINS.write_text("mxnet_cu==0\n")
    assert main(["install"]) == 1
    said = "requirements.txt has no version of mxnet; say make lock\n"
    assert capsys.readouterr() == ("", said)


@pytest.mark.usefixtures("wheel_for_pip")
def test_pip_says_that_there_is_no_wheel_or_that_nobody_answers(monkeypatch):
    assert install.pip_install("--dry-run", "--no-deps", "small==1.2") == ""
    assert install.pip_install("--dry-run", "--no-deps", "small==2") == "small==2"
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(RuntimeError, match=r"Retrying \("):
        install.pip_install("--dry-run", "--no-deps", "small==2")
