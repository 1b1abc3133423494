"""`download` and `download_extract` of the old packages: from a server on this machine."""

import functools
import hashlib
import http.server
import tarfile
import threading
import zipfile

import pytest

from d2l_shim.compat import downloads
from d2l_shim.data import DataError


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Serve a folder, and enter its files into a DATA_HUB of the test's own."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    served, work = tmp_path / "served", tmp_path / "work"
    served.mkdir()
    work.mkdir()
    monkeypatch.chdir(work)
    (served / "table.csv").write_text("a,b\n1,2\n")
    with zipfile.ZipFile(served / "photos.zip", "w") as archive:
        archive.writestr("photos/1.txt", "one")
        archive.writestr("../outside.txt", "caught")
    with tarfile.open(served / "voc.tar", "w") as archive:
        archive.add(served / "table.csv", "VOC/table.csv")
    handler = functools.partial(Quiet, directory=served)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        made = {
            path.stem: (address + path.name, hashlib.sha1(path.read_bytes()).hexdigest())
            for path in served.iterdir()
        }
        monkeypatch.setattr(downloads, "DATA_HUB", made)
        yield served
        server.shutdown()


def test_a_file_is_fetched_once_and_checked(hub, tmp_path):
    path = downloads.download("table")
    assert path == "../data/table.csv"
    assert (tmp_path / "data" / "table.csv").read_text() == "a,b\n1,2\n"
    (hub / "table.csv").unlink()
    assert downloads.download("table") == path, "it is not fetched again"
    with open(path, "a") as file:
        file.write("damaged")
    with pytest.raises(DataError, match=r"table\.csv cannot be had from .*404.*by hand"):
        downloads.download("table")
    assert downloads.download_extract("photos", "photos").endswith("photos")


def test_another_file_than_the_published_one_is_refused(hub):
    (hub / "table.csv").write_text("changed")
    with pytest.raises(DataError, match=r"table\.csv cannot be had .*hash"):
        downloads.download("table", cache_dir="here")
    assert not list((hub.parent / "work" / "here").iterdir())


def test_archives_are_unpacked_beside_themselves(hub, tmp_path):
    assert downloads.download_extract("photos") == "../data/photos"
    assert (tmp_path / "data/photos/1.txt").read_text() == "one"
    assert not (tmp_path / "outside.txt").exists()
    assert downloads.download_extract("voc", "VOC") == "../data/VOC"
    assert (tmp_path / "data/VOC/table.csv").exists()
    with pytest.raises(DataError, match="neither a zip nor a tar"):
        downloads.download_extract("table")


def test_an_archive_cannot_write_elsewhere(hub, tmp_path):
    with tarfile.open(hub / "voc.tar", "w") as archive:
        archive.add(hub / "table.csv", "../../evil.csv")
    checksum = hashlib.sha1((hub / "voc.tar").read_bytes()).hexdigest()
    downloads.DATA_HUB["voc"] = (downloads.DATA_HUB["voc"][0], checksum)
    with pytest.raises(DataError, match=r"voc\.tar cannot be unpacked"):
        downloads.download_extract("voc")
    assert not list(tmp_path.rglob("evil.csv"))


def test_an_unknown_name_is_said(hub):
    with pytest.raises(DataError, match=r"cow is not in DATA_HUB, which holds .*table"):
        downloads.download("cow")
