import pytest

from bookbuild.translation.publish import publish

PAGE = """<link href="{up}_static/a.css?v=1">
<a href="{up}index.html#x">1</a> <img src="{up}_images/b.svg">
"""


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf8")


@pytest.fixture
def folders(tmp_path):
    """Returns an edition that has been built, and the site of the English pages."""
    site, built = tmp_path / "html", tmp_path / "zh/html"
    shared = {"_static/a.css": "a", "_images/b.svg": "b"}
    write(site, {**shared, "index.html": "en", "_static/words.js": "en"})
    pages = {"index.html": PAGE.format(up=""), "chapters/mini/index.html": PAGE.format(up="../../")}
    write(built, {**shared, **pages, "_static/words.js": "zh"})
    return built, site


def test_what_both_editions_have_is_there_once(folders):
    built, site = folders
    publish(built, site, "zh")
    assert sorted(p.relative_to(site / "zh").as_posix() for p in site.glob("zh/**/*.*")) == [
        "_static/words.js",
        "chapters/mini/index.html",
        "index.html",
    ]
    page = (site / "zh/chapters/mini/index.html").read_text()
    assert 'href="../../../_static/a.css?v=1"' in page
    assert 'src="../../../_images/b.svg"' in page
    assert 'href="../../index.html#x"' in page, "a page of its own"
    assert 'href="../_static/a.css?v=1"' in (site / "zh/index.html").read_text()


def test_it_can_be_said_again_and_what_is_gone_goes(folders):
    built, site = folders
    publish(built, site, "zh")
    first = (site / "zh/index.html").read_text()
    (built / "chapters/mini/index.html").unlink()
    publish(built, site, "zh")
    assert (site / "zh/index.html").read_text() == first
    assert not (site / "zh/chapters").exists()
    assert (site / "index.html").read_text() == "en"
