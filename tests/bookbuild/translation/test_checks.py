"""What is wrong with a translation is found, and what is right is not."""

import pytest
from babel.messages.catalog import Message

from bookbuild.translation.checks import problems
from bookbuild.translation.editions import editions
from bookbuild.translation.terms import Terms, read_terms, wrong_terms

ALLOWED = {"batch normalization": ["批量规范化"], "kernel": ["卷积核", "核"], "batch": ["批量"]}
TERMS = Terms(ALLOWED | {"Inception": ["Inception"]}, {"池化": "汇聚"})


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("See {numref}`fig-x`, the *kernel* of $x^2$.", "见{numref}`fig-x`，即 $x^2$ 的*卷积核*。"),
        ("See {numref}`fig-x` for it.", "它如{numref}`fig-x` 所示。"),
        ("See {numref}`sec-x` for it.", "见{numref}`sec-x`的说明。"),
        ("By {eq}`eq-x` and {cite:t}`he`: no", "由 {eq}`eq-x` 和 {cite:t}`he` 可知：不是"),
        ("{ref}`the last one <sec-x>` and {doc}`page`", "{ref}`上一节 <sec-x>`和{doc}`page`"),
        ("Use `a`, [a page](x.md) and `b`", "用 `b`、[一页](x.md)和 `a`"),
        ("**Note.** Look (here).", "**注意。** 看（这里）。"),
        ("About 27.9 % and 3,000", "约 27.9% 和 3,000"),
        ("MXNet", "MXNet"),
        ("a {term}`kernel`", "一个{term}`卷积核 <kernel>`"),
        ("batches", "批量"),
        ("the inception", "开端"),  # a name is found as it is written
    ],
)
def test_what_is_right_passes(source, translation):
    assert problems(Message(source, translation), TERMS) == []


@pytest.mark.parametrize(
    ("source", "translation", "sentence"),
    [
        ("$x$ and $y$", "$x$ 和 $x$", "it lacks formula $y$"),
        ("$x$ and $y$", "$x$ 和 $x$", "it adds formula $x$"),
        ("the `a`", "这个 `b`", "it lacks code `a`"),
        ("see {eq}`eq-x`", "见 {eq}`eq-y`", "it lacks {eq} eq-x"),
        ("as {cite:p}`he`", "如 {cite:t}`he`", "it lacks {cite:p} he"),
        ("[a](b.md)", "[甲](c.md)", "it lacks link b.md"),
        ("a {term}`kernel`", "一个{term}`卷积核`", "it lacks {term} kernel"),
        ("**Note.** Look", "**注意。**看", "it lacks strong"),
        ("Batch normalization", "批量归一化", "the term 'batch normalization' is 批量规范化"),
        ("two kernels", "两个滤波器", "the term 'kernel' is 卷积核 or 核"),
        ("batches", "别的", "the term 'batch' is 批量"),
        ("batch-wise", "别的", "the term 'batch' is 批量"),
        ("Inception", "开端", "the term 'Inception' is Inception"),
        ("this one", "这个池化", "池化 is written 汇聚"),
        ("see $x$, now", "见 $x$,现在", "half-width punctuation before a Chinese"),
        ("look, now", "看,现在", "half-width punctuation after a Chinese"),
        ("look (now)", "看 (现在)", "half-width parentheses"),
        ('a "word"', '一个"词"', "straight quotation marks"),
        ("the GPU is", "用GPU 来", "no space before Latin"),
        ("the GPU is", "用 GPU来", "no space behind Latin"),
        ("in {numref}`fig-x` it", "在{numref}`fig-x`中", "no space behind Latin"),
        ("in {numref}`sec-x` it", "在 {numref}`sec-x`中", "a space between two Chinese"),
        ("one word", "一个 词", "a space between two Chinese characters"),
        ("first, then", "先， 后", "a space behind full-width punctuation"),
        ("first, then", "先 ，后", "a space before full-width punctuation"),
        ("in 9", "９ 个", "a full-width letter or digit"),
        ("one (two", "一（二", "without its other half"),
        ("one two", "一\n二", "a line break"),
        ("one two", "一二 ", "a space at the beginning or end"),
        ("It is.", "是", "it should end in 。"),
    ],
)
def test_what_is_wrong_is_named(source, translation, sentence):
    assert any(sentence in one for one in problems(Message(source, translation), TERMS))


def test_a_shape_has_half_width_marks():
    assert problems(Message("(3, h, w) is a shape.", "形状是 (3, 高, 宽)。"), TERMS) == []


def test_a_longer_term_is_not_also_the_shorter_one():
    source = "batch normalization of a batch"
    assert len(problems(Message(source, "别的"), TERMS)) == 2
    assert problems(Message("batch normalization", "批量规范化"), TERMS) == []


def test_another_name_may_be_told_but_not_used():
    terms = Terms({"pooling": ["汇聚"]}, {"池化": "汇聚"})
    assert not wrong_terms("Pooling", "汇聚（也称池化）把图缩小。", terms, set())
    assert wrong_terms("Pooling", "汇聚（也称池化）：最大池化。", terms, set())


def test_the_book_has_its_terms():
    terms = read_terms(editions()["zh"].catalogues.parent)
    assert terms.allowed["pooling"] == ["汇聚"]
    assert len(terms.allowed) >= 70
    assert list(terms.allowed) == sorted(terms.allowed, key=len, reverse=True)
    shown = "\n".join("\n".join(shown) for shown in terms.allowed.values())
    assert not [wrong for wrong in terms.never if wrong in shown], "what terms ask for is forbidden"


def test_a_translator_may_say_that_a_word_has_another_sense():
    message = Message("the kernel of Linux", "Linux 的内部", user_comments=["term: kernel"])
    assert problems(message, TERMS) == []


def test_words_that_code_fills_keep_their_places():
    message = Message("{first} to {last}", "{first} 至 {end}")
    assert problems(message, TERMS, words=True) == ["it must hold {first}, {last}"]
    assert problems(Message(" and ", "和"), TERMS, words=True) == []
