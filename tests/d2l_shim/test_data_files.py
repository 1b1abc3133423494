"""Finding and verifying files: a tiny dataset and folders of the test's own."""

import gzip
import hashlib
import subprocess
import sys
import traceback

import pooch
import pytest

from d2l_shim.data import files, sources

CONTENT = bytes(range(256)) * 40
PACKED = gzip.compress(CONTENT, mtime=0)
FILE = files.File("tiny", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """Keep the machine's data, cache and proxies out of it; return where downloads go."""
    for name in ("D2L_DATA", "D2L_QUICK", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "d2l_shim" / "tiny-set"


def tiny(*mirrors, system=()):
    return sources.Dataset("Tiny", "tiny-set", mirrors, "Do this or that.", tuple(map(str, system)))


def put(folder, name="tiny.gz", data=PACKED):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


# Finding


def test_folders_are_tried_in_order(monkeypatch, tmp_path, cache):
    monkeypatch.setenv("D2L_DATA", str(tmp_path / "given"))
    places = [tmp_path / "given" / "tiny-set", tmp_path / "given", cache, tmp_path / "system"]
    dataset = tiny(system=[tmp_path / "system"])
    for place in places:
        put(place)
    for place in places:
        (place / "tiny.gz").write_bytes(b"broken")
        with pytest.raises(sources.DataError) as caught:
            files.load(dataset, FILE)
        assert str(place / "tiny.gz") in str(caught.value)
        (place / "tiny.gz").unlink()


@pytest.mark.parametrize(("name", "data"), [("tiny.gz", PACKED), ("tiny", CONTENT)])
def test_packed_and_plain_files_are_read(cache, name, data):
    put(cache, name, data)
    assert files.load(tiny(), FILE) == CONTENT


def test_a_home_folder_is_understood(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("D2L_DATA", "~/mine")
    put(tmp_path / "mine")
    assert files.load(tiny(), FILE) == CONTENT


@pytest.mark.parametrize("name", ["absent", "a-file"])
def test_d2l_data_must_be_a_folder(monkeypatch, tmp_path, cache, name):
    put(cache)
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("D2L_DATA", str(tmp_path / name))
    with pytest.raises(
        sources.DataError, match=f"D2L_DATA must name a folder, but .*{name} is not"
    ):
        files.load(tiny(), FILE)


@pytest.mark.parametrize("value", ["0", "", "true"])
def test_quick_is_exactly_one(monkeypatch, value):
    assert not sources.quick()
    monkeypatch.setenv("D2L_QUICK", value)
    assert not sources.quick()
    monkeypatch.setenv("D2L_QUICK", "1")
    assert sources.quick()


# Verifying


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("tiny", CONTENT[:1024], r"is truncated (read 1,024 of 10,240 bytes)"),
        ("tiny.gz", gzip.compress(CONTENT[:1024]), r"is truncated (read 1,024 of 10,240 bytes)"),
        ("tiny.gz", PACKED[: len(PACKED) // 2], "is truncated (read "),
        ("tiny.gz", b"", "is truncated (read 0 of 10,240 bytes)"),
        ("tiny", CONTENT + b"x", "is longer than the 10,240 bytes expected"),
        ("tiny", CONTENT[::-1], "has the wrong checksum (SHA-256 "),
        ("tiny.gz", gzip.compress(CONTENT[::-1]), "has the wrong checksum (SHA-256 "),
        ("tiny.gz", b"<html>sorry</html>", "is damaged (Not a gzipped file"),
        ("tiny.gz", PACKED[:-8] + bytes(8), "is damaged (CRC check failed"),
        ("tiny.gz", PACKED[:10] + b"\xff" * 50, "is damaged (Error -3 while decompressing"),
    ],
)
def test_a_bad_file_is_named_and_left_alone(cache, name, data, said):
    path = put(cache, name, data)
    with pytest.raises(sources.DataError) as caught:
        files.load(tiny(), FILE)
    message = str(caught.value)
    assert message.startswith(f"Tiny: {path} {said}")
    assert message.endswith("; delete it and run again")
    assert path.read_bytes() == data
    assert len("".join(traceback.format_exception(caught.value)).split("Traceback")) == 2


def test_a_file_that_only_lacks_the_end_mark_of_gzip_is_good(cache):
    put(cache, data=PACKED[:-4])
    assert files.load(tiny(), FILE) == CONTENT


def test_a_gzip_bomb_is_refused_unread(cache):
    path = put(cache, data=gzip.compress(bytes(2**26)))
    program = (
        "import sys, tracemalloc; from pathlib import Path; from d2l_shim.data import files\n"
        "tracemalloc.start()\n"
        "try: files.read(Path(sys.argv[1]), files.File('tiny', 10_240, ''), 'Tiny')\n"
        "except RuntimeError as error: print(error)\n"
        "print(tracemalloc.get_traced_memory()[1])"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True)
    message, peak = done.stdout.splitlines()
    assert "is longer than the 10,240 bytes expected" in message
    assert int(peak) < 2**20
