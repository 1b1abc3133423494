"""`download` and `download_extract` of the old packages: from a mirror of one's own."""

import hashlib
import os
from pathlib import Path

import pytest
from data.packing import tar, zipped

from d2l_shim.compat import downloads
from d2l_shim.data import DataError

NOBODY = "http://127.0.0.1:9/"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Return a mirror, whose files are entered into a DATA_HUB of the test's own."""
    served, work = tmp_path / "served", tmp_path / "work"
    served.mkdir()
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("D2L_MIRROR", str(served))
    monkeypatch.setattr(downloads, "DATA_HUB", {})
    enter(served / "table.csv", b"a,b\n1,2\n")
    photos = zipped(("photos/1.txt", "one"), ("../outside.txt", "caught"))
    enter(served / "photos.zip", photos)
    return served


def enter(path, data):
    path.write_bytes(data)
    downloads.DATA_HUB[path.stem] = (NOBODY + path.name, hashlib.sha1(data).hexdigest())


def test_a_file_is_fetched_once_and_checked(hub, tmp_path):
    path = downloads.download("table")
    assert path == "../data/table.csv"
    assert (tmp_path / "data" / "table.csv").read_text() == "a,b\n1,2\n"
    (hub / "table.csv").rename(hub / "gone")
    assert downloads.download("table") == path, "it is not fetched again"
    with open(path, "a") as file:
        file.write("damaged")
    with pytest.raises(DataError) as caught:
        downloads.download("table")
    first, *_, address, advice = str(caught.value).splitlines()
    assert first == "DATA_HUB: table.csv could not be downloaded."
    assert address == f"  {NOBODY} failed with ConnectionError"
    assert advice == "Put table.csv into ../data by hand, and run again."
    (hub / "gone").rename(hub / "table.csv")
    assert Path(downloads.download("table")).read_text() == "a,b\n1,2\n"


def test_another_file_than_the_published_one_is_refused(hub, tmp_path):
    (hub / "table.csv").write_text("changed")
    with pytest.raises(DataError, match=r"served/ sent a file that has another SHA-1 checksum"):
        downloads.download("table", cache_dir="here")
    assert os.listdir("here") == []
    downloads.DATA_HUB["table"] = (NOBODY + "table.csv", None)  # a program may not know any
    assert Path(downloads.download("table", cache_dir="here")).read_text() == "changed"


def test_archives_are_unpacked_beside_themselves(hub, tmp_path):
    assert downloads.download_extract("photos") == "../data/photos"
    assert (tmp_path / "data/photos/1.txt").read_text() == "one"
    assert not (tmp_path / "outside.txt").exists()
    enter(hub / "voc.tar", tar(("VOC/table.csv", b""), mode="w"))
    assert downloads.download_extract("voc", "VOC") == "../data/VOC"
    assert (tmp_path / "data/VOC/table.csv").exists()
    with pytest.raises(DataError, match="neither a zip nor a tar"):
        downloads.download_extract("table")
    enter(hub / "evil.tar", tar(("../../evil.csv", b""), mode="w"))
    with pytest.raises(DataError, match=r"evil\.tar cannot be unpacked"):
        downloads.download_extract("evil")
    assert not list(tmp_path.rglob("evil.csv"))


def test_an_unknown_name_is_said(hub):
    with pytest.raises(DataError, match=r"cow is not in DATA_HUB, which holds table, photos; say"):
        downloads.download("cow")
