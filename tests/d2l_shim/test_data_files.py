"""Finding, downloading and verifying files: a tiny dataset, folders of the test's own, and a
server on this machine."""

import gzip
import hashlib
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import pooch
import pytest

from d2l_shim.data import files

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
        threading.Thread(target=running.serve_forever, daemon=True).start()
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


def tiny(*mirrors, system=()):
    return files.Dataset("Tiny", "tiny-set", mirrors, "Do this or that.", tuple(map(str, system)))


def put(folder, name="tiny.gz", data=PACKED):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def half(handler):
    """Promise a whole file, send half and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(PACKED)))
    handler.end_headers()
    handler.wfile.write(PACKED[: len(PACKED) // 2])


# Finding


def test_folders_are_tried_in_order(monkeypatch, tmp_path, cache):
    monkeypatch.setenv("D2L_DATA", str(tmp_path / "given"))
    places = [tmp_path / "given" / "tiny-set", tmp_path / "given", cache, tmp_path / "system"]
    dataset = tiny(system=[tmp_path / "system"])
    for place in places:
        put(place)
    for place in places:
        (place / "tiny.gz").write_bytes(b"broken")
        with pytest.raises(files.DataError) as caught:
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
    with pytest.raises(files.DataError, match=f"D2L_DATA must name a folder, but .*{name} is not"):
        files.load(tiny(), FILE)


@pytest.mark.parametrize("value", ["0", "", "true"])
def test_quick_is_exactly_one(monkeypatch, value):
    assert not files.quick()
    monkeypatch.setenv("D2L_QUICK", value)
    assert not files.quick()
    monkeypatch.setenv("D2L_QUICK", "1")
    assert files.quick()


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
    with pytest.raises(files.DataError) as caught:
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
        "except files.DataError as error: print(error)\n"
        "print(tracemalloc.get_traced_memory()[1])"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True)
    message, peak = done.stdout.splitlines()
    assert "is longer than the 10,240 bytes expected" in message
    assert int(peak) < 2**20


# Downloading


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
    with pytest.raises(files.DataError) as caught:
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
    with pytest.raises(files.DataError, match="could not be downloaded"):
        files.load(dataset, FILE)
    assert list(cache.iterdir()) == []
    server.answers["/tiny.gz"] = PACKED
    assert files.load(dataset, FILE) == CONTENT


def test_an_interrupted_download_leaves_nothing(monkeypatch, cache):
    class Interrupted(pooch.HTTPDownloader):
        def __call__(self, url, output_file, pooch, check_only=False):
            Path(output_file).write_bytes(PACKED[:50])
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
            put(root, "tiny-set")  # a file where the folder should be
    with pytest.raises(files.DataError) as caught:
        files.load(tiny(server.address + "/"), FILE)
    message = str(caught.value)
    assert message.startswith(f"Tiny: {root / 'tiny-set' / 'tiny.gz'} cannot be written (")
    assert message.endswith("set D2L_DATA or XDG_CACHE_HOME to a folder that can be written")
    assert len("".join(traceback.format_exception(caught.value)).split("Traceback")) == 2
    assert not list(root.rglob("*.part"))


def start_loading(folder, mirror):
    """Start a process that loads the tiny file with `folder` for D2L_DATA."""
    program = (
        "import sys; from d2l_shim.data import files;"
        f"dataset = files.Dataset('Tiny', 'tiny-set', ({mirror!r},), 'Do this.');"
        f"print(len(files.load(dataset, files.{FILE!r})))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "D2L_DATA": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_at_once(server, tmp_path):
    together = threading.Barrier(2, timeout=20)

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
        out, err = process.communicate(timeout=30)
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
        over.wait(20)

    server.answers["/tiny.gz"] = stall
    process = start_loading(tmp_path, server.address + "/")
    assert under_way.wait(20)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)
    over.set()
    target = tmp_path / "tiny-set" / "tiny.gz"
    assert not target.exists()
    server.answers["/tiny.gz"] = PACKED
    out, err = start_loading(tmp_path, server.address + "/").communicate(timeout=30)
    assert out.endswith(f"{len(CONTENT)}\n"), err
    assert target.read_bytes() == PACKED
