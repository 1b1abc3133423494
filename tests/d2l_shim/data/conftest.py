"""A server on this machine, and folders of a test's own, for the tests of data."""

import http.server
import threading

import platformdirs
import pytest


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """Keep the machine's data, cache and proxies out of it; return the folder of all caches."""
    for name in ("D2L_DATA", "D2L_MIRROR", "D2L_QUICK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "cache" / name))
    return tmp_path / "cache" / "d2l_shim"


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
        running.address = f"http://127.0.0.1:{running.server_port}"
        running.answers, running.asked = Handler.answers, Handler.asked
        yield running
        running.shutdown()


@pytest.fixture
def server(running):
    """Return a server that has no files yet; `answers` and `asked` go by path."""
    running.answers.clear()
    running.asked.clear()
    return running
