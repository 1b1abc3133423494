"""A single file and an archive from servers that fail, onto disks that fail, by several at once."""

import contextlib
import dataclasses
import os
import signal
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pooch
import pytest

from d2l_shim.data import cifar, cifar10, fashion, fashion_mnist

LONG = 300  # seconds after which something hangs, on a busy machine too
NOBODY = "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("of", "file", "ways"),
    [
        (cifar, "CIFAR-10: cifar-10-binary.tar.gz", ["holds cifar-10-binary.tar.gz"]),
        (fashion, "Fashion-MNIST: train-images-idx3-ubyte.gz", ["four files", "dataset-fashion"]),
    ],
)
def test_without_network_the_message_says_what_to_do(refused, monkeypatch, of, file, ways):
    nowhere = {"system_folders": (), "mirrors": (NOBODY,)}
    monkeypatch.setattr(of, "DATASET", dataclasses.replace(of.DATASET, **nowhere))
    said = refused({cifar: cifar10, fashion: fashion_mnist}[of], True)
    assert f"{file} could not be downloaded." in said
    assert all(way in said for way in ["D2L_DATA", "D2L_QUICK=1", *ways])


def test_a_download_end_to_end(kind, server, folder, capsys):
    server.answers[f"/a/{kind.name}"] = kind.packed
    dataset = kind.dataset(f"{server.address}a/")
    assert kind.load(dataset) == kind.content
    assert os.listdir(folder) == [kind.left]
    printed = capsys.readouterr()
    assert printed.out == f"Tiny: fetching {kind.name} into {folder}\n"
    assert "100%" in printed.err
    assert kind.load(dataset) == kind.content
    assert server.asked == [f"/a/{kind.name}"]
    assert capsys.readouterr().out == ""


def endless(handler):
    handler.begin()
    with contextlib.suppress(ConnectionError):
        for _ in range(2**10):  # 64 MiB; a failing test must end
            handler.wfile.write(os.urandom(2**16))


def test_mirrors_are_tried_in_turn_and_named(kind, refused, server, folder):
    def cut(handler):
        handler.begin(len(kind.packed))
        handler.wfile.write(kind.packed[: len(kind.packed) // 2])

    bad = {
        "none": (404, "answered 404 Not Found"),
        "busy": (503, "answered 503 Service Unavailable"),
        "cut": (cut, "failed with ChunkedEncodingError"),
        "html": (b"<html>log in</html>", "sent a file that is "),
        "wrong": (kind.wrong, "sent a file that has the wrong checksum (SHA-256 "),
        "endless": (endless, "sent a file that holds more than "),
    }
    server.answers |= {f"/{name}/{kind.name}": answer for name, (answer, _) in bad.items()}
    mirrors = [NOBODY, *(f"{server.address}{name}/" for name in (*bad, "good", "unasked"))]
    expected = ["failed with ConnectionError", *(text for _, text in bad.values())]
    first, *said, advice = refused(kind.load, kind.dataset(*mirrors[:-2])).splitlines()
    assert first == f"Tiny: {kind.name} could not be downloaded."
    for line, mirror, text in zip(said, mirrors[:-2], expected, strict=True):
        assert line.startswith(f"  {mirror} {text}")
    assert advice == "Do this or that."
    assert os.listdir(folder) == []

    # the next try succeeds
    server.answers |= {f"/{name}/{kind.name}": kind.packed for name in ("good", "unasked")}
    server.asked.clear()
    assert kind.load(kind.dataset(*mirrors)) == kind.content
    assert server.asked == [f"/{name}/{kind.name}" for name in (*bad, "good")]
    assert os.listdir(folder) == [kind.left]


@pytest.mark.parametrize("below", ["", "/tiny-set"], ids=["flat", "in its folder"])
@pytest.mark.parametrize("place", ["address", "folder"])
def test_a_mirror_of_ones_own_comes_first(kind, server, monkeypatch, tmp_path, below, place):
    if place == "address":
        monkeypatch.setenv("D2L_MIRROR", f"{server.address}mine")
        server.answers[f"/mine{below}/{kind.name}"] = kind.packed
    else:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        monkeypatch.setenv("D2L_MIRROR", "~/mine/")
        kind.put(tmp_path / f"mine{below}")
    assert kind.load(kind.dataset(f"{server.address}public/")) == kind.content
    assert not [path for path in server.asked if path.startswith("/public")]


def test_a_mirror_of_ones_own_that_fails_is_named_and_passed(
    kind, refused, server, monkeypatch, tmp_path, folder
):
    mine = tmp_path / "mine"
    kind.put(mine, os.urandom(2**17))
    monkeypatch.setenv("D2L_MIRROR", str(mine))
    _, first, second, third, _ = refused(kind.load, kind.dataset(server.address)).splitlines()
    assert first == f"  {mine}/tiny-set/ failed with No such file or directory"
    assert second.startswith(f"  {mine}/ sent a file that holds more than ")
    assert third == f"  {server.address} answered 404 Not Found"
    assert os.listdir(folder) == []
    server.answers[f"/{kind.name}"] = kind.packed
    assert kind.load(kind.dataset(server.address)) == kind.content


def test_an_interrupted_download_leaves_nothing(kind, monkeypatch, folder):
    def interrupted(self, url, output_file, pooch, check_only=False):
        output_file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        kind.load(kind.dataset(NOBODY))
    assert os.listdir(folder) == []


@pytest.mark.parametrize("blocked", ["cache", "D2L_DATA", "target"])
def test_a_folder_that_cannot_be_written(kind, refused, server, monkeypatch, tmp_path, blocked):
    # root may write anywhere but below a file, over a folder and, as a folder, over a file
    server.answers[f"/{kind.name}"] = kind.packed
    root = tmp_path / "root"
    if blocked == "cache":
        root.touch()
        monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(root))
    else:
        root.mkdir()
        monkeypatch.setenv("D2L_DATA", str(root))
        if blocked == "D2L_DATA":
            (root / "tiny-set").touch()
        elif kind.left == "tiny":
            kind.put(root / "tiny-set", b"", "tiny")
        else:
            (root / "tiny-set" / "tiny.gz").mkdir(parents=True)
    said = refused(kind.load, kind.dataset(server.address))
    named = kind.left if blocked == "target" else kind.name
    assert said.startswith(f"Tiny: {root / 'tiny-set' / named} cannot be written (")
    assert said.endswith("set D2L_DATA or XDG_CACHE_HOME to a folder that can be written")
    assert not list(root.rglob("*.part"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_not_blamed_on_a_mirror(kind, refused, server, monkeypatch, folder):
    server.answers[f"/{kind.name}"] = kind.packed
    monkeypatch.setattr(uuid, "uuid4", lambda: SimpleNamespace(hex="full"))
    folder.mkdir(parents=True)
    (folder / f".{kind.name}.full.part").symlink_to("/dev/full")
    assert refused(kind.load, kind.dataset(server.address, f"{server.address}other/")) == (
        f"Tiny: the disk is full, {folder / kind.left} does not fit; free some space, or set "
        "D2L_DATA or XDG_CACHE_HOME to a folder on another disk, and run again"
    )
    assert server.asked == [f"/{kind.name}"]
    assert os.listdir(folder) == []


def test_what_killed_processes_left_is_swept(kind, server, folder):
    server.answers[f"/{kind.name}"] = kind.packed
    old_file, old_folder, fresh = (
        folder / f".{kind.left}.{uuid.uuid4().hex}.part" for _ in range(3)
    )
    foreign = folder / f".{kind.left}.mine.part"
    (old_folder / "deep").mkdir(parents=True)
    for path in (old_file, fresh, foreign):
        path.touch()
    for path in (old_file, old_folder, foreign):
        os.utime(path, (0, time.time() - 3700))
    os.utime(fresh, (0, time.time() - 3500))
    kind.load(kind.dataset(server.address))
    assert set(os.listdir(folder)) == {kind.left, fresh.name, foreign.name}


def halting(packed, wait):
    """Return an answer that sends a few bytes, waits, and sends the rest."""

    def answer(handler):
        handler.begin(len(packed))
        handler.wfile.write(packed[:50])
        handler.wfile.flush()
        wait()
        with contextlib.suppress(ConnectionError):
            handler.wfile.write(packed[50:])

    return answer


def test_two_at_once(kind, server, folder):
    together = threading.Barrier(2, timeout=LONG)
    server.answers[f"/{kind.name}"] = halting(kind.packed, together.wait)
    with ThreadPoolExecutor() as pool:
        had = pool.map(kind.load, [kind.dataset(server.address)] * 2)
        assert list(had) == [kind.content] * 2
    assert len(server.asked) == 2
    assert os.listdir(folder) == [kind.left]


def test_a_killed_download_is_finished_by_the_next(kind, server, python, monkeypatch, tmp_path):
    under_way, over = threading.Event(), threading.Event()

    def stall():
        under_way.set()
        over.wait(LONG)

    server.answers[f"/{kind.name}"] = halting(kind.packed, stall)
    monkeypatch.setenv("D2L_DATA", str(tmp_path))
    dataset, folder = kind.dataset(server.address), tmp_path / "tiny-set"
    program = (
        "from d2l_shim.data import archives, files, sources\n"
        f"dataset = sources.{dataset!r}\n"
        f"{kind.program}"
    )
    with python("-c", program, wait=False) as process:
        assert under_way.wait(LONG)
        process.send_signal(signal.SIGKILL)
    over.set()
    (left,) = os.listdir(folder)
    assert left.endswith(".part")
    server.answers[f"/{kind.name}"] = kind.packed
    assert kind.load(dataset) == kind.content
    assert set(os.listdir(folder)) == {left, kind.left}
