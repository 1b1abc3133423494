"""Unpacking archives that were made to do harm."""

import gzip
import os
import tarfile

import pytest
from data.packing import tar, zipped

from d2l_shim.data import archives


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.tar", tar(("link", tarfile.SYMTYPE, "/etc")), "holds a link, link"),
        ("x.tar", tar(("a", b"1"), ("link", tarfile.SYMTYPE, "a")), "holds a link, link"),
        ("x.tar", tar(("a", b"1"), ("link", tarfile.LNKTYPE, "a")), "holds a link, link"),
        ("x.tar", tar(("pipe", tarfile.FIFOTYPE, "")), "is damaged ('pipe' is a special file"),
        ("x.tar", tar(("../out", b"1")), "is damaged ('../out' would be extracted to "),
        ("x.tar", tar(("in/../../out", b"1")), "is damaged ('in/../../out' would be extracted to"),
        ("x.tar", tar(("a", bytes(600)), ("big", bytes(600))), "unpacks to more than 1,000 bytes"),
        ("x.zip", zipped(("big", bytes(2**20))), "unpacks to more than 1,000 bytes"),
        ("x.zip", b"<html>sorry</html>", "is damaged (File is not a zip file"),
        ("x.tar.gz", b"<html>sorry</html>", "is damaged (file could not be opened"),
        ("x.tar.gz", gzip.compress(b"<html>" * 99), "is damaged (file could not be opened"),
        ("x.tar.gz", tar(("a", b"1"))[:-40], "is damaged ("),
    ],
    ids=range(12),
)
def test_what_an_archive_may_not_hold(refused, tmp_path, name, data, said):
    (tmp_path / "here").mkdir()
    packed = tmp_path / "here" / name
    packed.write_bytes(data)
    assert refused(archives.unpack, packed, tmp_path / "here" / "in", 1000).startswith(said)
    assert os.listdir(tmp_path) == ["here"]
    assert set(os.listdir(tmp_path / "here")) <= {name, "in"}
    assert not list(tmp_path.rglob("big")) and not list(tmp_path.rglob("link"))


@pytest.mark.parametrize("pack", [tar, zipped])
@pytest.mark.parametrize("name", ["/out", "{}/out", "../../out"])
def test_what_would_lie_elsewhere_is_refused_or_put_inside(refused, tmp_path, pack, name):
    name = name.format(tmp_path)
    packed = tmp_path / ("x.tar" if pack is tar else "x.zip")
    packed.write_bytes(pack((name, b"1")))
    inside = tmp_path / "deep" / "in"
    if pack is tar and ".." in name:
        refused(archives.unpack, packed, inside, 1000)
    else:
        archives.unpack(packed, inside, 1000)
        assert len(list(inside.rglob("out"))) == 1
    assert len(list(tmp_path.rglob("out"))) == len(list(inside.rglob("out")))
    assert not os.path.exists("/out")
