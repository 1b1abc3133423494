"""Downloading: from a server on this machine, into folders of the test's own."""

import contextlib
import errno
import gzip
import hashlib
import http.server
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
import uuid

import pooch
import pytest

from d2l_shim.data import download, files, sources

LONG = 300  # seconds after which something hangs, on a busy machine too
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


@pytest.fixture
def server():
    """Serve what `answers` gives for a path: bytes, a status, or a function of the handler."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            answer = answers.get(self.path, 404)
            if callable(answer):
                return answer(self)
            if isinstance(answer, int):
                return self.send_error(answer)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    answers, asked = {}, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=[0.02], daemon=True).start()
        running.address = f"http://127.0.0.1:{running.server_port}"
        running.answers, running.asked = answers, asked
        yield running
        running.shutdown()


@pytest.fixture
def nobody():
    """Return an address of this machine where nobody listens."""
    with http.server.HTTPServer(("127.0.0.1", 0), None) as closed:
        port = closed.server_port
    return f"http://127.0.0.1:{port}/"


def tiny(*mirrors):
    return sources.Dataset("Tiny", "tiny-set", mirrors, "Do this or that.")


def half(handler):
    """Promise a whole file, send half and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(PACKED)))
    handler.end_headers()
    handler.wfile.write(PACKED[: len(PACKED) // 2])


def test_download_end_to_end(server, cache, capsys):
    server.answers["/a/tiny.gz"] = PACKED
    dataset = tiny(server.address + "/a/")
    assert files.load(dataset, FILE) == CONTENT
    assert [path.name for path in cache.iterdir()] == ["tiny.gz"]
    assert (cache / "tiny.gz").read_bytes() == PACKED
    printed = capsys.readouterr()
    assert printed.out == f"Tiny: fetching tiny.gz into {cache}\n"
    assert "100%" in printed.err
    assert files.load(dataset, FILE) == CONTENT
    assert server.asked == ["/a/tiny.gz"]
    assert capsys.readouterr().out == ""


def test_a_download_goes_where_d2l_data_says(server, monkeypatch, tmp_path, cache):
    server.answers["/tiny.gz"] = PACKED
    monkeypatch.setenv("D2L_DATA", str(tmp_path))
    assert files.load(tiny(server.address + "/"), FILE) == CONTENT
    assert (tmp_path / "tiny-set" / "tiny.gz").read_bytes() == PACKED
    assert not cache.exists()


def test_mirrors_are_tried_in_turn(server, nobody, cache):
    server.answers.update(
        {
            "/busy/tiny.gz": 503,
            "/cut/tiny.gz": half,
            "/html/tiny.gz": b"<html>log in</html>",
            "/wrong/tiny.gz": gzip.compress(CONTENT[::-1]),
            "/bomb/tiny.gz": gzip.compress(bytes(2**22)),
            "/good/tiny.gz": PACKED,
            "/unasked/tiny.gz": PACKED,
        }
    )
    names = ("none", "busy", "cut", "html", "wrong", "bomb", "good", "unasked")
    assert files.load(tiny(nobody, *(f"{server.address}/{n}/" for n in names)), FILE) == CONTENT
    assert server.asked == [f"/{name}/tiny.gz" for name in names[:-1]]
    assert [path.name for path in cache.iterdir()] == ["tiny.gz"]
    assert (cache / "tiny.gz").read_bytes() == PACKED


def test_when_no_mirror_helps_each_is_named(server, nobody, cache):
    server.answers["/wrong/tiny.gz"] = gzip.compress(CONTENT[::-1])
    mirrors = (nobody, f"{server.address}/none/", f"{server.address}/wrong/")
    with pytest.raises(sources.DataError) as caught:
        files.load(tiny(*mirrors), FILE)
    first, *said, advice = str(caught.value).splitlines()
    assert first == "Tiny: tiny.gz could not be downloaded."
    assert said[0] == f"  {nobody} failed with ConnectionError"
    assert said[1] == f"  {mirrors[1]} answered 404 Not Found"
    assert said[2].startswith(f"  {mirrors[2]} sent a file that has the wrong checksum (SHA-256 ")
    assert advice == "Do this or that."
    assert list(cache.iterdir()) == []
    assert len("".join(traceback.format_exception(caught.value)).split("Traceback")) == 2


def test_a_failed_download_can_be_tried_again(server, cache):
    dataset = tiny(server.address + "/")
    server.answers["/tiny.gz"] = half
    with pytest.raises(sources.DataError, match="could not be downloaded"):
        files.load(dataset, FILE)
    assert list(cache.iterdir()) == []
    server.answers["/tiny.gz"] = PACKED
    assert files.load(dataset, FILE) == CONTENT


def test_an_interrupted_download_leaves_nothing(monkeypatch, cache):
    class Interrupted(pooch.HTTPDownloader):
        def __call__(self, url, output_file, pooch, check_only=False):
            output_file.write(PACKED[:50])
            raise KeyboardInterrupt

    monkeypatch.setattr(pooch, "HTTPDownloader", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.load(tiny("http://127.0.0.1/"), FILE)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("kind", ["cache", "D2L_DATA", "target"])
def test_a_folder_that_cannot_be_written(server, monkeypatch, tmp_path, kind):
    # root may write anywhere but below a file and over a folder
    server.answers["/tiny.gz"] = PACKED
    root = tmp_path / "root"
    if kind == "cache":
        root.touch()
        monkeypatch.setattr(pooch, "os_cache", lambda name: root)
    else:
        monkeypatch.setenv("D2L_DATA", str(root))
        if kind == "target":
            (root / "tiny-set" / "tiny.gz").mkdir(parents=True)
        else:
            root.mkdir()
            (root / "tiny-set").touch()
    with pytest.raises(sources.DataError) as caught:
        files.load(tiny(server.address + "/"), FILE)
    message = str(caught.value)
    assert message.startswith(f"Tiny: {root / 'tiny-set' / 'tiny.gz'} cannot be written (")
    assert message.endswith("set D2L_DATA or XDG_CACHE_HOME to a folder that can be written")
    assert len("".join(traceback.format_exception(caught.value)).split("Traceback")) == 2
    assert not list(root.rglob("*.part"))


def test_no_more_is_written_than_the_limit():
    kept = io.BytesIO()
    stream = download.Bounded(kept, 10)
    stream.write(b"12345678")
    with pytest.raises(sources.DataError, match=r"^holds more than 10 bytes$"):
        stream.write(b"abc")
    assert kept.getvalue() == b"12345678"
    assert download.Bounded(io.BytesIO(b"1234567890"), 10).read(20) == b"1234567890"
    with pytest.raises(sources.DataError):
        download.Bounded(io.BytesIO(b"1234567890a"), 10).read(20)


def test_an_endless_download_is_cut(server, cache):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(ConnectionError):
            while True:
                handler.wfile.write(os.urandom(2**16))

    server.answers["/tiny.gz"] = endless
    with pytest.raises(sources.DataError, match="sent a file that holds more than 75,776 bytes"):
        files.load(tiny(server.address + "/"), FILE)
    assert list(cache.iterdir()) == []


def test_noise_which_gzip_makes_longer_is_no_more_than_the_limit(server, cache):
    noise = os.urandom(2**20)
    server.answers["/noise.gz"] = packed = gzip.compress(noise, compresslevel=1)
    assert len(packed) > len(noise)
    file = files.File("noise", len(noise), hashlib.sha256(noise).hexdigest())
    assert files.load(tiny(server.address + "/"), file) == noise


def test_what_killed_processes_left_is_swept(server, cache):
    server.answers["/tiny.gz"] = PACKED
    cache.mkdir(parents=True)
    old_file, old_folder, fresh = (cache / f".tiny.gz.{uuid.uuid4().hex}.part" for _ in range(3))
    foreign = cache / ".tiny.gz.mine.part"
    (old_folder / "deep").mkdir(parents=True)
    for path in (old_file, fresh, foreign):
        path.touch()
    for path in (old_file, old_folder, foreign):
        os.utime(path, (0, time.time() - 3700))
    os.utime(fresh, (0, time.time() - 3500))
    files.load(tiny(server.address + "/"), FILE)
    assert set(cache.iterdir()) == {cache / "tiny.gz", fresh, foreign}


DISK_IS_FULL = (
    "the disk is full, {} does not fit; free some space, or set D2L_DATA or XDG_CACHE_HOME to a "
    "folder on another disk, and run again"
)


def test_a_full_disk_is_not_blamed_on_a_mirror(monkeypatch, cache):
    class Full(pooch.HTTPDownloader):
        def __call__(self, url, output_file, pooch, check_only=False):
            asked.append(url)
            raise OSError(errno.ENOSPC, "No space left on device")

    asked = []
    monkeypatch.setattr(pooch, "HTTPDownloader", Full)
    with pytest.raises(sources.DataError) as caught:
        files.load(tiny("http://one/", "http://two/"), FILE)
    assert str(caught.value) == f"Tiny: {DISK_IS_FULL.format(cache / 'tiny.gz')}"
    assert asked == ["http://one/tiny.gz"]
    assert list(cache.iterdir()) == []


def test_a_disk_that_is_really_full(server, tmp_path):
    # a disk of 8 KiB in a mount namespace of its own, which ends with the process
    mount = 'mount -t tmpfs -o size=8k none "$0" && exec "$@"'
    disk = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run([*disk, "true"]).returncode:
        pytest.skip("no tmpfs can be mounted here")
    noise = os.urandom(len(CONTENT))
    server.answers["/tiny.gz"] = gzip.compress(noise)
    process = start_loading(tmp_path, server.address + "/", through=disk)
    _, err = process.communicate(timeout=LONG)
    assert DISK_IS_FULL.format(tmp_path / "tiny-set" / "tiny.gz") in err
    assert server.asked == ["/tiny.gz"]


def start_loading(folder, mirror, through=()):
    """Start a process, maybe through a command, that loads the tiny file below `folder`."""
    program = (
        "from d2l_shim.data import files, sources;"
        f"dataset = sources.Dataset('Tiny', 'tiny-set', ({mirror!r},), 'Do this.');"
        f"print(len(files.load(dataset, files.{FILE!r})))"
    )
    return subprocess.Popen(
        [*through, sys.executable, "-c", program],
        env={**os.environ, "D2L_DATA": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_at_once(server, tmp_path):
    together = threading.Barrier(2, timeout=LONG)

    def slow(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(PACKED)))
        handler.end_headers()
        handler.wfile.write(PACKED[:50])
        handler.wfile.flush()
        together.wait()
        handler.wfile.write(PACKED[50:])

    server.answers["/tiny.gz"] = slow
    processes = [start_loading(tmp_path, server.address + "/") for _ in range(2)]
    for process in processes:
        out, err = process.communicate(timeout=LONG)
        assert out.endswith(f"{len(CONTENT)}\n"), err
    assert [path.name for path in (tmp_path / "tiny-set").iterdir()] == ["tiny.gz"]
    assert (tmp_path / "tiny-set" / "tiny.gz").read_bytes() == PACKED


def test_a_killed_download_is_finished_by_the_next(server, tmp_path):
    under_way, over = threading.Event(), threading.Event()

    def stall(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(PACKED)))
        handler.end_headers()
        handler.wfile.write(PACKED[:50])
        handler.wfile.flush()
        under_way.set()
        over.wait(LONG)

    server.answers["/tiny.gz"] = stall
    process = start_loading(tmp_path, server.address + "/")
    assert under_way.wait(LONG)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=LONG)
    over.set()
    target = tmp_path / "tiny-set" / "tiny.gz"
    assert not target.exists()
    server.answers["/tiny.gz"] = PACKED
    out, err = start_loading(tmp_path, server.address + "/").communicate(timeout=LONG)
    assert out.endswith(f"{len(CONTENT)}\n"), err
    assert target.read_bytes() == PACKED
