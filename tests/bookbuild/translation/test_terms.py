import pytest

from bookbuild.translation.editions import editions
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


def test_the_book_has_its_terms():
    terms = read_terms(editions()["zh"].catalogues.parent)
    assert terms.allowed["pooling"] == ["汇聚"]
    assert len(terms.allowed) >= 70
    assert list(terms.allowed) == sorted(terms.allowed, key=len, reverse=True)
    shown = "\n".join("\n".join(shown) for shown in terms.allowed.values())
    assert not [wrong for wrong in terms.never if wrong in shown], "what terms ask for is forbidden"
