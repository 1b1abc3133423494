"""Image files in class folders: read, refused with a sentence, written whole or not at all."""

import os
import shutil

import numpy as np
import pytest
from experiments.small_images import CLASSES, halves
from PIL import Image

from d2l_shim.data import CIFAR10_CLASSES, DataError
from d2l_shim.experiments import ImageFolder, cifar10_folders, train_and_test, write_folders


def refused(*args, **kwargs):
    with pytest.raises(DataError) as caught:
        train_and_test(*args, **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_was_written_is_read(folders):
    for half, (images, labels) in zip(train_and_test(folders), halves(), strict=True):
        assert half.classes == CLASSES and not half.bad
        assert half.images.dtype == np.uint8 and half.labels.dtype == np.int64
        # by class, and within a class in the order in which they were written
        order = np.argsort(labels, kind="stable")
        assert np.array_equal(half.images, images.transpose(0, 2, 3, 1)[order])
        assert np.array_equal(half.labels, labels[order])
        assert half.paths[-1].parent.name == CLASSES[2]


def test_other_modes_and_names(folders):
    cat = folders / "train" / "cat"
    Image.new("L", (8, 8), 200).save(cat / "grey.JPG")
    Image.new("RGBA", (8, 8), (1, 2, 3, 4)).save(cat / "zz.png")
    (cat / "notes.txt").write_text("no image")
    (cat / ".hidden.png").write_text("no image")
    train = ImageFolder(folders / "train", strict=True)
    assert len(train) == 50 and train.images.shape[1:] == (8, 8, 3)
    assert train.images[train.paths.index(cat / "zz.png")][0, 0].tolist() == [1, 2, 3]
    assert (train.images[train.paths.index(cat / "grey.JPG")] == 200).all()


def spoil(folders):
    """Spoil three images in three ways and return their paths."""
    paths = [folders / "train" / name for name in ("cat/00003.png", "dog/00004.png")]
    paths[0].write_text("no image")
    paths[1].write_bytes(paths[1].read_bytes()[:-60])
    paths.append(folders / "train/eel/00005.png")
    Image.new("RGB", (4, 6)).save(paths[2])
    return paths


def test_bad_images_are_named_and_counted(folders, capsys):
    bad = spoil(folders)
    train, test = train_and_test(folders)
    assert (len(train), len(train.images), len(train.labels)) == (45, 45, 45)
    assert [path for path, _ in train.bad] == bad and not test.bad
    (line,) = capsys.readouterr().out.splitlines()
    assert "3 of 48 images cannot be used" in line and "they are left out" in line
    assert f"{bad[0]} (no image)" in line and str(bad[1]) in line
    assert f"{bad[2]} (6 by 4 pixels, not 8 by 8)" in line


def test_strict_makes_bad_images_an_error(folders):
    bad = spoil(folders)
    said = refused(folders, strict=True)
    assert "3 of 48 images" in said and all(str(path) in said for path in bad)
    assert "repair or delete them" in said
    for path in folders.glob("train/*/*"):
        path.write_text("no image")
    said = refused(folders)
    assert "48 of 48 images" in said and said.count("(no image)") == 10 and "and 38 more" in said


def test_wrong_layouts(tmp_path, folders):
    assert f"there is no folder {tmp_path / 'none'}" in refused(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    said = refused(tmp_path / "empty")
    assert "train and test are missing and it holds nothing" in said
    assert "d2l_shim.experiments.cifar10_folders(FOLDER)" in said
    said = refused(folders / "train")
    assert "it holds cat, dog, eel (3 in all)" in said
    archive = tmp_path / "archive" / "cifar-10-batches-bin"
    archive.mkdir(parents=True)
    assert "it holds cifar-10-batches-bin (1 in all)" in refused(archive.parent)
    for path in folders.glob("train/*/*"):
        os.rename(path, folders / "train" / path.name)
    for name in CLASSES:
        (folders / "train" / name).rmdir()
    assert "but holds 00000.png, 00001.png, 00002.png, ... (48 in all); sort" in refused(folders)


def test_zero_images(folders):
    for path in folders.glob("test/*/*"):
        path.rename(path.with_suffix(".txt"))
    said = refused(folders)
    assert "must hold image files and hold none; their names must end in .bmp" in said


def test_classes_that_differ(folders):
    os.rename(folders / "test/eel", folders / "test/newt")
    assert "has eel in train alone and newt in test alone" in refused(folders)
    shutil.rmtree(folders / "test/newt")
    assert "has eel in train alone; add or remove" in refused(folders)


def test_sizes_that_differ_between_train_and_test(folders):
    for path in folders.glob("test/*/*"):
        Image.new("RGB", (10, 10)).save(path)
    assert "10 by 10 pixels, not 8 by 8" in refused(folders)


# Writing


def test_a_folder_with_something_in_it_is_left_alone(folders):
    before = sorted(folders.rglob("*"))
    with pytest.raises(DataError, match="must be a new or an empty folder"):
        write_folders(folders, *halves(), CLASSES)
    assert sorted(folders.rglob("*")) == before


@pytest.mark.parametrize(
    ("number", "text"), [(28, "the disk is full"), (13, "cannot be written .Permission denied")]
)
def test_nothing_half_written_is_left(tmp_path, monkeypatch, number, text):
    save = Image.Image.save

    def fail(image, path):
        if path.name == "00020.png":
            raise OSError(number, os.strerror(number))
        save(image, path)

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(DataError, match=text):
        write_folders(tmp_path / "images", *halves(), CLASSES)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    write_folders(tmp_path / "images", *halves(), CLASSES)
    assert len(train_and_test(tmp_path / "images")[0]) == 48


def test_the_archive_becomes_folders(tmp_path, monkeypatch):
    batches = tmp_path / "cifar-10-batches-bin"
    batches.mkdir()
    random = np.random.RandomState(0)
    for name in [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]:
        records = random.randint(0, 256, (10, 3073)).astype(np.uint8)
        records[:, 0] = range(10)
        (batches / name).write_bytes(records.tobytes())
    monkeypatch.setenv("D2L_DATA", str(tmp_path))
    target = tmp_path / "deep" / "images"
    assert cifar10_folders(target) == target
    train, test = train_and_test(target)
    assert train.classes == test.classes == CIFAR10_CLASSES
    assert (len(train), len(test)) == (50, 10)
    # the records of the test batch came in the order of their labels
    planes = test.images.transpose(0, 3, 1, 2)
    assert np.array_equal(planes.reshape(10, -1), records[:, 1:])
    written = {path: path.stat().st_mtime_ns for path in target.rglob("*.png")}
    assert len(written) == 60
    cifar10_folders(target)
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*.png")} == written
    batches.joinpath("test_batch.bin").write_bytes(b"1")
    with pytest.raises(DataError, match="truncated or damaged"):
        cifar10_folders(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_quick_mode_has_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("D2L_QUICK", "1")
    assert cifar10_folders(tmp_path / "cifar-10") == tmp_path / "cifar-10-quick"
    train, test = train_and_test(tmp_path / "cifar-10-quick", strict=True)
    assert (len(train), len(test), len(train.classes)) == (64, 32, 10)
    assert train.images.shape[1:] == (32, 32, 3)
