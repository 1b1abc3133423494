"""The calculator of output sizes: its function against counted windows, and a reader typing."""

import random
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from bookbuild.site.theme import STATIC

PADDING = "chapters/padding-and-strides/index.html"
NAMES = ("input", "kernel", "padding", "stride")
RANGES = ((1, 40), (1, 15), (0, 9), (1, 6))  # of each of them


def windows(n: int, k: int, p: int, s: int) -> int:
    return len(range(0, n + p - k + 1, s))


def compute(page: Page, layers: list[dict]) -> list[dict]:
    page.goto("about:blank")
    page.add_script_tag(path=STATIC / "shape-calculator.js")
    return page.evaluate("layers => layers.map(shapeCalculator.outputShape)", layers)


def test_sizes_are_the_numbers_of_windows(page: Page):
    draw = random.Random(0)
    layers = [
        [[draw.randint(least, most) for _ in range(2)] for least, most in RANGES]
        for _ in range(500)
    ]
    answers = compute(page, [dict(zip(NAMES, texts(layer), strict=True)) for layer in layers])
    refused = 0
    for layer, answer in zip(layers, answers, strict=True):
        expected = [windows(*numbers) for numbers in zip(*layer, strict=True)]
        if 0 in expected:
            refused += 1
            axis = ("height", "width")[expected.index(0)]
            assert answer["error"].startswith(f"The {axis} of the kernel, ")
        else:
            assert answer["shape"] == expected
            ends = [formula.rsplit(" = ")[-1] for formula in answer["formulas"]]
            assert ends == [str(size) for size in expected]
    assert 50 < refused < 250, "both kinds are drawn"


def texts(layer: list[list[int]]) -> list[list[str]]:
    return [[str(number) for number in pair] for pair in layer]


WHOLE = "The width of the {} must be a whole number from"
WRONG = [
    ("input", "", WHOLE.format("input") + " 1 to 100000."),
    ("input", "0", WHOLE.format("input") + " 1 to 100000, not 0."),
    ("kernel", "-3", WHOLE.format("kernel") + " 1 to 100000, not -3."),
    ("kernel", "11", "The width of the kernel, 11, is larger than that of the padded input, 10"),
    ("padding", "1.5", WHOLE.format("padding") + " 0 to 100000, not 1.5."),
    ("stride", "0", WHOLE.format("stride") + " 1 to 100000, not 0."),
    ("stride", "1e9", WHOLE.format("stride") + " 1 to 100000, not 1e9."),
]
SHARED_OUT = {
    ("4", "2"): "In code: (2, 1), the rows and columns on either side.",
    ("3", "2"): "a layer that pads first: 2 above, 1 below, 1 on the left, 1 on the right.",
}


def test_what_is_no_layer_is_one_sentence_and_padding_is_shared_out_as_code_asks(page: Page):
    usual = dict(zip(NAMES, texts([[8, 8], [3, 3], [2, 2], [1, 1]]), strict=True))
    wrong = [usual | {name: [usual[name][0], text]} for name, text, _ in WRONG]
    for (name, _, sentence), answer in zip(WRONG, compute(page, wrong), strict=True):
        assert sentence in answer["error"] and answer["wrong"] == [name, 1]
        assert "NaN" not in str(answer)
    padded = [usual | {"padding": [*padding]} for padding in SHARED_OUT]
    for sentence, answer in zip(SHARED_OUT.values(), compute(page, padded), strict=True):
        assert answer["code"].endswith(sentence)


def test_size_and_formula_follow_what_one_types(page: Page):
    page.goto(PADDING)
    result, formula = page.get_by_role("status"), page.locator(".shape-formula")
    expect(result).to_have_text("Output: 8 x 8")
    # by keyboard alone: each field is selected as the tabulator reaches it
    page.get_by_role("group", name="Input").get_by_label("height").focus()
    for text in ("224", "224", "7", "11", "6", "0", "2", "4"):
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(result).to_have_text("Output: 112 x 54")
    expect(formula).to_contain_text(re.compile(r"/ s⌋ = ⌊\(224 . 11 \+ 0 \+ 4\) / 4⌋ = 54"))
    width = page.get_by_role("group", name="Stride").get_by_label("width")
    width.fill("")
    expect(result).to_contain_text("The width of the stride must be a whole number")
    expect(width).to_have_attribute("aria-invalid", "true")
    expect(formula).to_have_text("")
    width.fill("3")
    expect(result).to_have_text("Output: 112 x 72")
    assert page.locator("[aria-invalid]").count() == 0


def test_without_scripts_there_is_a_table(new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(PADDING)
    rows = page.locator(".shape-calculator tbody tr:visible")
    assert rows.count() >= 5
    for cells in (row.split() for row in rows.all_text_contents()):
        heights, widths = zip(*(map(int, cell.split("x")) for cell in cells), strict=True)
        for *layer, output in (heights, widths):
            assert windows(*layer) == output
    assert page.locator(".shape-calculator input").count() == 0


def test_only_the_page_that_has_it_loads_it(built: Path):
    having = {path for path in built.rglob("*.html") if "shape-calculator.js" in path.read_text()}
    assert having == {built / PADDING, built / "zh" / PADDING}
