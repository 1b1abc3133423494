import re

import pytest

from bookbuild.translation.terms import Terms, read_terms, wrong_terms

TERMS = Terms(
    {"batch normalization": ["批量规范化"], "batch": ["批量"], "Inception": ["Inception"]}, {}
)


@pytest.mark.parametrize("source", ["batches", "a Batch", "batch-wise"])
def test_plurals_capitals_and_compounds_are_found(source):
    assert len(wrong_terms(source, "别的", TERMS, set())) == 1
    assert wrong_terms(source, "批量", TERMS, set()) == []


def test_a_longer_term_is_not_also_the_shorter_one():
    assert wrong_terms("batch normalization", "批量规范化", TERMS, set()) == []
    assert len(wrong_terms("batch normalization of a batch", "别的", TERMS, set())) == 2


def test_a_name_is_found_as_it_is_written():
    assert wrong_terms("the inception", "开端", TERMS, set()) == []
    assert wrong_terms("Inception", "开端", TERMS, set()) != []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("terms: {pooling: 池化}\nnever: {池化: 汇聚}\n", "'池化' is forbidden"),
        ("term: {}\n", "expected 'terms' and 'never'"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path, text, sentence):
    (tmp_path / "terms.yml").write_text(text, "utf8")
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_terms(tmp_path)
