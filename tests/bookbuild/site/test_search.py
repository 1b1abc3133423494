"""The search page gets a script of ours; what it does is tested in a browser."""

from types import SimpleNamespace

from bookbuild.site.search import SCRIPT, use_script


def test_sphinx_is_told_of_the_script():
    config = SimpleNamespace(html_search_scorer="")
    use_script(app=None, config=config)
    assert config.html_search_scorer == str(SCRIPT)
    assert "Search.makeSearchSummary" in config.book_search
