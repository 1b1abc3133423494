"""A server on this machine, folders of a test's own, and a tiny file and archive to have."""

import functools
import gzip
import hashlib
import http.server
import threading
import traceback

import platformdirs
import pytest
from data.packing import tar

from d2l_shim.data import DataError, archives, files, sources

CONTENT = bytes(range(256)) * 40


class Kind:
    """A way in which a dataset comes, with an example that has `content`.

    Attributes:
        name: what a mirror calls it.
        packed: what a mirror should send; `wrong` is the like with a wrong checksum.
        left: what having it leaves in the cache.
        program: code that has it.
        load: what returns its content.
    """

    content = CONTENT

    def __init__(self, name, packed, wrong, left, program, load):
        self.name, self.packed, self.wrong = name, packed, wrong
        self.left, self.program, self.load = left, program, load

    def dataset(self, *mirrors, system=()):
        system = tuple(map(str, system))
        return sources.Dataset("Tiny", "tiny-set", mirrors, "Do this or that.", system)

    def put(self, folder, data=None, name=None):
        path = folder / (name or self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.packed if data is None else data)
        return path


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="session")
def single():
    packed, wrong = (gzip.compress(data, mtime=0) for data in (CONTENT, CONTENT[::-1]))
    file = files.File("tiny", len(CONTENT), sha256(CONTENT))
    load = functools.partial(files.load, file=file)
    return Kind("tiny.gz", packed, wrong, "tiny.gz", f"files.load(dataset, files.{file!r})", load)


@pytest.fixture(scope="session")
def archive():
    packed = tar(("tiny/one.bin", CONTENT), ("tiny/readme", b"read me"))
    archive = archives.Archive("tiny.tar.gz", len(packed), sha256(packed), "tiny", 2**20)
    program = f"archives.unpacked(dataset, archives.{archive!r})"

    def load(dataset):
        return (archives.unpacked(dataset, archive) / "one.bin").read_bytes()

    return Kind("tiny.tar.gz", packed, packed[:-1] + b"x", "tiny", program, load)


@pytest.fixture(params=["single", "archive"])
def kind(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def refused():
    """Return what gives the text of a DataError, which must show no other error."""

    def refused(call, *args):
        with pytest.raises(DataError) as caught:
            call(*args)
        assert len("".join(traceback.format_exception(caught.value)).split("Traceback")) == 2
        return str(caught.value)

    return refused


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """Keep the machine's data, cache and proxies out of it; return the folder of all caches."""
    for name in ("D2L_DATA", "D2L_MIRROR", "D2L_QUICK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "cache" / name))
    return tmp_path / "cache" / "d2l_shim"


@pytest.fixture
def folder(cache):
    """Return where the examples are downloaded to."""
    return cache / "tiny-set"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers a path with bytes, a status, or what a function of the handler does."""

    answers, asked = {}, []

    def do_GET(self):
        self.asked.append(self.path)
        answer = self.answers.get(self.path, 404)
        if callable(answer):
            answer(self)
        elif isinstance(answer, int):
            self.send_error(answer)
        else:
            self.begin(len(answer))
            self.wfile.write(answer)

    def begin(self, size=None):
        """Say that a file comes, and how long it is."""
        self.send_response(200)
        if size is not None:
            self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def running():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=[0.02], daemon=True).start()
        running.address = f"http://127.0.0.1:{running.server_port}/"
        running.answers, running.asked = Handler.answers, Handler.asked
        yield running
        running.shutdown()


@pytest.fixture
def server(running):
    """Return a server that has no files yet; `answers` and `asked` go by path."""
    running.answers.clear()
    running.asked.clear()
    return running
