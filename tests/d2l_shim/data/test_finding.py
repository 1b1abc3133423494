"""What is on the machine: where it is looked for, and what is wrong with it."""

import gzip
import os
import tracemalloc

import pytest

from d2l_shim.data import files, sources


def test_folders_are_tried_in_order(kind, refused, monkeypatch, tmp_path, folder):
    given, gone = tmp_path / "given", tmp_path / "gone"
    gone.mkdir()
    monkeypatch.setenv("D2L_DATA", str(given))
    places = [given / "tiny-set", given, folder, tmp_path / "system"]
    dataset = kind.dataset(system=places[-1:])
    for place in places:
        kind.put(place, b"broken")
    for i, place in enumerate(places):
        assert refused(kind.load, dataset).startswith(f"Tiny: {place / kind.name} is ")
        kind.put(place)
        assert kind.load(dataset) == kind.content
        for name in {kind.name, kind.left}:
            (place / name).rename(gone / f"{i} {name}")


def test_plain_files_are_read_also_below_the_home_folder(single, monkeypatch, tmp_path):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("D2L_DATA", "~/mine")
    single.put(tmp_path / "mine", single.content, name="tiny")
    assert single.load(single.dataset()) == single.content


@pytest.mark.parametrize("name", ["absent", "a-file"])
def test_d2l_data_must_be_a_folder(kind, refused, monkeypatch, tmp_path, name):
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("D2L_DATA", str(tmp_path / name))
    said = refused(kind.load, kind.dataset())
    assert said.startswith(f"D2L_DATA must name a folder, but {tmp_path / name} is not one; ")


def test_an_archive_is_unpacked_once_beside_itself(archive, folder, capsys):
    packed = archive.put(folder)
    assert archive.load(archive.dataset()) == archive.content
    assert sorted(os.listdir(folder / "tiny")) == ["one.bin", "readme"]
    assert capsys.readouterr().out == f"Tiny: unpacking {packed}\n"
    packed.write_bytes(b"no longer looked at")
    assert archive.load(archive.dataset()) == archive.content
    assert capsys.readouterr().out == ""
    assert sorted(os.listdir(folder)) == ["tiny", "tiny.tar.gz"]


BAD = [  # what becomes of a good file, and what is said of it
    ("tiny", lambda it: it.content[:1024], "is truncated (read 1,024 of 10,240 bytes)"),
    ("tiny", lambda it: it.content + b"x", "is longer than the 10,240 bytes expected"),
    ("tiny", lambda it: it.content[::-1], "has the wrong checksum (SHA-256 "),
    ("tiny.gz", lambda it: it.packed[: len(it.packed) // 2], "is truncated (read "),
    ("tiny.gz", lambda it: b"", "is truncated (read 0 of 10,240 bytes)"),
    ("tiny.gz", lambda it: gzip.compress(it.content + b"x"), "is longer than the 10,240 bytes"),
    ("tiny.gz", lambda it: it.wrong, "has the wrong checksum (SHA-256 "),
    ("tiny.gz", lambda it: b"<html>sorry</html>", "is damaged (Not a gzipped file"),
    ("tiny.gz", lambda it: it.packed[:-8] + bytes(8), "is damaged (CRC check failed"),
    ("tiny.gz", lambda it: it.packed[:10] + b"\xff" * 50, "is damaged (Error -3 while "),
    ("tiny.tar.gz", lambda it: it.packed[:100], "is truncated (read 100 of "),
    ("tiny.tar.gz", lambda it: it.packed + b"x", "is longer than the "),
    ("tiny.tar.gz", lambda it: it.wrong, "has the wrong checksum (SHA-256 "),
]


@pytest.mark.parametrize(("name", "spoil", "said"), BAD)
def test_a_bad_file_is_named_and_left_alone(single, archive, refused, folder, name, spoil, said):
    kind = archive if name == archive.name else single
    path = kind.put(folder, spoil(kind), name)
    message = refused(kind.load, kind.dataset())
    assert message.startswith(f"Tiny: {path} {said}")
    assert message.endswith("; delete it and run again")
    assert os.listdir(folder) == [name] and path.read_bytes() == spoil(kind)


def test_a_file_that_only_lacks_the_end_mark_of_gzip_is_good(single, folder):
    single.put(folder, single.packed[:-4])
    assert single.load(single.dataset()) == single.content


def test_a_gzip_bomb_is_refused_unread(single, refused, folder):
    path = single.put(folder, gzip.compress(bytes(2**25)))
    tracemalloc.start()
    try:
        said = refused(files.read, path, files.File("tiny", 10_240, ""), "Tiny")
        assert "is longer than the 10,240 bytes" in said
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_no_framework_and_without_a_download_no_pooch_is_imported(python, single, folder):
    single.put(folder)
    program = (
        "import sys\n"
        "from d2l_shim.data import files, sources\n"
        f"dataset = sources.{single.dataset()!r}\n"
        f"{single.program}\n"
        "heavy = ('torch', 'mxnet', 'tensorflow', 'paddle', 'pooch', 'requests', 'tqdm')\n"
        "sys.exit(str([name for name in heavy if name in sys.modules] or ''))"
    )
    done = python("-c", program, env={"D2L_DATA": str(folder)})
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("value", ["0", "", "true"])
def test_quick_is_exactly_one(monkeypatch, value):
    assert not sources.quick()
    monkeypatch.setenv("D2L_QUICK", value)
    assert not sources.quick()
    monkeypatch.setenv("D2L_QUICK", "1")
    assert sources.quick()
