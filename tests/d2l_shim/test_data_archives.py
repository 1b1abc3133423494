"""Archives: found, downloaded, verified and unpacked; a tiny one, and ones made to do harm."""

import functools
import gzip
import hashlib
import http.server
import io
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time

import pooch
import pytest

from d2l_shim.data import archives, download, sources

LONG = 300  # seconds after which something hangs, on a busy machine too
MEMBERS = {"one.bin": b"1" * 1000, "two.bin": b"2" * 20_000}
SIZES = {name: len(data) for name, data in MEMBERS.items()}
FILES = [(f"tiny/{name}", data) for name, data in MEMBERS.items()]


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """Keep the machine's data, cache and proxies out of it; return where downloads go."""
    for name in ("D2L_DATA", "D2L_QUICK", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "d2l_shim" / "tiny-set"


@pytest.fixture
def mirror(tmp_path):
    """Serve a folder; its handler's `stall`, an event, holds a file back half sent while clear."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        stall, under_way = threading.Event(), threading.Semaphore(0)

        def copyfile(self, source, outputfile):
            data = source.read()
            outputfile.write(data[: len(data) // 2])
            outputfile.flush()
            self.under_way.release()
            self.stall.wait(20)
            outputfile.write(data[len(data) // 2 :])

        def log_message(self, *args):
            pass

    folder = tmp_path / "mirror"
    folder.mkdir()
    Handler.stall.set()
    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=[0.02], daemon=True).start()
        running.folder, running.handler = folder, Handler
        running.address = f"http://127.0.0.1:{running.server_port}/"
        yield running
        running.shutdown()


def tar(members):
    """Pack members: pairs of a name and bytes, or whole TarInfo objects."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                entry = tarfile.TarInfo(member[0])
                entry.size = len(member[1])
                archive.addfile(entry, io.BytesIO(member[1]))
    return packed.getvalue()


def special(name, kind, target=""):
    """Return an entry that is no file, though it says it has as many bytes as one.bin."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.size = kind, target, SIZES["one.bin"]
    return entry


def described(data):
    sha256 = hashlib.sha256(data).hexdigest()
    return archives.Archive("tiny.tar.gz", len(data), sha256, "tiny", SIZES)


def tiny(*mirrors):
    return sources.Dataset("Tiny", "tiny-set", mirrors, "Do this or that.")


def put(folder, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.tar.gz").write_bytes(data)
    return folder / "tiny.tar.gz"


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


PACKED = tar([special("tiny", tarfile.DIRTYPE), *FILES, ("tiny/readme.html", b"read me")])


def test_an_archive_is_unpacked_once_beside_itself(cache, capsys):
    packed = put(cache, PACKED)
    folder = archives.unpacked(tiny(), described(PACKED))
    assert folder == cache / "tiny"
    assert content(folder) == MEMBERS
    assert capsys.readouterr().out == f"Tiny: unpacking {packed}\n"
    packed.write_bytes(b"no longer looked at")
    assert archives.unpacked(tiny(), described(PACKED)) == folder
    assert capsys.readouterr().out == ""
    assert {path.name for path in cache.iterdir()} == {"tiny", "tiny.tar.gz"}


def test_folders_are_tried_in_order(monkeypatch, tmp_path, cache):
    given = tmp_path / "given"
    given.mkdir()
    monkeypatch.setenv("D2L_DATA", str(given))
    places = [cache, given, given / "tiny-set"]
    for place in places:  # what is added last counts first
        put(place, PACKED)
        assert archives.unpacked(tiny(), described(PACKED)) == place / "tiny"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PACKED[:100], "is truncated (read 100 of "),
        (PACKED + b"x", "is longer than the "),
        (PACKED[:-1] + b"x", "has the wrong checksum (SHA-256 "),
    ],
    ids=["short", "long", "other"],
)
def test_a_bad_archive_is_named_and_left_alone(cache, data, said):
    packed = put(cache, data)
    with pytest.raises(sources.DataError) as caught:
        archives.unpacked(tiny(), described(PACKED))
    assert str(caught.value).startswith(f"Tiny: {packed} {said}")
    assert str(caught.value).endswith("; delete it and run again")
    assert list(cache.iterdir()) == [packed]
    assert packed.read_bytes() == data


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (FILES[:1], "lacks tiny/two.bin"),
        ([FILES[0], ("tiny/two.bin", b"2")], "holds two.bin, but not as a file of 20,000 bytes"),
        ([FILES[1], special("tiny/one.bin", tarfile.SYMTYPE, "/etc/passwd")], "holds one.bin, but"),
        (
            [FILES[1], special("tiny/one.bin", tarfile.LNKTYPE, "tiny/two.bin")],
            "holds one.bin, but",
        ),
        ([FILES[1], special("tiny/one.bin", tarfile.DIRTYPE)], "holds one.bin, but"),
        ([FILES[1], special("tiny/one.bin", tarfile.FIFOTYPE)], "holds one.bin, but"),
        ([FILES[0], ("../two.bin", b"2" * 20_000)], "lacks tiny/two.bin"),
        ([*FILES[:1], ("big", bytes(2**22)), FILES[1]], "holds more than 1,069,576 bytes"),
        ([("x" * 2**21, b""), *FILES], "holds more than 1,069,576 bytes"),
    ],
    ids=["missing", "size", "symlink", "link", "folder", "pipe", "elsewhere", "bomb", "long-name"],
)
def test_an_archive_with_the_wrong_members(cache, members, said):
    packed = put(cache, tar(members))
    with pytest.raises(sources.DataError) as caught:
        archives.unpacked(tiny(), described(packed.read_bytes()))
    assert str(caught.value).startswith(f"Tiny: {packed} {said}")
    assert list(cache.iterdir()) == [packed]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html>sorry</html>", "is damaged (Not a gzipped file"),
        (gzip.compress(b"<html>sorry</html>" * 100), "is damaged ("),
        (PACKED[: len(PACKED) // 2], "is damaged ("),
        (gzip.compress(gzip.decompress(PACKED)[:9000]), "is damaged (unexpected end of data)"),
    ],
    ids=["html", "no-tar", "half", "half-tar"],
)
def test_what_is_no_archive_at_all(cache, data, said):
    packed = put(cache, data)
    with pytest.raises(sources.DataError) as caught:
        archives.unpacked(tiny(), described(data))
    assert str(caught.value).startswith(f"Tiny: {packed} {said}")
    assert list(cache.iterdir()) == [packed]


def test_nothing_is_written_but_what_is_wanted(cache, tmp_path):
    outside = tmp_path / "outside"
    harmful = [
        (str(outside), b"absolute"),
        ("../outside", b"above"),
        ("tiny/../../outside", b"above"),
        special("tiny/link", tarfile.SYMTYPE, str(tmp_path)),
        ("tiny/link/outside", b"through a link"),
        ("tiny/three.bin", b"unasked"),
        *FILES,
        ("tiny/one.bin", b"again"),
    ]
    packed = put(cache, tar(harmful))
    assert content(archives.unpacked(tiny(), described(packed.read_bytes()))) == MEMBERS
    assert {path.name for path in cache.iterdir()} == {"tiny", "tiny.tar.gz"}
    assert {path.name for path in tmp_path.iterdir()} == {"cache"}
    assert {path.name for path in cache.parent.iterdir()} == {"tiny-set"}


def test_a_download_leaves_only_what_it_unpacks_to(mirror, cache, capsys):
    put(mirror.folder, PACKED)
    folder = archives.unpacked(tiny(mirror.address), described(PACKED))
    assert content(folder) == MEMBERS
    assert list(cache.iterdir()) == [folder]
    assert capsys.readouterr().out == f"Tiny: fetching tiny.tar.gz into {cache}\n"


def test_a_wrong_download_is_the_mirrors_fault(mirror, cache):
    (mirror.folder / "wrong").mkdir()
    put(mirror.folder / "wrong", PACKED[:-1] + b"x")
    (mirror.folder / "long").mkdir()
    put(mirror.folder / "long", PACKED + b"x")
    bad = [f"{mirror.address}{name}/" for name in ("none", "wrong", "long")]
    with pytest.raises(sources.DataError) as caught:
        archives.unpacked(tiny(*bad), described(PACKED))
    first, *said, advice = str(caught.value).splitlines()
    assert first == "Tiny: tiny.tar.gz could not be downloaded."
    assert said[0] == f"  {bad[0]} answered 404 File not found"
    assert said[1].startswith(f"  {bad[1]} sent a file that has the wrong checksum (SHA-256 ")
    assert said[2] == f"  {bad[2]} sent a file that holds more than {len(PACKED):,} bytes"
    assert advice == "Do this or that."
    assert list(cache.iterdir()) == []
    put(mirror.folder, PACKED)
    folder = archives.unpacked(tiny(*bad, mirror.address), described(PACKED))
    assert content(folder) == MEMBERS


def test_whoever_is_second_takes_the_folder_of_the_first(monkeypatch, cache):
    packed = put(cache, PACKED)
    verify = archives._verify

    def another_is_faster(*args):
        monkeypatch.setattr(archives, "_verify", verify)
        archives.unpacked(tiny(), described(PACKED))
        (cache / "tiny" / "mark").touch()
        verify(*args)

    monkeypatch.setattr(archives, "_verify", another_is_faster)
    folder = archives.unpacked(tiny(), described(PACKED))
    assert content(folder) == {**MEMBERS, "mark": b""}
    assert set(cache.iterdir()) == {packed, folder}


def test_a_folder_that_cannot_be_written(cache):
    packed = put(cache, PACKED)
    (cache / "tiny").touch()
    with pytest.raises(sources.DataError, match=r"tiny cannot be written \(Not a directory\)"):
        archives.unpacked(tiny(), described(PACKED))
    assert set(cache.iterdir()) == {packed, cache / "tiny"}


def start_unpacking(folder, address):
    """Start a process that loads the tiny archive with `folder` for D2L_DATA."""
    program = (
        "from d2l_shim.data import archives, sources;"
        f"dataset = sources.Dataset('Tiny', 'tiny-set', ({address!r},), 'Do this.');"
        f"print(archives.unpacked(dataset, archives.{described(PACKED)!r}))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "D2L_DATA": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_at_once_and_one_killed(mirror, tmp_path):
    put(mirror.folder, PACKED)
    mirror.handler.stall.clear()
    data = tmp_path / "data"
    data.mkdir()
    processes = [start_unpacking(data, mirror.address) for _ in range(3)]
    for _ in processes:
        assert mirror.handler.under_way.acquire(timeout=LONG)
    # each has begun its file
    end = time.monotonic() + LONG
    while len(list((data / "tiny-set").glob(".*.part"))) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    killed = processes.pop()
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=LONG)
    assert len(list((data / "tiny-set").glob(".*.part"))) == 3
    mirror.handler.stall.set()
    for process in processes:
        out, err = process.communicate(timeout=LONG)
        assert out.endswith(f"{data / 'tiny-set' / 'tiny'}\n"), err
    assert content(data / "tiny-set" / "tiny") == MEMBERS
    (left,) = (data / "tiny-set").glob(".*.part")
    os.utime(left, (0, time.time() - download._ABANDONED - 10))
    (data / "tiny-set" / "tiny").rename(data / "tiny-set" / "gone")
    out, err = start_unpacking(data, mirror.address).communicate(timeout=LONG)
    assert out.endswith(f"{data / 'tiny-set' / 'tiny'}\n"), err
    assert {path.name for path in (data / "tiny-set").iterdir()} == {"tiny", "gone"}
