"""The server that tests and measurements use."""

import gzip
import urllib.request
from pathlib import Path

from bookbuild.site.server import serving


def ask(address: str, accept: str) -> tuple[str | None, bytes]:
    request = urllib.request.Request(address, headers={"Accept-Encoding": accept})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Content-Encoding"], answer.read()


def test_text_goes_out_compressed_and_pictures_as_they_are(tmp_path: Path):
    (tmp_path / "page.html").write_text("word " * 100)
    (tmp_path / "picture.png").write_bytes(b"points")
    with serving(tmp_path) as base:
        coding, body = ask(f"{base}page.html?a=b", "gzip")
        assert (coding, gzip.decompress(body)) == ("gzip", b"word " * 100)
        assert ask(f"{base}page.html", "identity") == (None, b"word " * 100)
        assert ask(f"{base}picture.png", "gzip") == (None, b"points")
        (tmp_path / "page.html").write_text("another")
        assert gzip.decompress(ask(f"{base}page.html", "gzip")[1]) == b"another"
