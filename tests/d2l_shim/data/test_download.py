"""A single file and an archive: found, downloaded, verified, unpacked; servers that fail."""

import contextlib
import functools
import gzip
import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import traceback
import tracemalloc
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pooch
import pytest

from d2l_shim.data import archives, files, sources

LONG = 300  # seconds after which something hangs, on a busy machine too
CONTENT = bytes(range(256)) * 40


def tar(*members):
    """Pack members: pairs of a name and bytes, or whole TarInfo objects."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for member in members:
            if not isinstance(member, tarfile.TarInfo):
                name, data = member
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
            else:
                archive.addfile(member)
    return packed.getvalue()


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def sha256(data):
    return hashlib.sha256(data).hexdigest()


PACKED = gzip.compress(CONTENT, mtime=0)
FILE = files.File("tiny", len(CONTENT), sha256(CONTENT))
TAR = tar(special("tiny", tarfile.DIRTYPE), ("tiny/one.bin", CONTENT), ("tiny/readme", b"read me"))
ARCHIVE = archives.Archive("tiny.tar.gz", len(TAR), sha256(TAR), "tiny", 2**20)


def load_archive(dataset):
    return (archives.unpacked(dataset, ARCHIVE) / "one.bin").read_bytes()


# what is found and downloaded, by its name on a mirror, and what that leaves in the cache
KINDS = {
    "file": SimpleNamespace(
        name="tiny.gz",
        packed=PACKED,
        wrong=gzip.compress(CONTENT[::-1]),
        left="tiny.gz",
        load=functools.partial(files.load, file=FILE),
        program=f"files.load(dataset, files.{FILE!r})",
    ),
    "archive": SimpleNamespace(
        name="tiny.tar.gz",
        packed=TAR,
        wrong=TAR[:-1] + b"x",
        left="tiny",
        load=load_archive,
        program=f"archives.unpacked(dataset, archives.{ARCHIVE!r})",
    ),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


@pytest.fixture
def folder(cache):
    """Return where downloads go."""
    return cache / "tiny-set"


def tiny(*mirrors, system=()):
    return sources.Dataset("Tiny", "tiny-set", mirrors, "Do this or that.", tuple(map(str, system)))


def put(folder, name, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def names(folder):
    return sorted(os.listdir(folder))


def refused(call, *args):
    """Return what a DataError says, which shows no other error."""
    with pytest.raises(sources.DataError) as caught:
        call(*args)
    assert len("".join(traceback.format_exception(caught.value)).split("Traceback")) == 2
    return str(caught.value)


# Finding


def test_folders_are_tried_in_order(kind, monkeypatch, tmp_path, folder):
    given = tmp_path / "given"
    monkeypatch.setenv("D2L_DATA", str(given))
    places = [given / "tiny-set", given, folder, tmp_path / "system"]
    for place in places:
        put(place, kind.name, b"broken")
    for place in places:
        said = refused(kind.load, tiny(system=places[-1:]))
        assert said.startswith(f"Tiny: {place / kind.name} is ")
        put(place, kind.name, kind.packed)
        assert kind.load(tiny(system=places[-1:])) == CONTENT
        for name in names(place):
            if (place / name).is_file():
                (place / name).unlink()
            elif name != "tiny-set":
                (place / name).rename(tmp_path / f"gone{len(names(tmp_path))}")


def test_plain_files_are_read_also_below_the_home_folder(monkeypatch, tmp_path):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("D2L_DATA", "~/mine")
    put(tmp_path / "mine", "tiny", CONTENT)
    assert files.load(tiny(), FILE) == CONTENT


@pytest.mark.parametrize("name", ["absent", "a-file"])
def test_d2l_data_must_be_a_folder(kind, monkeypatch, tmp_path, name):
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("D2L_DATA", str(tmp_path / name))
    said = refused(kind.load, tiny())
    assert said.startswith(f"D2L_DATA must name a folder, but {tmp_path / name} is not one; ")


def test_an_archive_is_unpacked_once_beside_itself(folder, capsys):
    packed = put(folder, "tiny.tar.gz", TAR)
    assert archives.unpacked(tiny(), ARCHIVE) == folder / "tiny"
    assert names(folder / "tiny") == ["one.bin", "readme"]
    assert capsys.readouterr().out == f"Tiny: unpacking {packed}\n"
    packed.write_bytes(b"no longer looked at")
    assert load_archive(tiny()) == CONTENT
    assert capsys.readouterr().out == ""
    assert names(folder) == ["tiny", "tiny.tar.gz"]


# Verifying


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("tiny", CONTENT[:1024], "is truncated (read 1,024 of 10,240 bytes)"),
        ("tiny.gz", gzip.compress(CONTENT[:1024]), "is truncated (read 1,024 of 10,240 bytes)"),
        ("tiny.gz", PACKED[: len(PACKED) // 2], "is truncated (read "),
        ("tiny.gz", b"", "is truncated (read 0 of 10,240 bytes)"),
        ("tiny", CONTENT + b"x", "is longer than the 10,240 bytes expected"),
        ("tiny", CONTENT[::-1], "has the wrong checksum (SHA-256 "),
        ("tiny.gz", gzip.compress(CONTENT[::-1]), "has the wrong checksum (SHA-256 "),
        ("tiny.gz", b"<html>sorry</html>", "is damaged (Not a gzipped file"),
        ("tiny.gz", PACKED[:-8] + bytes(8), "is damaged (CRC check failed"),
        ("tiny.gz", PACKED[:10] + b"\xff" * 50, "is damaged (Error -3 while decompressing"),
        ("tiny.tar.gz", TAR[:100], "is truncated (read 100 of "),
        ("tiny.tar.gz", TAR + b"x", "is longer than the "),
        ("tiny.tar.gz", TAR[:-1] + b"x", "has the wrong checksum (SHA-256 "),
    ],
)
def test_a_bad_file_is_named_and_left_alone(folder, name, data, said):
    path = put(folder, name, data)
    load = load_archive if "tar" in name else KINDS["file"].load
    message = refused(load, tiny())
    assert message.startswith(f"Tiny: {path} {said}")
    assert message.endswith("; delete it and run again")
    assert names(folder) == [name] and path.read_bytes() == data


def test_a_file_that_only_lacks_the_end_mark_of_gzip_is_good(folder):
    put(folder, "tiny.gz", PACKED[:-4])
    assert files.load(tiny(), FILE) == CONTENT


def test_a_gzip_bomb_is_refused_unread(folder):
    path = put(folder, "tiny.gz", gzip.compress(bytes(2**26)))
    tracemalloc.start()
    try:
        assert "is longer than the 10,240 bytes" in refused(files.read, path, FILE, "Tiny")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


# Unpacking


def zipped(name, data):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.tar.gz", tar(special("link", tarfile.SYMTYPE, "one.bin")), "holds a link, link"),
        ("a.tar.gz", tar(special("link", tarfile.SYMTYPE, "/etc")), "holds a link, link"),
        ("a.tar", tar(("a", b"1"), special("link", tarfile.LNKTYPE, "a")), "holds a link, link"),
        ("a.tar", tar(("../outside", b"above")), "is damaged ('../outside' would be extracted to "),
        ("a.tar", tar(("in/../../outside", b"above")), "is damaged ('in/../../outside' would be "),
        ("a.tar", tar(special("pipe", tarfile.FIFOTYPE)), "is damaged ('pipe' is a special file"),
        ("a.tar", tar(("a", bytes(600)), ("b", bytes(600))), "unpacks to more than 1,000 bytes"),
        ("a.zip", zipped("bomb", bytes(2**20)), "unpacks to more than 1,000 bytes"),
        ("a.zip", b"<html>sorry</html>", "is damaged (File is not a zip file"),
        ("a.tar.gz", b"<html>sorry</html>", "is damaged (file could not be opened"),
        ("a.tar.gz", gzip.compress(b"<html>" * 99), "is damaged (file could not be opened"),
        ("a.tar.gz", tar(("a", b"1"))[:-40], "is damaged ("),
    ],
)
def test_what_an_archive_may_not_hold(tmp_path, name, data, said):
    packed = put(tmp_path / "packed", name, data)
    assert refused(archives.unpack, packed, tmp_path / "packed" / "in", 1000).startswith(said)
    assert names(tmp_path) == ["packed"]
    assert set(names(tmp_path / "packed")) <= {name, "in"}
    assert not list(tmp_path.rglob("b"))


def test_absolute_and_rising_names_stay_inside(tmp_path):
    outside = tmp_path / "outside"
    for name, data in [
        ("a.tar", tar((str(outside), b"1"))),
        ("a.zip", zipped("../../outside", b"1")),
        ("b.zip", zipped(str(outside), b"1")),
    ]:
        archives.unpack(put(tmp_path, name, data), tmp_path / "in" / name, 1000)
        assert [path.name for path in (tmp_path / "in" / name).rglob("*") if path.is_file()] == [
            "outside"
        ]
    assert not outside.exists() and not (tmp_path / "in" / "outside").exists()


# Downloading


def test_a_download_end_to_end(kind, server, folder, capsys):
    server.answers[f"/a/{kind.name}"] = kind.packed
    dataset = tiny(server.address + "/a/")
    assert kind.load(dataset) == CONTENT
    assert names(folder) == [kind.left]
    printed = capsys.readouterr()
    assert printed.out == f"Tiny: fetching {kind.name} into {folder}\n"
    assert "100%" in printed.err
    assert kind.load(dataset) == CONTENT
    assert server.asked == [f"/a/{kind.name}"]
    assert capsys.readouterr().out == ""


def test_a_download_goes_where_d2l_data_says(kind, server, monkeypatch, tmp_path, folder):
    server.answers[f"/{kind.name}"] = kind.packed
    monkeypatch.setenv("D2L_DATA", str(tmp_path))
    assert kind.load(tiny(server.address + "/")) == CONTENT
    assert names(tmp_path / "tiny-set") == [kind.left]
    assert not folder.exists()


def half(handler):
    """Promise a whole file, send half and hang up."""
    packed = next(kind.packed for kind in KINDS.values() if handler.path.endswith(kind.name))
    handler.begin(len(packed))
    handler.wfile.write(packed[: len(packed) // 2])


def endless(handler):
    handler.begin()
    with contextlib.suppress(ConnectionError):
        for _ in range(2**10):  # 64 MiB, lest a test without end be needed to see it
            handler.wfile.write(os.urandom(2**16))


def test_mirrors_are_tried_in_turn_and_named(kind, server, folder):
    bad = {
        "none": (404, "answered 404 Not Found"),
        "busy": (503, "answered 503 Service Unavailable"),
        "cut": (half, "failed with "),
        "html": (b"<html>log in</html>", "sent a file that is "),
        "wrong": (kind.wrong, "sent a file that has the wrong checksum (SHA-256 "),
        "endless": (endless, "sent a file that holds more than "),
    }
    server.answers.update({f"/{name}/{kind.name}": bad[name][0] for name in bad})
    nobody = "http://127.0.0.1:9/"
    mirrors = [nobody, *(f"{server.address}/{name}/" for name in (*bad, "good", "unasked"))]
    first, *said, advice = refused(kind.load, tiny(*mirrors[:-2])).splitlines()
    assert first == f"Tiny: {kind.name} could not be downloaded."
    expected = ["failed with ConnectionError", *(text for _, text in bad.values())]
    for line, mirror, text in zip(said, mirrors, expected, strict=False):
        assert line.startswith(f"  {mirror} {text}")
    assert (len(said), advice) == (len(expected), "Do this or that.")
    assert names(folder) == []

    # the next try succeeds
    server.answers[f"/good/{kind.name}"] = server.answers[f"/unasked/{kind.name}"] = kind.packed
    server.asked.clear()
    assert kind.load(tiny(*mirrors)) == CONTENT
    assert server.asked == [f"/{name}/{kind.name}" for name in (*bad, "good")]
    assert names(folder) == [kind.left]


def test_noise_which_gzip_makes_longer_is_no_more_than_the_limit(server):
    noise = os.urandom(2**20)
    server.answers["/noise.gz"] = packed = gzip.compress(noise, compresslevel=1)
    assert len(packed) > len(noise)
    file = files.File("noise", len(noise), sha256(noise))
    assert files.load(tiny(server.address + "/"), file) == noise


@pytest.mark.parametrize("below", ["", "/tiny-set"], ids=["flat", "in its folder"])
@pytest.mark.parametrize("place", ["address", "folder"])
def test_a_mirror_of_ones_own_comes_first(
    kind, server, monkeypatch, tmp_path, folder, below, place
):
    if place == "address":
        monkeypatch.setenv("D2L_MIRROR", f"{server.address}/mine/")
        server.answers[f"/mine{below}/{kind.name}"] = kind.packed
    else:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        monkeypatch.setenv("D2L_MIRROR", "~/mine")
        put(tmp_path / f"mine{below}", kind.name, kind.packed)
    assert kind.load(tiny(f"{server.address}/public/")) == CONTENT
    assert not [path for path in server.asked if path.startswith("/public")]
    assert names(folder) == [kind.left]


def test_a_mirror_of_ones_own_that_fails_is_named_and_passed(
    kind, server, monkeypatch, tmp_path, folder
):
    put(tmp_path / "mine", kind.name, os.urandom(2**17))
    monkeypatch.setenv("D2L_MIRROR", str(tmp_path / "mine"))
    _, first, second, third, _ = refused(kind.load, tiny(server.address + "/")).splitlines()
    assert first == f"  {tmp_path}/mine/tiny-set/ failed with No such file or directory"
    assert second.startswith(f"  {tmp_path}/mine/ sent a file that holds more than ")
    assert third == f"  {server.address}/ answered 404 Not Found"
    assert names(folder) == []
    server.answers[f"/{kind.name}"] = kind.packed
    assert kind.load(tiny(server.address + "/")) == CONTENT


# Folders and disks that fail, processes that end


def test_an_interrupted_download_leaves_nothing(kind, monkeypatch, folder):
    class Interrupted(pooch.HTTPDownloader):
        def __call__(self, url, output_file, pooch, check_only=False):
            output_file.write(b"half")
            raise KeyboardInterrupt

    monkeypatch.setattr(pooch, "HTTPDownloader", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        kind.load(tiny("http://127.0.0.1/"))
    assert names(folder) == []


@pytest.mark.parametrize("blocked", ["cache", "D2L_DATA", "target"])
def test_a_folder_that_cannot_be_written(kind, server, monkeypatch, tmp_path, blocked):
    # root may write anywhere but below a file and over a folder
    server.answers[f"/{kind.name}"] = kind.packed
    root = tmp_path / "root"
    if blocked == "cache":
        root.touch()
        monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(root))
    else:
        monkeypatch.setenv("D2L_DATA", str(root))
        root.mkdir()
        if blocked == "D2L_DATA":
            (root / "tiny-set").touch()
        elif kind.left == "tiny":
            put(root / "tiny-set", "tiny", b"")
        else:
            (root / "tiny-set" / "tiny.gz").mkdir(parents=True)
    said = refused(kind.load, tiny(server.address + "/"))
    assert said.startswith(f"Tiny: {root / 'tiny-set' / 'tiny'}")
    assert " cannot be written (" in said
    assert said.endswith("set D2L_DATA or XDG_CACHE_HOME to a folder that can be written")
    assert not list(root.rglob("*.part"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_not_blamed_on_a_mirror(kind, server, monkeypatch, folder):
    server.answers[f"/{kind.name}"] = kind.packed
    monkeypatch.setattr(uuid, "uuid4", lambda: SimpleNamespace(hex="full"))
    folder.mkdir(parents=True)
    (folder / f".{kind.name}.full.part").symlink_to("/dev/full")
    assert refused(kind.load, tiny(server.address + "/", server.address + "/other/")) == (
        f"Tiny: the disk is full, {folder / kind.left} does not fit; free some space, or set "
        "D2L_DATA or XDG_CACHE_HOME to a folder on another disk, and run again"
    )
    assert server.asked == [f"/{kind.name}"]
    assert names(folder) == []


def test_what_killed_processes_left_is_swept(kind, server, folder):
    server.answers[f"/{kind.name}"] = kind.packed
    old_file, old_folder, fresh = (
        folder / f".{kind.left}.{uuid.uuid4().hex}.part" for _ in range(3)
    )
    foreign = folder / f".{kind.left}.mine.part"
    (old_folder / "deep").mkdir(parents=True)
    for path in (old_file, fresh, foreign):
        path.touch()
    for path in (old_file, old_folder, foreign):
        os.utime(path, (0, time.time() - 3700))
    os.utime(fresh, (0, time.time() - 3500))
    kind.load(tiny(server.address + "/"))
    assert names(folder) == sorted([kind.left, fresh.name, foreign.name])


def halting(packed, wait):
    """Return an answer that sends a few bytes, waits, and sends the rest."""

    def answer(handler):
        handler.begin(len(packed))
        handler.wfile.write(packed[:50])
        handler.wfile.flush()
        wait()
        with contextlib.suppress(ConnectionError):
            handler.wfile.write(packed[50:])

    return answer


def test_two_at_once(kind, server, folder):
    together = threading.Barrier(2, timeout=LONG)
    server.answers[f"/{kind.name}"] = halting(kind.packed, together.wait)
    with ThreadPoolExecutor() as pool:
        assert [*pool.map(kind.load, [tiny(server.address + "/")] * 2)] == [CONTENT] * 2
    assert len(server.asked) == 2
    assert names(folder) == [kind.left]


def test_a_killed_download_is_finished_by_the_next(kind, server, monkeypatch, tmp_path):
    under_way, over = threading.Event(), threading.Event()

    def stall():
        under_way.set()
        over.wait(LONG)

    server.answers[f"/{kind.name}"] = halting(kind.packed, stall)
    monkeypatch.setenv("D2L_DATA", str(tmp_path))
    mirror = server.address + "/"
    program = (
        "from d2l_shim.data import archives, files, sources\n"
        f"dataset = sources.{tiny(mirror)!r}\n"
        f"{kind.program}"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL) as process:
        assert under_way.wait(LONG)
        process.send_signal(signal.SIGKILL)
    over.set()
    folder = tmp_path / "tiny-set"
    (left,) = names(folder)
    assert left.endswith(".part")
    server.answers[f"/{kind.name}"] = kind.packed
    assert kind.load(tiny(mirror)) == CONTENT
    assert names(folder) == [left, kind.left]


# Importing


def test_no_framework_and_without_a_download_no_pooch_is_imported(folder):
    put(folder, "tiny.gz", PACKED)
    program = (
        "import sys\n"
        "from d2l_shim.data import archives, files, sources\n"
        f"dataset = sources.Dataset('Tiny', '.', (), '')\n"
        f"files.load(dataset, files.{FILE!r})\n"
        "heavy = ('torch', 'mxnet', 'tensorflow', 'paddle', 'pooch', 'requests', 'tqdm')\n"
        "sys.exit(str([name for name in heavy if name in sys.modules] or ''))"
    )
    environment = os.environ | {"D2L_DATA": str(folder)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, stderr=-1, text=True)
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("value", ["0", "", "true"])
def test_quick_is_exactly_one(monkeypatch, value):
    assert not sources.quick()
    monkeypatch.setenv("D2L_QUICK", value)
    assert not sources.quick()
    monkeypatch.setenv("D2L_QUICK", "1")
    assert sources.quick()
